"""How many different holders stand behind a run of words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from generation.engine.llm.texts.corpus import Corpus
from generation.engine.llm.texts.words import Words


def runs_of(words: Words, length: int) -> Iterator[Words]:
    """Every run of so many neighbouring words."""
    return (words[start : start + length] for start in range(len(words) - length + 1))


def holders_of_runs(corpus: Corpus, lengths: Iterable[int]) -> Counter[Words]:
    """Number of different holders of each run of one of the lengths."""
    wanted, found = tuple(lengths), Counter[Words]()
    for texts in corpus.by_holder():
        found.update({run for words in texts for length in wanted for run in runs_of(words, length)})
    return found


def supported(counts: Counter[Words], least: int) -> frozenset[Words]:
    """The runs that at least so many hold."""
    return frozenset(run for run, holders in counts.items() if holders >= least)
