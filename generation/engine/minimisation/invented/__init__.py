"""Invented values: who and what does not exist, drawn by a key, and never from a source."""
