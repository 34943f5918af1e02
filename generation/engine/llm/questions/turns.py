"""Follow-up questions: what "it" means, only the turn before says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from generation.engine.llm.questions.candidates import Candidate
from generation.engine.llm.questions.question import Form, Kind, Question, Turn


def conversational(candidates: Sequence[Candidate]) -> Iterator[Question]:
    """Two questions about one subject of one document; the second says "it" or "they" for it."""
    about: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        if candidate.follow_up and candidate.subject and candidate.kind is not Kind.RULE:
            about[candidate.evidence.document, candidate.subject.lower()].append(candidate)
    for found in about.values():
        for first, second in pairwise(found):
            if first.evidence.text != second.evidence.text and first.evidence.start != second.evidence.start:
                turn = Turn(first.wordings[0], first.evidence.text)
                evidence = (second.evidence, first.evidence)
                yield Question(
                    second.follow_up, second.evidence.text, Form.CONVERSATIONAL, second.kind, evidence, turns=(turn,)
                )
