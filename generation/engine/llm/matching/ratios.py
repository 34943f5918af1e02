"""How alike two short texts are, letter by letter: the normalised indel similarity of rapidfuzz, from 0 to 1.

For records under twenty words, where runs of words see little: one changed word leaves no run, and most of the letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

NEAR = 0.9
_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Nearest:
    """Of each text the ratio of the reference that is most like it, 0 where none reaches the cutoff, and its place."""

    ratios: npt.NDArray[np.float64]
    places: npt.NDArray[np.int64]


def nearest(texts: Sequence[str], references: Sequence[str], cutoff: float = NEAR) -> Nearest:
    """The most similar reference of each text. Texts are compared as they are: give both in their normal form.

    >>> found = nearest(["where is my card"], ["lost it", "where is my cards"])
    >>> round(float(found.ratios[0]), 2), int(found.places[0])
    (0.97, 1)
    """
    ratios, places = np.zeros(len(texts)), np.zeros(len(texts), dtype=np.int64)
    if not references:
        return Nearest(ratios, places)
    for start in range(0, len(texts), _AT_ONCE):
        some = texts[start : start + _AT_ONCE]
        scores = process.cdist(some, references, scorer=fuzz.ratio, score_cutoff=100 * cutoff, dtype=np.float32)
        best = scores.argmax(axis=1)
        places[start : start + len(some)] = best
        ratios[start : start + len(some)] = scores[np.arange(len(some)), best] / 100
    return Nearest(ratios, places)


def is_near(texts: Sequence[str], references: Sequence[str], cutoff: float = NEAR) -> npt.NDArray[np.bool_]:
    """Which texts have a reference that is at least so much like them."""
    found: npt.NDArray[np.bool_] = nearest(texts, references, cutoff).ratios >= cutoff - 1e-6
    return found
