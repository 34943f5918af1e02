"""The longest run of words that a text shares with any of many references, seeded by runs of eight words.

Every run of `seed` words is one number; those of the references are kept sorted, so that all runs of all texts are
looked up in one search. What is found on both sides is made a word longer, again and again, until nothing is left: the
work shrinks with each word, and no text is ever compared with a reference alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SEED_WORDS = 8
_BASE = np.uint64(6_364_136_223_846_793_005)
_STOP = 0  # stands between texts; no word has it
_UNKNOWN = -1

Numbers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class RunIndex:
    """References, ready to be searched: `words` in one row with stops between texts, `hashes` of their runs sorted,
    `starts` where each run begins."""

    numbers: dict[str, int]
    words: Numbers
    hashes: Hashes
    starts: Numbers
    seed: int

    @classmethod
    def of(cls, references: Iterable[Sequence[str]], seed: int = SEED_WORDS) -> RunIndex:
        """The index of texts given as words."""
        numbers: dict[str, int] = {}
        words = _in_a_row(references, numbers, learn=True)
        hashes, starts = _runs(words, seed)
        order = np.argsort(hashes, kind="stable")
        return cls(numbers, words, hashes[order], starts[order], seed)

    def has_run_of(self, text: Sequence[str]) -> bool:
        """Whether a run of `seed` words of the text stands in a reference.

        >>> RunIndex.of([["a", "b", "c"]], seed=2).has_run_of(["x", "b", "c"])
        True
        """
        own, _ = _runs(_in_a_row([text], self.numbers, learn=False), self.seed)
        return bool(_found(own, self.hashes).any())

    def longest(self, texts: Sequence[Sequence[str]]) -> Numbers:
        """Of each text the words of its longest run that a reference holds too; 0 where it is under `seed` words.

        >>> index = RunIndex.of([["a", "b", "c", "d"]], seed=2)
        >>> index.longest([["x", "a", "b", "c"], ["b", "a", "d"]]).tolist()
        [3, 0]
        """
        words = _in_a_row(texts, self.numbers, learn=False)
        own, starts = _runs(words, self.seed)
        text_of = np.repeat(np.arange(len(texts)), [len(text) + 1 for text in texts])
        longest = np.zeros(len(texts), dtype=np.int64)
        theirs, places = self.hashes, self.starts
        kept = _found(own, theirs)
        own, starts, length = own[kept], starts[kept], self.seed
        while len(own):
            longest[text_of[starts]] = length
            common = _found(theirs, np.sort(own))
            theirs, places = _longer(theirs[common], places[common], self.words, length)
            own, starts = _longer(own, starts, words, length)
            kept = _found(own, np.sort(theirs))
            own, starts, length = own[kept], starts[kept], length + 1
        return longest


def _in_a_row(texts: Iterable[Sequence[str]], numbers: dict[str, int], *, learn: bool) -> Numbers:
    """The words of all texts as numbers, each text followed by a stop."""
    row: list[int] = []
    for text in texts:
        if learn:
            row += [numbers.setdefault(word, len(numbers) + 1) for word in text]
        else:
            row += [numbers.get(word, _UNKNOWN) for word in text]
        row.append(_STOP)
    return np.array(row, dtype=np.int64)


def _runs(words: Numbers, seed: int) -> tuple[Hashes, Numbers]:
    """(hash, start) of every run of `seed` known words within one text."""
    if len(words) < seed:
        return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
    bad = np.append(0, np.cumsum(words <= _STOP))
    starts = np.flatnonzero(bad[seed:] == bad[:-seed])
    hashes = np.zeros(len(starts), dtype=np.uint64)
    for column in range(seed):
        hashes = hashes * _BASE + words[starts + column].astype(np.uint64)
    return hashes, starts


def _longer(hashes: Hashes, starts: Numbers, words: Numbers, length: int) -> tuple[Hashes, Numbers]:
    """The runs made one word longer, less those that end with their text or before an unknown word."""
    following = words[starts + length]
    goes_on = following > _STOP
    return hashes[goes_on] * _BASE + following[goes_on].astype(np.uint64), starts[goes_on]


def _found(hashes: Hashes, ordered: Hashes) -> npt.NDArray[np.bool_]:
    """Which of the hashes are among those in order."""
    if not len(ordered):
        return np.zeros(len(hashes), dtype=bool)
    first = np.minimum(np.searchsorted(ordered, hashes), len(ordered) - 1)
    found: npt.NDArray[np.bool_] = ordered[first] == hashes
    return found
