"""A file in pieces, with a Merkle tree over them (RFC 6962, section 2.1): any part is checked without the rest.

No piece is larger than PIECE_BYTES, and a Parquet file is cut at its row groups too: a row group, one shard, is a run
of whole pieces. The root is signed; the leaves are listed in a document of the release.
"""

from __future__ import annotations

import hashlib
import zlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, BinaryIO

PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Shard:
    """A row group: its rows, and the bytes from `start` up to `end`."""

    start: int
    end: int
    rows: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of a file in one reading: `starts` are the offsets of its pieces, `leaves` their hashes."""

    size: int
    sha256: str
    crc32: int
    starts: tuple[int, ...]
    leaves: tuple[str, ...]
    shards: tuple[Shard, ...] = ()

    @property
    def root(self) -> str:
        """The Merkle root, which is what a signature names."""
        return merkle_root([bytes.fromhex(leaf) for leaf in self.leaves]).hex()

    def end(self, piece: int) -> int:
        """The offset after a piece."""
        return self.starts[piece + 1] if piece + 1 < len(self.starts) else self.size

    def covering(self, first: int, last: int) -> range:
        """The pieces that hold the bytes `first` to `last`."""
        return range(bisect_right(self.starts, first) - 1, bisect_right(self.starts, last))

    def holds(self, piece: int, content: bytes) -> bool:
        """Whether these bytes are that piece."""
        return leaf_hash(content).hex() == self.leaves[piece]


def leaf_hash(content: bytes) -> bytes:
    """SHA-256 of a zero byte and the content."""
    return hashlib.sha256(b"\0" + content).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The tree head of RFC 6962 over leaf hashes: split at the largest power of two below their number."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + merkle_root(leaves[:split]) + merkle_root(leaves[split:])).digest()


def measure(file: BinaryIO, shards: Sequence[Shard] = ()) -> Measured:
    """Read a file once: digest, CRC and leaves, cut where a shard begins or ends and after each PIECE_BYTES."""
    whole, crc, starts, leaves = hashlib.sha256(), 0, [], []
    for at, content in _cut(file, sorted({cut for shard in shards for cut in (shard.start, shard.end)})):
        whole.update(content)
        crc = zlib.crc32(content, crc)
        starts.append(at)
        leaves.append(leaf_hash(content).hex())
    return Measured(file.tell(), whole.hexdigest(), crc, tuple(starts), tuple(leaves), tuple(shards))


def _cut(file: BinaryIO, cuts: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    file.seek(0)
    for start, end in pairwise((0, *cuts, None)):
        at = start or 0
        while content := file.read(PIECE_BYTES if end is None else min(PIECE_BYTES, end - at)):
            yield at, content
            at += len(content)


def as_data(pieces: Measured) -> dict[str, Any]:
    """The pieces as JSON data, with their root."""
    return asdict(pieces) | {"root": pieces.root}


def from_data(data: dict[str, Any]) -> Measured:
    """Pieces as `as_data` wrote them; ValueError where they do not have the root that they name."""
    shards = tuple(Shard(**shard) for shard in data["shards"])
    found = Measured(data["size"], data["sha256"], data["crc32"], tuple(data["starts"]), tuple(data["leaves"]), shards)
    if found.root != data["root"]:
        raise ValueError("The leaves of a file do not have the root that was signed.")
    return found


def shard_holds(pieces: Measured, number: int, content: bytes) -> bool:
    """Whether these bytes are one shard (from 0) of the file, checked against the leaves alone."""
    shard = pieces.shards[number]
    if len(content) != shard.end - shard.start:
        return False
    covered = pieces.covering(shard.start, shard.end - 1)
    return all(
        pieces.holds(one, content[pieces.starts[one] - shard.start : pieces.end(one) - shard.start]) for one in covered
    )
