"""Messages between a limited child and who started it: a kind, a length, bytes. Never a pickle: either side may lie."""

from __future__ import annotations

import struct
from typing import BinaryIO

_HEAD = struct.Struct(">cQ")
# What a child may make its parent read at once.
MOST_BYTES = 8 * 2**30
MOST_JSON_BYTES = 256 * 2**20

CALL, START, READY, PROGRESS, RESULT, BYTES, REFUSED, CONFLICT = b"C", b"S", b"Y", b"P", b"R", b"B", b"F", b"K"
ASKED, TOLD = b"Q", b"T"
KINDS = {CALL, START, READY, PROGRESS, RESULT, BYTES, REFUSED, CONFLICT, ASKED, TOLD}


class Unreadable(Exception):
    """The other side sent what is no message."""


def send(pipe: BinaryIO, kind: bytes, payload: bytes) -> None:
    """Write one message."""
    pipe.write(_HEAD.pack(kind, len(payload)))
    pipe.write(payload)
    pipe.flush()


def receive(pipe: BinaryIO) -> tuple[bytes, bytes]:
    """Read one message. Raises EOFError when the other side is gone, Unreadable for what is none."""
    kind, size = _HEAD.unpack(_exactly(pipe, _HEAD.size))
    if kind not in KINDS or size > (MOST_BYTES if kind == BYTES else MOST_JSON_BYTES):
        raise Unreadable
    return kind, _exactly(pipe, size)


def _exactly(pipe: BinaryIO, size: int) -> bytes:
    read = pipe.read(size)
    if len(read) < size:
        raise EOFError
    return read
