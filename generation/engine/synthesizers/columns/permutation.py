"""A keyed permutation of whole numbers: record numbers go in, places in no order come out, each once.

A Feistel network over the next power of four with cycle walking: Black and Rogaway, "Ciphers with arbitrary finite
domains" (2002). The round function is the finaliser of SplitMix64 (Steele, Lea and Flood 2014). It hides no secret: it
keeps numbers apart without a list of those that were given out, so that shards need not know of each other.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.uint64]
ROUNDS = 8
LARGEST = 2**62
_GOLDEN = 0x9E3779B97F4A7C15
_WORD = 2**64 - 1


def permuted(numbers: Numbers, size: int, key: int) -> Numbers:
    """Numbers below `size` (at most 2**62), each to another place below it; equal keys permute alike."""
    half = max(1, (max(1, size - 1).bit_length() + 1) // 2)
    found = _rounds(numbers.astype(np.uint64), half, key)
    while (outside := found >= np.uint64(size)).any():
        found[outside] = _rounds(found[outside], half, key)
    return found


def mixed(numbers: Numbers, key: int) -> Numbers:
    """64 bits for each number that look drawn at random; equal keys and numbers give equal ones."""
    with np.errstate(over="ignore"):
        bits = numbers + np.uint64((key * _GOLDEN + _GOLDEN) & _WORD)
        bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(bits ^ (bits >> np.uint64(31)), dtype=np.uint64)


def _rounds(numbers: Numbers, half: int, key: int) -> Numbers:
    width, mask = np.uint64(half), np.uint64(2**half - 1)
    left, right = numbers >> width, numbers & mask
    for turn in range(ROUNDS):
        left, right = right, left ^ (mixed(right, key * ROUNDS + turn) & mask)
    return np.asarray((left << width) | right, dtype=np.uint64)
