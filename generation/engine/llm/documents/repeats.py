"""Texts that are nearly the same: MinHash of word 5-grams, banded, and every candidate pair compared exactly.

Broder 1997 (resemblance); a pair of resemblance .8 shares one of 16 bands of 4 hashes with probability .9998.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

GRAM_WORDS = 5
SAME = 0.8
_BANDS, _ROWS = 16, 4
_PRIME = np.uint64((1 << 61) - 1)


def clusters(texts: Sequence[str], *, resemblance: float = SAME) -> list[int]:
    """For each text the place of the first text that it nearly repeats, its own where there is none.

    `resemblance` is the shared part of all word 5-grams of two texts (Jaccard), from 0 to 1.
    """
    grams = [_grams(text) for text in texts]
    leads = list(range(len(texts)))
    for one, other in sorted(_candidates(grams)):
        if _jaccard(grams[one], grams[other]) >= resemblance:
            first, second = sorted((_lead(leads, one), _lead(leads, other)))
            leads[second] = first
    return [_lead(leads, place) for place in range(len(texts))]


def _grams(text: str) -> frozenset[int]:
    words = re.findall(r"\w+", text.lower())
    runs = [" ".join(words[at : at + GRAM_WORDS]) for at in range(max(1, len(words) - GRAM_WORDS + 1))]
    return frozenset(zlib.crc32(run.encode()) for run in runs)


def _candidates(grams: Sequence[frozenset[int]]) -> set[tuple[int, int]]:
    draw = np.random.default_rng(0)  # any fixed family of hash functions will do
    factors, terms = draw.integers(1, 1 << 29, size=(2, _BANDS * _ROWS), dtype=np.uint64)
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for place, own in enumerate(grams):
        hashes = (np.outer(np.fromiter(own, np.uint64), factors) + terms) % _PRIME
        signature = hashes.min(axis=0).reshape(_BANDS, _ROWS)
        for band in range(_BANDS):
            buckets[band, signature[band].tobytes()].append(place)
    return {pair for places in buckets.values() for pair in pairwise(places)}


def _jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / len(one | other)


def _lead(leads: list[int], place: int) -> int:
    while leads[place] != place:
        place = leads[place]
    return place
