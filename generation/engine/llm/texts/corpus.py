"""Texts with what is known of each: its label, and who wrote it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from generation.engine.llm.texts.words import Words, words_of

DECOY_SHARE = 0.1


@dataclass(frozen=True)
class Corpus:
    """Texts in order, each with a label ("" where there are none) and a holder: the person, or the text's own number.

    What "k sources" means everywhere is k different holders.
    """

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    holders: tuple[str, ...]

    @classmethod
    def of(
        cls, texts: Sequence[str], labels: Sequence[str] | None = None, persons: Sequence[str] | None = None
    ) -> Corpus:
        """The corpus of equally long sequences; a text nobody is named for is its own holder."""
        own = tuple(f"#{place}" for place in range(len(texts)))
        holders = tuple(person or mine for person, mine in zip(persons, own, strict=True)) if persons else own
        return cls(tuple(texts), tuple(labels) if labels else ("",) * len(texts), holders)

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def words(self) -> tuple[Words, ...]:
        """The words of each text."""
        return tuple(words_of(text) for text in self.texts)

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """The labels, sorted."""
        return tuple(sorted(set(self.labels)))

    def labels_of(self, k: int) -> tuple[str, ...]:
        """The labels that at least k holders have, sorted."""
        holders: defaultdict[str, set[str]] = defaultdict(set)
        for label, holder in zip(self.labels, self.holders, strict=True):
            holders[label].add(holder)
        return tuple(label for label in self.classes if len(holders[label]) >= k)

    def of_label(self, label: str) -> Corpus:
        """The texts of one label."""
        return self.take([place for place, own in enumerate(self.labels) if own == label])

    def take(self, places: Sequence[int]) -> Corpus:
        """The texts at these places, in this order."""
        chosen = [tuple(column[place] for place in places) for column in (self.texts, self.labels, self.holders)]
        taken = Corpus(*chosen)
        if "words" in self.__dict__:
            taken.__dict__["words"] = tuple(self.words[place] for place in places)
        return taken

    def by_holder(self) -> Iterator[list[Words]]:
        """The texts of each holder, as words."""
        found: defaultdict[str, list[Words]] = defaultdict(list)
        for holder, words in zip(self.holders, self.words, strict=True):
            found[holder].append(words)
        yield from found.values()


def without_decoys(corpus: Corpus, seed: int, share: float = DECOY_SHARE) -> tuple[Corpus, Corpus]:
    """(what is learned from, decoys): a share of the holders is set aside before anything is fitted.

    Copies are refused against both alike, so that no hole is left where the source is. No decoy is used for anything
    else. A holder is on one side with all their texts.
    """
    holders = sorted(set(corpus.holders))
    shuffled = np.random.default_rng([seed, 1]).permutation(len(holders))
    aside = {holders[place] for place in shuffled[: int(share * len(holders))]}
    places: tuple[list[int], list[int]] = ([], [])
    for place, holder in enumerate(corpus.holders):
        places[holder in aside].append(place)
    return corpus.take(places[0]), corpus.take(places[1])
