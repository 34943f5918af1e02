"""The phrase grammar of one label: phrases that at least k people wrote, and which follows which.

A phrase is 1 to 5 words that k holders of the label share, or up to 3 words that 2k holders share whatever their label.
Each text is cut greedily into the longest phrases, and words that nothing supports are dropped; two phrases that a
dropped word parted are joined only where k holders have that seam too. What follows is counted by the last two words
where k holders go on from them, else by the last one. So every phrase and every seam has k holders behind it; a walk
nobody wrote, unless it is found to be a copy afterwards.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np

from generation.engine.llm.texts.corpus import Corpus
from generation.engine.llm.texts.support import holders_of_runs, supported
from generation.engine.llm.texts.words import Words

LONGEST_OWN = 5
LONGEST_SHARED = 3
LONGEST_SEAM = 2
MOST_WORDS = 45
MOST_FRUITLESS = 500
_END: Words = ()


@dataclass(frozen=True, slots=True)
class Steps:
    """What may follow: phrases, and their counts summed up to each. The empty phrase ends the text."""

    phrases: tuple[Words, ...]
    sums: tuple[int, ...]

    @classmethod
    def of(cls, counts: Counter[Words]) -> Steps:
        """In an order that follows from the counts alone, so that every process draws alike."""
        ordered = sorted(counts.items())
        return cls(tuple(phrase for phrase, _ in ordered), tuple(accumulate(count for _, count in ordered)))

    def drawn(self, chance: float) -> Words:
        """The phrase at this place (0..1) of all that were counted."""
        return self.phrases[bisect_right(self.sums, chance * self.sums[-1])]


@dataclass(frozen=True, slots=True)
class Grammar:
    """What one label says. `steps` are by the words said last: two, one, or none at the start of a text. `texts` is how
    many were read, `held_share` the share of their words that some phrase holds."""

    label: str
    steps: Mapping[Words, Steps]
    texts: int
    held_share: float

    def walks(self, rng: np.random.Generator) -> Iterator[Words]:
        """Texts as words, 1 to `MOST_WORDS` each, without end; none where no text of the source begins, or where
        walk after walk comes to no end.
        """
        fruitless = 0
        while () in self.steps and fruitless < MOST_FRUITLESS:
            words = self._walked(rng.random(MOST_WORDS + 1).tolist())
            fruitless = 0 if words else fruitless + 1
            if words:
                yield words

    def _walked(self, chances: list[float]) -> Words:
        words: Words = ()
        for chance in chances:
            phrase = self._after(words).drawn(chance)
            if not phrase:
                return words
            words += phrase
            if len(words) > MOST_WORDS:
                break
        return ()

    def _after(self, words: Words) -> Steps:
        return self.steps.get(words[-2:]) or self.steps[words[-1:]]


@dataclass(slots=True)
class _Counts:
    """What followed on what, and who went on so."""

    follows: defaultdict[Words, Counter[Words]] = field(default_factory=lambda: defaultdict(Counter))
    holders: defaultdict[Words, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, said: Words, phrase: Words, holder: str) -> None:
        for seen in {said[-1:], said[-2:]}:
            self.follows[seen][phrase] += 1
            self.holders[seen].add(holder)

    def steps(self, k: int) -> dict[Words, Steps]:
        """Two words count from k holders on. A word that nothing followed ends its text."""
        last = {phrase[-1:] for counts in self.follows.values() for phrase in counts if phrase}
        for word in last - self.follows.keys():
            self.follows[word][_END] = 1
        kept = (seen for seen in self.follows if len(seen) < LONGEST_SEAM or len(self.holders[seen]) >= k)
        return {seen: Steps.of(self.follows[seen]) for seen in kept}


def shared_phrases(corpus: Corpus, k: int) -> frozenset[Words]:
    """Short phrases that 2k holders of any label share."""
    return supported(holders_of_runs(corpus, range(1, LONGEST_SHARED + 1)), 2 * k)


def fit_grammar(
    texts: Corpus, label: str, shared: frozenset[Words], k: int, *, longest: int = LONGEST_OWN
) -> Grammar:  # fmt: skip
    """The grammar of texts that have one label; `shared` are phrases of all labels, `longest` the words of a phrase."""
    phrases = supported(holders_of_runs(texts, range(1, longest + 1)), k) | shared
    counts, kept = _Counts(), 0
    for words, holder in zip(texts.words, texts.holders, strict=True):
        parts = list(cut(words, phrases, longest))
        kept += sum(len(phrase) for _, phrase in parts)
        _count(words, holder, parts, phrases, counts)
    total = sum(map(len, texts.words))
    return Grammar(label, counts.steps(k), len(texts), kept / max(1, total))


def _count(
    words: Words, holder: str, parts: Iterable[tuple[int, Words]], phrases: frozenset[Words], counts: _Counts
) -> None:
    """Count the steps of one text."""
    said: Words = ()
    end = 0
    for start, phrase in parts:
        is_joined = start == end or (bool(said) and (said[-1], phrase[0]) in phrases)
        if is_joined:
            counts.add(said, phrase, holder)
        # After a seam that too few have, nothing before it may be remembered.
        said = said + phrase if is_joined else phrase
        end = start + len(phrase)
    if said and end == len(words):
        counts.add(said, _END, holder)


def cut(words: Words, phrases: frozenset[Words], longest: int = LONGEST_OWN) -> Iterator[tuple[int, Words]]:
    """(place, phrase) of the longest supported phrase at each place, from the left; a word that starts none is dropped.

    >>> [phrase for _, phrase in cut(("my", "blue", "card"), frozenset({("my",), ("card",), ("my", "card")}))]
    [('my',), ('card',)]
    """
    start = 0
    while start < len(words):
        ends = range(min(len(words), start + longest), start, -1)
        end = next((end for end in ends if words[start:end] in phrases), 0)
        if end:
            yield start, words[start:end]
        start = end or start + 1
