"""A file that gives no byte it has not checked: what is read is compared with the signed tree piece by piece."""

from __future__ import annotations

import io
from typing import BinaryIO

from reviews.engine.attestation.pieces import Measured


class Changed(Exception):
    """The file is not the one that was measured."""


class CheckedFile(io.RawIOBase):
    """Read-only and seekable. The bytes that were checked are the bytes that are given; memory O(one piece).

    Raises Changed in place of the first byte of a piece that is another one than was signed.
    """

    def __init__(self, file: BinaryIO, measured: Measured) -> None:
        self._file, self._measured = file, measured
        self._at, self._piece, self._content = 0, -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._measured.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not len(buffer) or self._at >= self._measured.size:
            return 0
        piece = self._measured.covering(self._at, self._at)[0]
        start = self._at - self._measured.starts[piece]
        found = self._checked(piece)[start : start + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

    def _checked(self, piece: int) -> bytes:
        if piece != self._piece:
            start = self._measured.starts[piece]
            self._file.seek(start)
            content = self._file.read(self._measured.end(piece) - start)
            if not self._measured.holds(piece, content):
                raise Changed(f"Piece {piece} of the file is not the one that was signed.")
            self._piece, self._content = piece, content
        return self._content

    def close(self) -> None:
        self._file.close()
        super().close()
