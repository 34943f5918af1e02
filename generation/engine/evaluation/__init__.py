"""The evidence: what is measured about a synthetic table, and what must not be claimed from it."""
