"""Pages of docs/reference that are printed from the code."""
