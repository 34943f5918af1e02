"""Questions as the records of an artefact, and back: a record alone says what was asked, and where it stands."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from generation.engine.errors import SuiteError
from generation.engine.llm.documents.passages import Passage
from generation.engine.llm.questions.corpus import Corpus
from generation.engine.llm.questions.question import Evidence, Form, Kind, Question, Turn

Record = dict[str, Any]
_ASKED, _ANSWERED = "Q: ", "A: "


def record_of(question: Question, corpus: Corpus) -> Record:
    """A question with every passage that it points at or that distracts from it."""
    names = dict.fromkeys([*(piece.passage for piece in question.evidence), *question.distractors])
    passages = [corpus.passage(name) for name in names if name in corpus.place]
    return {
        "question": question.text,
        "answer": question.answer or None,
        "contexts": json.dumps([_context(passage) for passage in passages], ensure_ascii=False),
        "form": question.form.value,
        "answer_type": question.kind.value,
        "before": _before(question) or None,
        "attack": question.attack or None,
        "evidence": json.dumps(_rest(question), ensure_ascii=False),
        "id": question.id,
    }


def _context(passage: Passage) -> dict[str, Any]:
    name = " / ".join(dict.fromkeys([passage.title, *passage.section]))
    return {"id": passage.id, "doc_id": name, "text": passage.text, "document": passage.document, "page": passage.page}


def _before(question: Question) -> str:
    return "\n".join(f"{_ASKED}{turn.question}\n{_ANSWERED}{turn.answer}" for turn in question.turns)


def _rest(question: Question) -> dict[str, Any]:
    """Where it stands, and what a reader of the question need not see."""
    rest = {
        "spans": [[piece.passage, piece.document, piece.start, piece.end] for piece in question.evidence],
        "verdict": question.verdict,
        "absent": question.absent,
        "forbidden": question.forbidden,
        "distractors": list(question.distractors),
        "persona": question.persona,
        "language": question.language,
        "turns": [[turn.question, turn.answer] for turn in question.turns],
    }
    return {name: value for name, value in rest.items() if value}


def question_from(record: Mapping[str, Any]) -> Question:
    """The question of a record. SuiteError for a record that is none."""
    try:
        rest = json.loads(record["evidence"])
        texts = {one["id"]: one["text"] for one in json.loads(record["contexts"])}
        spans = [
            Evidence(passage, document, start, end, texts.get(passage, "")[start:end])
            for passage, document, start, end in rest["spans"]
        ]
        return Question(
            text=str(record["question"]),
            answer=_text(record["answer"]),
            form=Form(record["form"]),
            kind=Kind(record["answer_type"]),
            evidence=tuple(spans),
            turns=tuple(Turn(*turn) for turn in rest.get("turns", ())),
            persona=rest.get("persona", ""),
            verdict=rest.get("verdict", ""),
            absent=rest.get("absent", ""),
            attack=_text(record["attack"]),
            forbidden=rest.get("forbidden", ""),
            distractors=tuple(rest.get("distractors", ())),
            id=str(record["id"]),
            language=rest.get("language", ""),
        )
    except (KeyError, TypeError, ValueError) as why:
        raise SuiteError("bad_record", "A record of the set holds no question that can be read.") from why


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def passages_in(records: Iterable[Mapping[str, Any]]) -> list[Passage]:
    """The passages that records hold, each once, by name."""
    found = {one["id"]: one for record in records for one in json.loads(record["contexts"])}
    return [
        Passage(one["id"], one["document"], one["doc_id"], (), one["text"], 0, len(one["text"]), one["page"], ())
        for one in sorted(found.values(), key=lambda one: str(one["id"]))
    ]


def questions_of(records: Sequence[Mapping[str, Any]]) -> list[Question]:
    """The questions of an artefact, in order."""
    return [question_from(record) for record in records]
