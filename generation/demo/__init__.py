"""A real table with invented people, so that a visitor has something to find."""
