"""Streaming AES-256-GCM in chunks, readable from any offset.

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance, CRYPTO 2015): chunk i is sealed with nonce = prefix || i || is_last, so chunks cannot be reordered,
dropped or cut off. File = MAGIC, 7 bytes of prefix, then chunks of CHUNK_BYTES plaintext + 16 bytes of tag each.
"""

from __future__ import annotations

import io
import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"SYNSEAL1"
PREFIX_BYTES = 7
TAG_BYTES = 16
CHUNK_BYTES = 256 * 1024
HEADER_BYTES = len(MAGIC) + PREFIX_BYTES


class SealBroken(Exception):
    """The bytes are not what was sealed: damaged, cut off, or sealed with another key."""


def _nonce(prefix: bytes, index: int, is_last: bool) -> bytes:
    return prefix + index.to_bytes(4, "big") + bytes([is_last])


class SealingWriter(io.RawIOBase):
    """A write-only file that seals what is written into `sink`; `finish()` writes the last chunk."""

    def __init__(self, sink: BinaryIO, key: bytes, context: bytes) -> None:
        super().__init__()
        self._sink, self._cipher, self._context = sink, AESGCM(key), context
        self._prefix = os.urandom(PREFIX_BYTES)
        self._buffer, self._index, self._size = bytearray(), 0, 0
        sink.write(MAGIC + self._prefix)

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._size

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Buffer, and seal every full chunk once it is known not to be the last."""
        view = memoryview(data).cast("B")
        self._buffer += view
        self._size += len(view)
        while len(self._buffer) > CHUNK_BYTES:
            self._put(bytes(self._buffer[:CHUNK_BYTES]), is_last=False)
            del self._buffer[:CHUNK_BYTES]
        return len(view)

    def _put(self, chunk: bytes, *, is_last: bool) -> None:
        self._sink.write(self._cipher.encrypt(_nonce(self._prefix, self._index, is_last), chunk, self._context))
        self._index += 1

    def finish(self) -> None:
        """Write the last chunk; without it the file can never be opened."""
        self._put(bytes(self._buffer), is_last=True)
        self.close()


class SealedReader(io.RawIOBase):
    """A seekable read-only view of the plaintext of a sealed file; every chunk is verified before it is given out."""

    def __init__(self, source: BinaryIO, key: bytes, context: bytes) -> None:
        super().__init__()
        self._source, self._cipher, self._context = source, AESGCM(key), context
        header = source.read(HEADER_BYTES)
        if len(header) != HEADER_BYTES or not header.startswith(MAGIC):
            raise SealBroken("This is not a sealed file.")
        self._prefix = header[len(MAGIC) :]
        sealed = source.seek(0, io.SEEK_END) - HEADER_BYTES
        self._chunks = max(1, -(-sealed // (CHUNK_BYTES + TAG_BYTES)))
        self.size = sealed - self._chunks * TAG_BYTES
        if self.size < (self._chunks - 1) * CHUNK_BYTES + (self._chunks > 1):  # only an empty file ends in no byte
            raise SealBroken("The sealed file is cut off.")
        self._position, self._cached, self._plain = 0, -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError("A position before the start of the file.")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if self._position >= self.size:
            return len(self._chunk(0)) if not self.size else 0  # an empty file, too, has a tag to prove
        index, start = divmod(self._position, CHUNK_BYTES)
        piece = self._chunk(index)[start : start + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def _chunk(self, index: int) -> bytes:
        if index != self._cached:
            self._source.seek(HEADER_BYTES + index * (CHUNK_BYTES + TAG_BYTES))
            sealed = self._source.read(CHUNK_BYTES + TAG_BYTES)
            nonce = _nonce(self._prefix, index, index == self._chunks - 1)
            try:
                self._plain = self._cipher.decrypt(nonce, sealed, self._context)
            except InvalidTag as error:
                raise SealBroken("The sealed bytes were changed, or belong to another key.") from error
            self._cached = index
        return self._plain

    def close(self) -> None:
        self._source.close()
        super().close()


def seal_bytes(plain: bytes, key: bytes, context: bytes) -> bytes:
    """Seal a small value (a review record, a wrapped key): 12 bytes of nonce, then ciphertext and tag."""
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, plain, context)


def open_bytes(sealed: bytes, key: bytes, context: bytes) -> bytes:
    """Undo seal_bytes. Raises SealBroken."""
    try:
        return AESGCM(key).decrypt(sealed[:12], sealed[12:], context)
    except (InvalidTag, ValueError) as error:
        raise SealBroken("The sealed bytes were changed, or belong to another key.") from error
