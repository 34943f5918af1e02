"""Personal data in columns and in text: patterns with checksums, gazetteers, secrets and known values. No model."""
