"""Template tags of the app generation."""
