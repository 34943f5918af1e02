"""What is the same, or nearly, in two sets of texts."""
