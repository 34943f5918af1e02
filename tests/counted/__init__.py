"""What is counted beside the tests, and the least it may be: branches they walk, changes they notice."""
