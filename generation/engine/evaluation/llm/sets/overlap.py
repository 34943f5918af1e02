"""Whether records of one set stand in another: runs of eight words, and for shorter texts nearly the same words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from generation.engine.llm.questions.grammar.words import words_of
from generation.engine.llm.questions.pool import Copies

RUN_WORDS = 8

Run = tuple[str, ...]


class OtherSets:
    """The texts of sets that must not be met again, such as releases for training."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._runs: set[Run] = set()
        self._short = Copies([])
        self.texts = 0
        for text in texts:
            self.texts += 1
            self._runs.update(_runs(words_of(text)))
            self._short.add(text)

    def holds(self, text: str) -> bool:
        """Whether the text shares a run of eight words with one of theirs, or nearly all of its words."""
        words = words_of(text)
        if len(words) < RUN_WORDS:
            return bool(words) and self._short.has(text)
        return any(run in self._runs for run in _runs(words)) or self._short.has(text)


def _runs(words: Sequence[str]) -> Iterable[Run]:
    return (tuple(words[at : at + RUN_WORDS]) for at in range(len(words) - RUN_WORDS + 1))
