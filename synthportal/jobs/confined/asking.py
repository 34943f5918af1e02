"""A question of a limited child to whoever started it, while a call is served: bytes for bytes.

A child reaches nothing by itself. What may be asked, and of whom, is decided on the other side: a call that was given
nothing to answer with ends the child's work.
"""

from __future__ import annotations

from typing import BinaryIO

from synthportal.jobs.confined import wire

_PIPES: list[tuple[BinaryIO, BinaryIO]] = []


def settle(inbox: BinaryIO, outbox: BinaryIO) -> None:
    """These are the pipes of this child."""
    _PIPES[:] = [(inbox, outbox)]


def ask(question: bytes) -> bytes:
    """What the other side answers. Raises EOFError when it is gone."""
    inbox, outbox = _PIPES[0]
    wire.send(outbox, wire.ASKED, question)
    _, answer = wire.receive(inbox)
    return answer
