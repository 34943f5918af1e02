"""Texts that stand in both files: whole, nearly, and the longest run of words that they share.

Every three words in a row of the source are indexed; where a text meets them, the words before and after are compared
one by one. Memory is about forty bytes a word of the source.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generation.engine.scan.against.gathered import LEAST_WORDS, ORDINARY, Digests, Passage

SHINGLE = 3
# A text is nearly another one when so much of it stands there in runs of three words and more.
NEAR_SHARE, LEAST_NEAR_WORDS = 0.8, 8
# Three words that stand in more places lead nowhere; of the places that they lead to so many are compared.
MOST_PLACES, MOST_COMPARED = 500, 24


@dataclass(frozen=True, slots=True)
class Met:
    """How a text meets those of a source: whole (either one in the other), nearly, and the longest run in words.

    `is_own`: some of what they share stands in fewer than ORDINARY places of the source, and so is no phrase of many.
    """

    is_whole: bool = False
    is_near: bool = False
    run: int = 0
    is_own: bool = False


class Index:
    """The texts of a source, by what stands in a row in them."""

    def __init__(self, passages: list[Passage]) -> None:
        lengths = np.array([len(passage.words) for passage in passages], dtype=np.int64)
        self._words = np.concatenate([passage.words for passage in passages] or [np.zeros(0, dtype=np.int64)])
        self._starts = np.concatenate([[0], np.cumsum(lengths)])
        self._of = np.repeat(np.arange(len(passages)), lengths)
        keys = _keys(self._words)
        whole = self._of[: len(keys)] == self._of[SHINGLE - 1 :] if len(keys) else np.zeros(0, dtype=bool)
        places = np.flatnonzero(whole)
        order = places[np.argsort(keys[places], kind="stable")]
        self._places, self._keys = order, keys[order]

    def meet(self, words: Digests) -> Met:
        """How a text of these words meets the source."""
        mine, theirs, rarest = self._hits(words)
        if not len(mine):
            return Met()
        shifts, counts = np.unique(theirs - mine, return_counts=True)
        best = shifts[np.argsort(-counts, kind="stable")[:MOST_COMPARED]]
        runs = [self._run(words, mine, theirs, shift) for shift in best]
        run, source = max(runs)
        if rarest >= ORDINARY:
            return Met(run=run)
        is_whole = run >= LEAST_WORDS and run in (len(words), source)
        return Met(is_whole, not is_whole and self._is_near(words, mine, theirs), run, is_own=True)

    def _hits(self, words: Digests) -> tuple[Digests, Digests, int]:
        """Where three words of the text stand in the source: places here and there; and in how many the rarest does."""
        keys = _keys(words)
        low, high = (np.searchsorted(self._keys, keys, side=side) for side in ("left", "right"))
        counts = high - low
        told = np.flatnonzero((counts > 0) & (counts <= MOST_PLACES))
        if not len(told):
            nothing = np.zeros(0, dtype=np.int64)
            return nothing, nothing, 0
        mine = np.repeat(told, counts[told])
        theirs = np.concatenate([self._places[low[at] : high[at]] for at in told])
        return mine, theirs, int(counts[told].min())

    def _run(self, words: Digests, mine: Digests, theirs: Digests, shift: int) -> tuple[int, int]:
        """The longest run along one shift, and the length of the source's text that it stands in."""
        best = (0, 0)
        for text in np.unique(self._of[theirs[theirs - mine == shift]]).tolist():
            start, end = self._starts[text], self._starts[text + 1]
            first, last = max(0, start - shift), min(len(words), end - shift)
            same = words[first:last] == self._words[first + shift : last + shift]
            best = max(best, (_longest(same), int(end - start)))
        return best

    def _is_near(self, words: Digests, mine: Digests, theirs: Digests) -> bool:
        if len(words) < LEAST_NEAR_WORDS:
            return False
        texts = self._of[theirs]
        likely, counts = np.unique(texts, return_counts=True)
        for text in likely[np.argsort(-counts, kind="stable")[:MOST_COMPARED]]:
            covered = np.zeros(len(words), dtype=bool)
            for step in range(SHINGLE):
                covered[mine[texts == text] + step] = True
            if covered.mean() >= NEAR_SHARE:
                return True
        return False


def _keys(words: Digests) -> Digests:
    """One digest for every three words in a row."""
    if len(words) < SHINGLE:
        return np.zeros(0, dtype=np.int64)
    with np.errstate(over="ignore"):
        return words[:-2] * np.int64(6364136223846793005) + words[1:-1] * np.int64(1442695040888963407) + words[2:]


def _longest(same: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> int:
    """The length of the longest run of trues."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], same.astype(np.int8), [0]])))
    return int((edges[1::2] - edges[::2]).max()) if len(edges) else 0
