"""Synthesizers: one file each behind one protocol, found through the catalogue. Importing this package imports none."""
