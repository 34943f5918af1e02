"""Uploads of texts and conversations, told from their content and brought into one form."""
