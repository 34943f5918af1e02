"""The documents: they keep up with the code, and their examples run."""
