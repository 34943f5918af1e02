"""How cells are written, in both directions: from the source's texts to values, and from values back to such texts."""
