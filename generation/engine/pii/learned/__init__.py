"""What was learnt from examples: a tagger trained here from invented texts, and a classifier read from a directory."""
