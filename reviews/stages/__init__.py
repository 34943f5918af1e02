"""sample -> review -> gate -> release -> export: one module per word."""
