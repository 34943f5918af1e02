"""The owner's real questions beside their passages, measured as ours are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generation.engine.llm.questions.corpus import Corpus
from generation.engine.llm.questions.figures import wording_of
from generation.engine.llm.questions.question import real_question


@dataclass(frozen=True, slots=True)
class Beside:
    """The overlap and the share found first of real questions, None where nothing can be said, and both in words."""

    overlap: float | None = None
    first: float | None = None
    overlap_told: str = ""
    first_told: str = ""


def beside(own: Sequence[str], corpus: Corpus) -> Beside:
    """The figures of the owner's questions.

    The passage of a question is the only one that holds its answer. Where no answer tells it, words are compared with
    the passage that a search finds first, and of finding it nothing is said.
    """
    real = [(text, answer) for text, answer in map(real_question, own) if text]
    if not real or not corpus.passages:
        return Beside()
    found = corpus.ranked([text for text, _ in real], 1)
    placed = [(text, _passage_of(answer, corpus)) for text, answer in real]
    pairs = [(text, name or corpus.passages[row[0]].id) for (text, name), row in zip(placed, found, strict=True)]
    overlap = wording_of(pairs, corpus).overlap_median
    known = wording_of([(text, name) for text, name in placed if name], corpus)
    told = f"; half of the owner's {len(real):,} share {overlap:.0%}, or less"
    if unplaced := len(real) - known.n:
        told += f" ({unplaced:,} of them with the passage that is found first)"
    if not known.n:
        return Beside(overlap, None, told, "; no answer tells which passages the owner's are about")
    first = f"; for {known.rank1:.0%} of the owner's {known.n:,} whose answer stands in one passage"
    return Beside(overlap, known.rank1, told, first)


def _passage_of(answer: str, corpus: Corpus) -> str:
    """The only passage that holds the answer, "" where it is not told or another one holds it too."""
    places = corpus.holding(answer)
    return corpus.passages[places[0]].id if answer and len({corpus.cluster[at] for at in places}) == 1 else ""
