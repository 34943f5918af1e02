"""Exactly what was asked for: conditions with counts, a balance of classes, shifts; planned, drawn and checked."""
