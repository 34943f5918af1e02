"""Kinds of source: what reads a source of a kind, profiles, minimises, learns, measures and shows it."""
