"""Template tags of the app reviews."""
