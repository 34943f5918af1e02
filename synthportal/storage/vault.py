"""The vault's doors: write sealed, read sealed, erase.

A sealed blob is called `sealed/<key id>/<sha256 of the plaintext>`.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from synthportal.errors import DISK_FULL, Conflict, is_full_disk
from synthportal.storage.keys import destroy_key, unwrap
from synthportal.storage.lent import SealKey, open_lent
from synthportal.storage.local import LocalStore
from synthportal.storage.sealing import SealBroken, SealedReader, SealingWriter, open_bytes, seal_bytes

READ_BYTES = 1024 * 1024
MISSING = "These bytes are missing from the vault: ask your administrator to restore them."


class Store(Protocol):
    """Where blobs lie. `publish` is atomic and durable; names are made of ids and digests only."""

    def stage(self) -> BinaryIO: ...
    def publish(self, staged: BinaryIO, name: str) -> None: ...
    def discard(self, staged: BinaryIO) -> None: ...
    def open(self, name: str) -> BinaryIO: ...
    def exists(self, name: str) -> bool: ...
    def remove(self, name: str) -> None: ...
    def sweep(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Blob:
    """What was sealed: the SHA-256 of the plaintext and its size in bytes."""

    sha256: str
    size: int


class Hashing(io.RawIOBase):
    """Passes bytes on and hashes them on the way."""

    def __init__(self, sink: io.RawIOBase) -> None:
        super().__init__()
        self._sink, self._hash, self.size = sink, hashlib.sha256(), 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.size

    def write(self, data: bytes) -> int:  # type: ignore[override]
        view = memoryview(data).cast("B")
        self._hash.update(view)
        self._sink.write(view)
        self.size += len(view)
        return len(view)

    def blob(self) -> Blob:
        return Blob(self._hash.hexdigest(), self.size)


class Draft:
    """A blob being written: `file` takes the plaintext, `blob` is there once the `with` has ended well."""

    def __init__(self, file: Hashing) -> None:
        self.file: BinaryIO = file  # type: ignore[assignment]
        self._hashing = file
        self.blob: Blob | None = None

    def finish(self) -> Blob:
        """What was written so far, as a blob."""
        return self._hashing.blob()

    @property
    def written(self) -> Blob:
        if self.blob is None:
            raise RuntimeError("The draft was not finished.")
        return self.blob


@cache
def store() -> Store:
    """The store named by the settings: a local directory, or an S3-compatible bucket."""
    url = urlsplit(settings.VAULT_URL)
    if url.scheme == "s3":
        from synthportal.storage.s3 import S3Store

        return S3Store(url.netloc + url.path, settings.VAULT_ENDPOINT)
    return LocalStore(Path(url.path))


@contextmanager
def disk_errors() -> Iterator[None]:
    """A full disk is a Conflict in words, not a crash."""
    try:
        yield
    except OSError as error:
        if is_full_disk(error):
            raise Conflict(DISK_FULL) from error
        raise


@contextmanager
def write_sealed(key: UUID | SealKey) -> Iterator[Draft]:
    """Write a blob sealed with a dataset's key; nothing is left behind when the block raises."""
    key = unwrap(key)
    staged = store().stage()
    try:
        with disk_errors():
            sealing = SealingWriter(staged, key.secret, key.id.bytes)
            draft = Draft(Hashing(sealing))
            yield draft
            blob = draft.finish()
            sealing.finish()
            store().publish(staged, _sealed_name(key.id, blob.sha256))
            draft.blob = blob
    except BaseException:
        store().discard(staged)
        raise


def open_sealed(key: UUID | SealKey, sha256: str) -> BinaryIO:
    """A sealed blob's plaintext as a seekable file. Raises Conflict when the dataset was erased or bytes are lost."""
    key = unwrap(key)
    try:
        source = store().open(_sealed_name(key.id, sha256))
    except FileNotFoundError as error:
        raise Conflict(MISSING) from error
    reader = SealedReader(source, key.secret, key.id.bytes)
    return io.BufferedReader(reader, 256 * 1024)


@contextmanager
def lend_sealed(key: SealKey, sha256: str) -> Iterator[BinaryIO]:
    """A sealed blob as a file with a descriptor, still sealed: for a child that has the key and not the vault."""
    try:
        source = store().open(_sealed_name(key.id, sha256))
    except FileNotFoundError as error:
        raise Conflict(MISSING) from error
    with source:
        if isinstance(source, io.BufferedReader):
            yield source
            return
        with scratch() as copy, disk_errors():
            shutil.copyfileobj(source, copy, READ_BYTES)
            copy.seek(0)
            yield copy


def scratch() -> BinaryIO:
    """A file without a name, for a child to write sealed bytes into; gone when it is closed, or its process dies."""
    return tempfile.TemporaryFile(dir=settings.DATA_DIR, buffering=0)


def take_over(key: SealKey, lent: BinaryIO) -> Blob:
    """What a child sealed into a scratch file, as a blob of the vault: its digest is made here, not believed."""
    with open_lent(key, lent) as source, write_sealed(key) as draft:
        shutil.copyfileobj(source, draft.file, READ_BYTES)
    return draft.written


def holds(key_id: UUID, sha256: str) -> bool:
    """Whether a sealed blob opens, to its last byte, and still hashes to its name."""
    try:
        with open_sealed(key_id, sha256) as blob:
            return sha256_of(blob) == sha256
    except SealBroken:
        return False


def has_sealed(key_id: UUID, sha256: str) -> bool:
    return store().exists(_sealed_name(key_id, sha256))


def remove_sealed(key_id: UUID, sha256: str) -> None:
    store().remove(_sealed_name(key_id, sha256))


def seal_value(key_id: UUID, plain: bytes, context: bytes) -> bytes:
    """Seal a small value for a database field; `context` ties it to its row."""
    return seal_bytes(plain, unwrap(key_id).secret, key_id.bytes + context)


def open_value(key: UUID | SealKey, sealed: bytes, context: bytes) -> bytes:
    """Open a sealed database field. Raises SealBroken when it was moved to another row or changed."""
    key = unwrap(key)
    return open_bytes(sealed, key.secret, key.id.bytes + context)


def erase(key_id: UUID) -> None:
    """Destroy the key first (that is the erasure), then remove the bytes that nobody can read any more."""
    destroy_key(key_id)
    store().remove(f"sealed/{key_id.hex}")


def sha256_of(file: BinaryIO) -> str:
    """The digest of everything left to read in a file."""
    digest = hashlib.sha256()
    while piece := file.read(READ_BYTES):
        digest.update(piece)
    return digest.hexdigest()


def _sealed_name(key_id: UUID, sha256: str) -> str:
    return f"sealed/{key_id.hex}/{sha256}"
