"""What a set of questions is worth, measured on the passages and not believed of whoever made it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from generation.engine.llm.questions.corpus import Corpus
from generation.engine.llm.questions.grammar.words import words_of
from generation.engine.llm.questions.personas import compared
from generation.engine.llm.questions.pool import Copies
from generation.engine.llm.questions.question import Form, Question


@dataclass(frozen=True, slots=True)
class Wording:
    """How questions are worded beside their passages: share of content words that stand in the passage (median), and
    the share for which BM25 finds that passage first and among the first ten."""

    n: int
    overlap_median: float
    rank1: float
    rank10: float


def wording_of(pairs: Sequence[tuple[str, str]], corpus: Corpus) -> Wording:
    """The figures of (question, id of its passage)."""
    if not pairs:
        return Wording(0, 0.0, 0.0, 0.0)
    places = [corpus.place[passage] for _, passage in pairs]
    overlaps = [corpus.overlap(text, place) for (text, _), place in zip(pairs, places, strict=True)]
    ranked = corpus.ranked([text for text, _ in pairs])
    first = sum(bool(row) and row[0] == place for row, place in zip(ranked, places, strict=True))
    within = sum(place in row for row, place in zip(ranked, places, strict=True))
    return Wording(len(pairs), median(overlaps), first / len(pairs), within / len(pairs))


def is_grounded(question: Question, corpus: Corpus) -> bool:
    """Whether every piece of evidence stands at its place, and the answer is the first of them."""
    pieces = [
        piece.passage in corpus.place and corpus.passage(piece.passage).text[piece.start : piece.end] == piece.text
        for piece in question.evidence
    ]
    return all(pieces) and (not question.answer or question.answer == question.evidence[0].text)


def is_answerable(question: Question, corpus: Corpus) -> bool:
    """Whether the answer stands in one passage alone; for an unanswerable question, whether none holds its subject."""
    if question.form is Form.UNANSWERABLE:
        return bool(question.absent) and corpus.is_absent(question.absent)
    return corpus.is_unique(question.answer)


def is_closed(question: Question) -> bool:
    """Whether the answer cannot be read off the question itself."""
    return not question.answer or bool(question.verdict) or question.answer.lower() not in question.text.lower()


def repeats(questions: Sequence[Question]) -> int:
    """How many questions say nearly what an earlier one says; turns before count as words of the question, what a
    persona says around it does not."""
    found, kept = 0, Copies([])
    for question in questions:
        found += kept.has(compared(question))
        kept.add(compared(question))
    return found


def measured(questions: Sequence[Question], corpus: Corpus) -> dict[str, Any]:
    """All figures of a set as plain values; shares from 0 to 1."""
    answerable = [question for question in questions if question.is_answerable]
    ordinary = [(question.text, question.evidence[0].passage) for question in answerable if not question.turns]
    wording = wording_of(ordinary, corpus)
    spread = covered(questions, corpus)
    return {
        "grounded": _share(is_grounded(question, corpus) for question in questions),
        "answerable": _share(is_answerable(question, corpus) for question in questions),
        "closed_book": _share(is_closed(question) for question in questions),
        "overlap_median": wording.overlap_median,
        "rank1": wording.rank1,
        "rank10": wording.rank10,
        "duplicates": repeats(questions),
        **{name: there for name, (_, there) in spread.items()},
        **{f"{name}_covered": asked for name, (asked, _) in spread.items()},
        "largest_times_share": largest_times_share(questions, corpus),
        "words_median": median(len(words_of(question.text)) for question in questions) if questions else 0,
    }


def covered(questions: Sequence[Question], corpus: Corpus) -> dict[str, tuple[int, int]]:
    """How many documents, sections, clusters (passages that nearly repeat one another) and passages are asked about,
    and how many there are. A question is about the passage that holds its answer.
    """
    places = (corpus.place.get(question.evidence[0].passage) for question in questions)
    asked = {place for place in places if place is not None}
    parts: dict[str, list[object]] = {
        "documents": [passage.document for passage in corpus.passages],
        "sections": [(passage.document, passage.section) for passage in corpus.passages],
        "clusters": list(corpus.cluster),
        "passages": [passage.id for passage in corpus.passages],
    }
    return {name: (len({own[place] for place in asked}), len(set(own))) for name, own in parts.items()}


def largest_times_share(questions: Sequence[Question], corpus: Corpus) -> float:
    """How many times its share of all words the most asked document is asked. One question is no document's excess,
    however short it is.
    """
    words: Counter[str] = Counter()
    for passage, own in zip(corpus.passages, corpus.words, strict=True):
        words[passage.document] += own
    counts = Counter(question.document for question in questions)
    total = words.total()
    several = {one: count for one, count in counts.items() if count > 1}
    least = 1.0 if counts else 0.0
    return max([least, *(count / len(questions) / (words[one] / total) for one, count in several.items())])


def _share(truths: Any) -> float:
    known = list(truths)
    return sum(known) / len(known) if known else 0.0
