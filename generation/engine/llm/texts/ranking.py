"""How like what people write a text is, told by runs of three words that k holders share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log2
from typing import Protocol

import numpy as np
import numpy.typing as npt

from generation.engine.llm.texts.corpus import Corpus
from generation.engine.llm.texts.words import Words

_EDGE = "\n"

Floats = npt.NDArray[np.float64]


class Ranker(Protocol):
    """A small language model of the source that tells likely texts from unlikely ones."""

    def scores(self, texts: Sequence[Words]) -> Floats:
        """Of each text the mean log2 probability of its words; higher is more like the source."""
        ...


@dataclass(frozen=True, slots=True)
class Trigrams:
    """An interpolated trigram model (Witten and Bell 1991) of runs that at least k holders share.

    `counts` are of runs of 1 to 3 words, `before` of what stands before their last word, `kinds` of how many different
    words follow it.
    """

    counts: dict[Words, int]
    before: dict[Words, int]
    kinds: dict[Words, int]

    @classmethod
    def of(cls, corpus: Corpus, k: int) -> Trigrams:
        """The model of a corpus. With k = 1 it is an ordinary trigram model: for measuring, never for keeping."""
        counts, holders = Counter[Words](), Counter[Words]()
        for texts in corpus.by_holder():
            runs = [run for words in texts for run in _runs(words)]
            counts.update(runs)
            holders.update(set(runs))
        kept = {run: count for run, count in counts.items() if holders[run] >= k}
        before, kinds = Counter[Words](), Counter[Words]()
        for run, count in kept.items():
            before[run[:-1]] += count
            kinds[run[:-1]] += 1
        return cls(kept, dict(before), dict(kinds))

    def scores(self, texts: Sequence[Words]) -> Floats:
        """See `Ranker.scores`."""
        return np.array([self._score(words) for words in texts], dtype=np.float64)

    def weakest(self, texts: Sequence[Words]) -> Floats:
        """Of each text the log2 probability of its least likely word: where a seam shows, if one does."""
        return np.array([min(self._logs(words)) for words in texts], dtype=np.float64)

    def _score(self, words: Words) -> float:
        logs = self._logs(words)
        return sum(logs) / len(logs)

    def _logs(self, words: Words) -> list[float]:
        """Of each word, and of the end, its log2 probability."""
        padded = (_EDGE, _EDGE, *words, _EDGE)
        return [log2(self._chance(padded[at - 2 : at + 1])) for at in range(2, len(padded))]

    def _chance(self, run: Words) -> float:
        """The probability of a run's last word after the two before it, the shorter runs mixed in."""
        chance = 1 / (len(self.kinds) + 1)
        for start in (2, 1, 0):
            seen, kinds = self.before.get(run[start:-1], 0), self.kinds.get(run[start:-1], 0)
            if not seen:
                break
            chance = (self.counts.get(run[start:], 0) + kinds * chance) / (seen + kinds)
        return chance


def _runs(words: Words) -> list[Words]:
    """The runs of 1, 2 and 3 words that end in each word; the edges of the text are words too."""
    padded = (_EDGE, _EDGE, *words, _EDGE)
    return [padded[start : at + 1] for at in range(2, len(padded)) for start in (at - 2, at - 1, at)]
