"""The passages that questions are asked about: which hold a text, which a search finds first, how alike they word."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from generation.engine.llm.documents.passages import Passage
from generation.engine.llm.documents.repeats import clusters
from generation.engine.llm.questions.grammar.words import content_words, words_of

FIRST = 10


class Corpus:
    """Passages with an index of their words."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = list(passages)
        self.place = {passage.id: at for at, passage in enumerate(self.passages)}
        self._texts = [flat(passage.text) for passage in self.passages]
        self._holding: dict[str, set[int]] = defaultdict(set)
        for at, passage in enumerate(self.passages):
            for word in set(words_of(passage.text)):
                self._holding[word].add(at)
        self.cluster = clusters([passage.text for passage in self.passages])

    def passage(self, name: str) -> Passage:
        return self.passages[self.place[name]]

    def holding(self, text: str) -> list[int]:
        """The places of the passages in which the text stands as whole words, whatever their case."""
        words = words_of(text)
        if not words:
            return []
        # The words at both ends may be parts of longer ones in the index ("US$5"), so that they do not narrow it.
        inner = [self._holding.get(word, set()) for word in (words[1:-1] if len(words) > 2 else words)]
        some = set.intersection(*inner) if inner else set(range(len(self.passages)))
        pattern = re.compile(rf"(?<!\w){re.escape(flat(text))}(?!\w)")
        return sorted(at for at in some if pattern.search(self._texts[at]))

    def is_unique(self, text: str) -> bool:
        """Whether it stands in one passage only, or in passages that nearly repeat one another."""
        return len({self.cluster[at] for at in self.holding(text)}) == 1

    def is_absent(self, text: str) -> bool:
        """Whether no passage holds it, not even without regard to marks between its words."""
        words = words_of(text)
        loose = r"\W+".join(map(re.escape, words))
        some = set.intersection(*(self._holding.get(word, set()) for word in words)) if words else set()
        return not any(re.search(rf"(?<!\w){loose}(?!\w)", self._texts[at]) for at in some)

    @cached_property
    def _search(self) -> Any:
        import bm25s

        logging.getLogger("bm25s").setLevel(logging.WARNING)  # it tells of every index that it builds
        search = bm25s.BM25()
        search.index([words_of(passage.text) for passage in self.passages], show_progress=False)
        return search

    def ranked(self, questions: Sequence[str], most: int = FIRST) -> list[list[int]]:
        """For each question the places of the passages that BM25 finds, the best first."""
        most = min(most, len(self.passages))
        if not questions or not most:
            return [[] for _ in questions]
        found, _ = self._search.retrieve([words_of(text) or ["?"] for text in questions], k=most, show_progress=False)
        return [[int(at) for at in row] for row in found]

    @cached_property
    def content(self) -> list[set[str]]:
        """The stems of each passage's content words."""
        return [content_words(passage.text) for passage in self.passages]

    def overlap(self, question: str, place: int) -> float:
        """The share of the question's content words that stand in a passage, from 0 to 1; 0 where it has none."""
        asked = content_words(question)
        return len(asked & self.content[place]) / len(asked) if asked else 0.0

    @cached_property
    def words(self) -> list[int]:
        """How many words each passage has."""
        return [len(passage.text.split()) for passage in self.passages]


def flat(text: str) -> str:
    """The text in small letters with one blank for every run of white space."""
    return " ".join(text.lower().split())
