"""Tables of every shape that the synthesizers are measured on: shipped, made from a seed, or read from a file."""
