"""ingest -> profile -> minimise -> generate -> evaluate: one module per word."""
