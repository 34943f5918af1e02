"""What the synthetic table is good for: the purpose, not mere realism."""
