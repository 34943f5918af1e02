"""What no drawn text may be: a copy, nearly a copy, a run of words that fewer than k people wrote.

Source and decoys are held against alike. Refusing what is near the source alone would leave a hole where the source is,
and the hole would tell who is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from generation.engine.llm.matching.ratios import is_near
from generation.engine.llm.texts.corpus import Corpus
from generation.engine.llm.texts.support import holders_of_runs, runs_of
from generation.engine.llm.texts.words import Words, plain

LONGEST_RUN = 8
FEWEST_WORDS = 3


class Reason(StrEnum):
    """Why a drawn text was not taken, as words that go on after "was refused: "."""

    RARE_RUN = "eight words in a row that too few people wrote"
    COPY = "a copy of a real text"
    NEAR_COPY = "nearly a copy of a real text"
    REPEATED = "drawn before"
    LENGTH = "too short"
    LABEL = "a classifier of the source takes it for another label"
    RANK = "others are more like what people write"


@dataclass(frozen=True, slots=True)
class Guard:
    """What drawn texts are held against: real texts in normal form, and runs of 8 words that fewer than k hold."""

    references: tuple[str, ...]
    known: frozenset[str]
    rare_runs: frozenset[Words]

    @classmethod
    def of(cls, source: Corpus, decoys: Corpus, k: int) -> Guard:
        """The guard of a source and its decoys; a run is rare when fewer than k holders of both together have it."""
        both = Corpus(*(getattr(source, name) + getattr(decoys, name) for name in ("texts", "labels", "holders")))
        references = tuple(dict.fromkeys(plain(words) for words in both.words))
        runs = holders_of_runs(both, [LONGEST_RUN])
        rare = frozenset(run for run, holders in runs.items() if holders < k)
        return cls(references, frozenset(references), rare)

    def reason(self, words: Words, text: str) -> Reason | None:
        """What speaks against a text at first sight; `text` is its normal form."""
        if len(words) < FEWEST_WORDS:
            return Reason.LENGTH
        if any(run in self.rare_runs for run in runs_of(words, LONGEST_RUN)):
            return Reason.RARE_RUN
        return Reason.COPY if text in self.known else None

    def near(self, texts: Sequence[str]) -> list[bool]:
        """Which texts, in normal form, are nearly one of the real ones."""
        found: list[bool] = is_near(texts, self.references).tolist()
        return found
