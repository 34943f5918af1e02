"""Whether records of one set stand in another: runs of eight words, and for shorter texts nearly the same words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generation.engine.llm.matching.runs import RunIndex
from generation.engine.llm.questions.grammar.words import words_of
from generation.engine.llm.questions.pool import Copies

RUN_WORDS = 8


class OtherSets:
    """The texts of sets that must not be met again, such as releases for training."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = 0
        self._short = Copies([])
        self._runs = RunIndex.of((words_of(text) for text in self._counted(texts)), RUN_WORDS)

    def _counted(self, texts: Iterable[str]) -> Iterator[str]:
        for text in texts:
            self.texts += 1
            self._short.add(text)
            yield text

    def holds(self, text: str) -> bool:
        """Whether the text shares a run of eight words with one of theirs, or nearly all of its words."""
        words = words_of(text)
        if len(words) < RUN_WORDS:
            return bool(words) and self._short.has(text)
        return self._runs.has_run_of(words) or self._short.has(text)
