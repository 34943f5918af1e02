"""Records of texts, conversations and sets as a person reads them: turns as turns, passages as quotations, no JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generation.engine.kinds.catalogue import kind_of
from generation.models import GenerationRun
from reviews.engine.reading.shape import Content, Part, Piece, Shape, answer_spans, highlighted, shape_of
from reviews.repositories.samples import hidden_in

# What the parts of a record are called where they are read.
LABELS = {
    "input": "What is asked",
    "expected": "Expected answer",
    "scenario": "Scenario",
    "policy": "Policy",
    "tools": "Tools",
    "expected_change": "Expected change",
    "prompt": "Prompt",
    "chosen": "Preferred answer",
    "rejected": "Rejected answer",
}
WHO = {"user": "User", "assistant": "Assistant", "system": "Instructions", "tool": "What the tool answered"}
NOT_ANSWERED = "The documents hold no answer: this has to be said."
_BEFORE = re.compile(r"^(Q|A): ", re.MULTILINE)
Read = dict[str, Any]


def read_records(records: Sequence[Content], run: GenerationRun) -> list[Read]:
    """The records of a run in the shape of their kind; empty where they are read as a table."""
    layout = kind_of(run.dataset.kind).layout
    return read_as(layout, records, hidden_in(run)) if layout else []


def read_as(layout: str, records: Sequence[Content], hidden: Mapping[int, str]) -> list[Read]:
    """The records in a layout, without the columns at the places in `hidden`; empty where one has another shape."""
    if not layout:
        return []
    found = [(content, shape_of(content, layout)) for content in records]
    if any(shape.kind == "table" for _, shape in found):
        return []
    return [_read(content, shape, hidden) for content, shape in found]


def _read(content: Content, shape: Shape, hidden: Mapping[int, str]) -> Read:
    rest = [part for part in shape.rows if part.place not in hidden and not part.is_missing and part.name != "before"]
    read: Read = {"kind": shape.kind, "rest": [_field(part) for part in rest]}
    if shape.question and shape.answer:
        return read | _question(content, shape.question, shape.answer, shape.main)
    if shape.kind == "chat":
        return read | {"turns": list(map(_turn, shape.main))}
    return read | {"parts": [_field(part) for part in shape.main]}


def _field(part: Part) -> dict[str, Any]:
    """A value with its label; what is data for a program is folded."""
    label = LABELS.get(part.name, part.name.replace("_", " ").capitalize())
    listed = _list_in(part.text)
    return {
        "label": label,
        "text": "" if listed else part.text,
        "items": listed,
        "is_data": not listed and _data(part.text) is not None,
        "is_missing": part.is_missing,
    }


def _list_in(text: str) -> list[str]:
    """The texts of a value that is a list of texts, such as a rubric."""
    value = _data(text)
    is_list = isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)
    return list(value) if is_list else []


def _data(text: str) -> Any:
    try:
        return json.loads(text) if text.lstrip()[:1] in ("{", "[") else None
    except (ValueError, RecursionError):
        return None


def _turn(part: Part) -> dict[str, Any]:
    """Who says what; what tools are told and what they answer is folded."""
    read, folded = (part.text, "") if part.fold_at is None else (part.text[: part.fold_at], part.text[part.fold_at :])
    return {
        "who": WHO.get(part.role, part.role.capitalize()),
        "css": part.role if part.role in ("user", "assistant") else "other",
        "text": read.rstrip(),
        "calls": [folded] if folded else [],
        "folded": "Its answer as data" if part.role == "tool" else "What the tool is told",
    }


def _question(content: Content, asked: Part, given: Part, passages: Sequence[Part]) -> Read:
    values = {label.casefold(): value for label, value in content}
    answer = "" if given.is_missing else given.text
    told = _data(str(values.get("evidence") or ""))
    verdict = told.get("verdict", "") if isinstance(told, Mapping) else ""
    return {
        "question": asked.text,
        "answer": answer or NOT_ANSWERED,
        "verdict": str(verdict).capitalize(),
        "turns": list(_before(str(values.get("before") or ""))),
        "passages": [_passage(part, spans) for part, spans in _answered(values, told, passages, answer)],
    }


def _before(text: str) -> Iterator[dict[str, Any]]:
    """The turns before, as the record writes them: "Q: ... A: ..."."""
    pieces = _BEFORE.split(text)[1:]
    for who, said in zip(pieces[::2], pieces[1::2], strict=True):
        css = "user" if who == "Q" else "assistant"
        yield {"who": WHO[css], "css": css, "text": said.strip(), "calls": [], "folded": ""}


def _answered(
    values: Mapping[str, Any], told: Any, passages: Sequence[Part], answer: str
) -> Iterator[tuple[Part, list[tuple[int, int, str]]]]:
    """Each passage with where the answer stands: as the record says, else wherever its words are found."""
    contexts = _data(str(values.get("contexts") or ""))
    names = [one.get("id") if isinstance(one, Mapping) else None for one in contexts or ()]
    said = told.get("spans") if isinstance(told, Mapping) else None
    first = said[0] if isinstance(said, list) and said and isinstance(said[0], list) and len(said[0]) == 4 else None
    for place, part in enumerate(passages):
        if not answer:
            yield part, []
        elif first is None or len(names) != len(passages):
            yield part, answer_spans(part.text, answer)
        else:
            yield part, [(int(first[2]), int(first[3]), "the answer")] if names[place] == first[0] else []


def _passage(part: Part, spans: Sequence[tuple[int, int, str]]) -> dict[str, Any]:
    """A passage with the title of its document, its section, and the answer in it."""
    name = part.name.partition(", ")[2]
    title, *section = name.split(" / ")
    pieces = highlighted(part.text, spans)
    return {"title": title, "section": " / ".join(section), "pieces": pieces or (Piece(part.text),)}
