"""Sealed files as a limited child has them: open descriptors, one data key, and neither vault nor settings."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO
from uuid import UUID

from synthportal.storage.sealing import SealedReader, SealingWriter


@dataclass(frozen=True, slots=True)
class SealKey:
    """A data key, unwrapped: for a child process that must not reach the database."""

    id: UUID
    secret: bytes = field(repr=False)


def open_lent(key: SealKey, file: BinaryIO) -> BinaryIO:
    """The plaintext of a sealed file that was lent, from its start; the descriptor itself stays open."""
    source = os.fdopen(os.dup(file.fileno()), "rb")
    source.seek(0)
    return io.BufferedReader(SealedReader(source, key.secret, key.id.bytes), 256 * 1024)


@contextmanager
def write_lent(key: SealKey, file: BinaryIO) -> Iterator[BinaryIO]:
    """Seal what is written into an empty file that was lent."""
    with os.fdopen(os.dup(file.fileno()), "wb") as sink:
        sealing = SealingWriter(sink, key.secret, key.id.bytes)
        yield sealing  # type: ignore[misc]
        sealing.finish()
