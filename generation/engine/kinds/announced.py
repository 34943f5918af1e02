"""Kinds that the API names and nothing reads yet."""

from __future__ import annotations

from generation.engine.kinds.kind import SourceKind

ANNOUNCED = (SourceKind("chat", "Conversations", layout="chat"),)
