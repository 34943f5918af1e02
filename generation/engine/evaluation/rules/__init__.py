"""Whether the synthetic table keeps the rules of the real one."""
