"""The draw of the random lane: the same bytes give the same sample, on every machine and every library version."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from typing import TypeVar

SEED_BYTES = 32
_WORDS = 1 << 64

Choice = TypeVar("Choice")


def sample_seed(server_key: bytes, artefact_sha256: str) -> bytes:
    """HMAC-SHA256(server key, the artefact's 64 lower-case hex digits): no input of a person moves it."""
    return hmac.digest(server_key, artefact_sha256.encode("ascii"), hashlib.sha256)


def _words(seed: bytes) -> Iterator[int]:
    """Block i = HMAC-SHA256(seed, i as 8 bytes); each block is read as four 64-bit words. All big-endian."""
    counter = 0
    while True:
        block = hmac.digest(seed, counter.to_bytes(8, "big"), hashlib.sha256)
        yield from (int.from_bytes(block[at : at + 8], "big") for at in range(0, 32, 8))
        counter += 1


def _below(words: Iterator[int], bound: int) -> int:
    """A uniform number of 0..bound-1: words from the last, incomplete multiple of the bound are thrown away."""
    limit = _WORDS - _WORDS % bound
    return next(word for word in words if word < limit) % bound


def sample_rows(seed: bytes, lot: int, n: int) -> tuple[int, ...]:
    """The rows (0-based) of a simple random sample without replacement, in their fixed random order; memory O(n).

    The first n steps of a Fisher-Yates shuffle of 0..lot-1 (Durstenfeld 1964; Knuth, TAOCP 2, algorithm P): for
    i = 0..n-1 exchange positions i and i + u, u uniform in 0..lot-i-1, keeping only the positions that have moved.
    Hence every prefix is itself a simple random sample, and the sample of n begins the sample of n + 1.
    `seed` is 32 bytes, see `sample_seed`. A lot no larger than n is taken whole. ValueError for another seed or lot.

    >>> sample_rows(bytes(32), 10_000, 5)
    (164, 7175, 8593, 2963, 2547)
    """
    if len(seed) != SEED_BYTES or not 0 < lot < _WORDS or n < 0:
        raise ValueError("A draw needs a seed of 32 bytes, a lot of 1 to 2^64 - 1 records, and n of 0 or more.")
    words = _words(seed)
    moved: dict[int, int] = {}
    rows = []
    for here in range(min(n, lot)):
        there = here + _below(words, lot - here)
        rows.append(moved.get(there, there))
        moved[there] = moved.pop(here, here)
    return tuple(rows)


class Chance:
    """Seeded choices: everything else about a sample that nobody may choose. Same seed, same choices, everywhere."""

    def __init__(self, seed: bytes, purpose: str) -> None:
        self._words = _words(hmac.digest(seed, purpose.encode(), hashlib.sha256))

    def below(self, bound: int) -> int:
        """A uniform number of 0..bound-1."""
        return _below(self._words, bound)

    def pick(self, choices: Sequence[Choice]) -> Choice:
        """One of the choices, each as likely as any other."""
        return choices[self.below(len(choices))]

    def some(self, number: int, size: int) -> tuple[int, ...]:
        """`number` different numbers of 0..size-1 in random order; all of them when there are no more."""
        return sample_rows(b"".join(next(self._words).to_bytes(8, "big") for _ in range(4)), size, number)
