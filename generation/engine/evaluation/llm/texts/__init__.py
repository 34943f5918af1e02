"""What is measured of texts, always beside real ones that nobody learned from."""
