"""Follow-up questions, which only the turn before completes: what "it" means, or what is asked of another row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from generation.engine.llm.questions.candidates import Candidate
from generation.engine.llm.questions.corpus import Corpus, flat
from generation.engine.llm.questions.grammar.frames import frames_of
from generation.engine.llm.questions.grammar.language import ENGLISH
from generation.engine.llm.questions.grammar.words import words_of
from generation.engine.llm.questions.question import Form, Question, Spot, Turn


def conversational(candidates: Sequence[Candidate], corpus: Corpus) -> Iterator[Question]:
    """Two questions about one subject of one document, or one list or table: only the first names what both are about.

    What the first turn says, in its question or its answer, is never what the second asks for.
    """
    for first, second, text in (*_of_sentences(candidates), *_of_structures(candidates)):
        title = corpus.passage(first.evidence.passage).title
        turn = Turn(first.in_full(first.wordings[0], title), first.evidence.text)
        if not _is_told(second, turn):
            yield Question(
                text,
                second.evidence.text,
                Form.CONVERSATIONAL,
                second.kind,
                (second.evidence, first.evidence),
                turns=(turn,),
                verdict=second.verdict,
                language=second.language,
            )


_Pair = tuple[Candidate, Candidate, str]


def _of_sentences(candidates: Sequence[Candidate]) -> Iterator[_Pair]:
    """The second says "it" or "they" for the subject that the first names."""
    about: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        if candidate.follow_up and candidate.subject:
            about[candidate.evidence.document, candidate.subject.lower()].append(candidate)
    for (_, subject), found in about.items():
        for first, second in pairwise(found):
            if flat(subject) in flat(first.wordings[0]) and not _overlap(first, second):
                yield first, second, second.follow_up


def _of_structures(candidates: Sequence[Candidate]) -> Iterator[_Pair]:
    """The second asks for another row, another column or the next step of what the first is about."""
    blocks: dict[tuple[str, int], list[tuple[Candidate, Spot]]] = defaultdict(list)
    for candidate in candidates:
        if candidate.spot and candidate.spot.topic:
            blocks[candidate.spot.block].append((candidate, candidate.spot))
    for found in blocks.values():
        for place, (first, spot) in enumerate(found):
            later = ((second, _followed(first, spot, second, other)) for second, other in found[place + 1 :])
            seen: set[str] = set()
            for second, (way, text) in later:
                if way and way not in seen:
                    seen.add(way)
                    yield first, second, text


def _followed(first: Candidate, spot: Spot, second: Candidate, other: Spot) -> tuple[str, str]:
    """In which way a question about `other` follows one about `spot`, and its words; "" where it does not."""
    frames = frames_of(second.language or ENGLISH)
    if spot.is_step or other.is_step:
        is_next = spot.is_step and other.is_step and other.row == first.evidence.text
        return ("after", frames.after_that) if is_next else ("", "")
    if spot.column == other.column:
        return "row", frames.other_row.format(row=other.row)
    return ("column", frames.other_column.format(column=other.column)) if spot.row == other.row else ("", "")


def _overlap(first: Candidate, second: Candidate) -> bool:
    """Whether one of both answers stands in the other."""
    one, other = first.evidence, second.evidence
    return one.passage == other.passage and one.start < other.end and other.start < one.end


def _is_told(candidate: Candidate, turn: Turn) -> bool:
    """Whether the turn before says what is asked for, be it in other letter case."""
    answer = f" {' '.join(words_of(candidate.evidence.text))} "
    return any(answer in f" {' '.join(words_of(text))} " for text in (turn.question, turn.answer))
