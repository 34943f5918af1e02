"""Whether the synthetic table is too generic."""
