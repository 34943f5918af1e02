"""The draw of the random lane: the same bytes give the same sample, on every machine and every library version."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from reviews.engine.acceptance.vrf import vrf_output, vrf_prove, vrf_public_key, vrf_verify

SEED_BYTES = 32
_WORDS = 1 << 64

Choice = TypeVar("Choice")


@dataclass(frozen=True, slots=True)
class Draw:
    """How a sample was drawn, in hex digits.

    `commitment` is the SHA-256 of the seed, told when it is drawn; `proof` and `public_key` show that the seed could be
    no other (RFC 9381). Without a proof it was drawn by HMAC, as before.
    """

    commitment: str
    public_key: str = ""
    proof: str = ""


def sample_seed(server_key: bytes, artefact_sha256: str) -> bytes:
    """HMAC-SHA256(server key, the artefact's 64 lower-case hex digits): no input of a person moves it.

    The seed of samples that were drawn before the draw had a proof.
    """
    return hmac.digest(server_key, artefact_sha256.encode("ascii"), hashlib.sha256)


def draw_key(server_key: bytes) -> bytes:
    """The secret key of draws with a proof: 32 bytes that follow from the server's key and serve nothing else."""
    return hmac.digest(server_key, b"synthportal sample ECVRF-EDWARDS25519-SHA512-TAI", hashlib.sha256)


def draw_seed(server_key: bytes, artefact_sha256: str) -> tuple[bytes, Draw]:
    """The seed, and how anybody checks it: the first 32 bytes of the verifiable random function over the artefact's 64
    lower-case hex digits. No input of a person moves it, and the portal has no second one to choose from.
    """
    secret = draw_key(server_key)
    proof = vrf_prove(secret, artefact_sha256.encode("ascii"))
    seed = vrf_output(proof)[:SEED_BYTES]
    return seed, Draw(commitment(seed), vrf_public_key(secret).hex(), proof.hex())


def seed_of(draw: Draw, artefact_sha256: str) -> bytes:
    """The seed that a draw with a proof had to take. Raises BadProof when the proof does not hold for these bytes."""
    alpha = artefact_sha256.encode("ascii")
    return vrf_verify(bytes.fromhex(draw.public_key), alpha, bytes.fromhex(draw.proof))[:SEED_BYTES]


def commitment(seed: bytes) -> str:
    """What can be told of a seed while it has to stay secret: its SHA-256 in hex digits."""
    return hashlib.sha256(seed).hexdigest()


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
