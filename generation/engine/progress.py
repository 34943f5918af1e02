"""How long work tells where it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called often and cheaply: `progress("fitting column", 9, 15)`.

    Units are the phase's own (rows, epochs, columns). `total` 0 means unknown. A callback may raise to stop the work.
    """

    def __call__(self, phase: str, done: int, total: int) -> None: ...


def silent(phase: str, done: int, total: int) -> None:
    """A Progress for callers that do not care."""
