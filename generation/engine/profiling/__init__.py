"""What a table's columns are and what they may give away, as counts and shares; never a cell value."""
