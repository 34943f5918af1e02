"""Remove what the purpose does not need: a plan per column, fitted on training records, applied to any."""
