"""Business rules: declared or proposed, kept while drawing, checked on what was drawn."""
