"""What a record looks like, told from its values alone: fields, a text, a conversation, or a question with passages.

Everything that can be marked has a place: columns count from 0 in their order, and the turns of a conversation or the
passages of a question count on from there. Nothing here knows the web: values come in as they were sealed, and go out
as text, never as markup.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LONG_TEXT = 240  # characters; a longer value is read as a text, not as a field
TEXT_SHARE = 0.6  # of the record's characters, from which on the long value is what the record is about
NAMED_ANSWERS = ("reference_answer", "answer", "expected")
MISSING = "(missing)"
# Layouts of records that are read from top to bottom, and what of them is read first.
_MAIN = {
    "task": ("input", "expected"),
    "agent": ("scenario", "policy", "tools", "expected_change"),
    "pair": ("prompt", "chosen", "rejected"),
}

Content = Sequence[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `found` says why it is highlighted, and is empty where it is not."""

    text: str
    found: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Something that can be read and marked: a cell, a turn, a passage. `role` is who speaks, in a conversation: then
    `words` are what is said without the calls of tools, and `calls` are those.
    """

    place: int
    name: str
    text: str
    role: str = ""
    is_missing: bool = False
    words: str = ""
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """A record as it is shown: `kind` names the layout, `main` is what it is about, `rows` are the other fields."""

    kind: str
    rows: tuple[Part, ...]
    main: tuple[Part, ...] = ()
    question: Part | None = None
    answer: Part | None = None


def shape_of(content: Content, layout: str = "") -> Shape:
    """Conversation, question with passages, text or table, in this order of preference.

    `layout` is that of the kind of source: then no other one is tried, and a record that does not fit it is a table.
    """
    looks = {"chat": _conversation, "question": _question, "text": _only_text if layout == "text" else _text}
    looks |= {layout: _several} if layout in _MAIN else {}
    for look in (look for name, look in looks.items() if layout in {"", name}):
        if shape := look(content):
            return shape
    return Shape("table", tuple(_cells(content)))


def as_text(value: object) -> str:
    """A value as a person reads it; what is missing says so."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return MISSING
    if isinstance(value, (list, tuple, Mapping)):
        return json.dumps(value, ensure_ascii=False, indent=1)
    return str(value)


def highlighted(text: str, spans: Sequence[tuple[int, int, str]]) -> tuple[Piece, ...]:
    """The text cut at (start, end, why) spans; of two that overlap, the first by start counts."""
    pieces, at = [], 0
    for start, end, why in sorted(spans):
        if at <= start < end <= len(text):
            pieces += [Piece(text[at:start]), Piece(text[start:end], why)]
            at = end
    return tuple(piece for piece in (*pieces, Piece(text[at:])) if piece.text)


def answer_spans(passage: str, answer: str) -> list[tuple[int, int, str]]:
    """Where the answer stands in the passage, letter for letter but for case and line breaks."""
    words = answer.split()
    if not words:
        return []
    pattern = r"\s+".join(re.escape(word) for word in words)
    edges = (r"(?<!\w)" if words[0][0].isalnum() else "", r"(?!\w)" if words[-1][-1].isalnum() else "")
    found = re.finditer(edges[0] + pattern + edges[1], passage, re.IGNORECASE)
    return [(one.start(), one.end(), "the answer") for one in found]


def _cells(content: Content, without: frozenset[int] = frozenset()) -> Iterator[Part]:
    for place, (label, value) in enumerate(content):
        if place not in without:
            text = as_text(value)
            yield Part(place, label, text, is_missing=text == MISSING)


def _parsed(value: object) -> object:
    """A value that holds JSON as what it holds; anything else as it is."""
    if not isinstance(value, str) or value.lstrip()[:1] not in {"[", "{"}:
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


# ---- Conversations ---------------------------------------------------------------------------------------------


def _conversation(content: Content) -> Shape | None:
    """OpenAI's `messages` (role, content) or ShareGPT's `conversations` (from, value), whole or as JSON."""
    for place, (_, value) in enumerate(content):
        if turns := _turns(_parsed(value)):
            others = tuple(_cells(content, frozenset({place})))
            return Shape("chat", others, tuple(_numbered(turns, len(content))))
    return None


_Turn = tuple[str, str, tuple[str, ...]]


def _turns(value: object) -> list[_Turn]:
    if isinstance(value, Mapping):
        value = value.get("messages") or value.get("conversations")
    if not isinstance(value, list) or not value:
        return []
    found = [_turn(one) for one in value]
    return [turn for turn in found if turn] if all(found) else []


def _turn(one: object) -> _Turn | None:
    """Who speaks, the words, and the tools that are called."""
    if not isinstance(one, Mapping):
        return None
    for role, said in (("role", "content"), ("from", "value")):
        if isinstance(one.get(role), str) and said in one:
            calls = tuple(as_text(call) for call in one.get("tool_calls") or [])
            return _speaker(one[role]), _said(one[said]), calls
    return None


def _speaker(role: str) -> str:
    return {"human": "user", "gpt": "assistant", "bot": "assistant", "function": "tool"}.get(role, role)


def _said(said: object) -> str:
    """The words of a turn: plain, or in content parts."""
    parts = said if isinstance(said, list) else [said]
    lines = [_content_part(part) for part in parts if part is not None]
    return "\n".join(line for line in lines if line)


def _content_part(part: object) -> str:
    if isinstance(part, Mapping):
        return str(part["text"]) if isinstance(part.get("text"), str) else f"[{part.get('type', 'attachment')}]"
    return as_text(part)


def _numbered(turns: Sequence[_Turn], first: int) -> Iterator[Part]:
    for number, (role, words, calls) in enumerate(turns):
        text = "\n".join(filter(None, [words, *(f"calls {call}" for call in calls)]))
        name = f"turn {number + 1}, {role}"
        yield Part(first + number, name, text, role=role, is_missing=not text, words=words, calls=calls)


# ---- Questions -------------------------------------------------------------------------------------------------


def _question(content: Content) -> Shape | None:
    """{question, reference_answer, contexts: [{text, ...}]}: the answer is looked for in the passages."""
    places = {label.casefold(): place for place, (label, _) in enumerate(content)}
    asked, given = places.get("question"), next((places[name] for name in NAMED_ANSWERS if name in places), None)
    passages = _passages(_parsed(content[places["contexts"]][1])) if "contexts" in places else []
    if asked is None or given is None or not passages:
        return None
    cells = {part.place: part for part in _cells(content)}
    others = tuple(part for part in cells.values() if part.place not in {asked, given, places["contexts"]})
    main = tuple(Part(len(content) + number, *passage) for number, passage in enumerate(passages))
    return Shape("question", others, main, cells[asked], cells[given])


def _passages(contexts: object) -> list[tuple[str, str]]:
    """(name, text) of each passage; a name is the document's, if the passage says it."""
    if not isinstance(contexts, list):
        return []
    found = []
    for number, one in enumerate(contexts, start=1):
        text = one.get("text") if isinstance(one, Mapping) else one
        if not isinstance(text, str):
            return []
        source = one.get("doc_id") if isinstance(one, Mapping) else None
        found.append((f"passage {number}" + (f", {source}" if source is not None else ""), text))
    return found


def _several(content: Content) -> Shape | None:
    """A task: what is asked and what is expected, as texts; None where either is missing."""
    cells = list(_cells(content))
    for kind, names in _MAIN.items():
        main = [part for name in names for part in cells if part.name == name]
        if len(main) == len(names):
            return Shape(kind, tuple(part for part in cells if part not in main), tuple(main))
    return None


# ---- Texts -----------------------------------------------------------------------------------------------------


def _text(content: Content) -> Shape | None:
    """One long value that makes up most of the record."""
    shape = _only_text(content)
    if shape is None or len(shape.main[0].text) < LONG_TEXT:
        return None
    whole = len(shape.main[0].text) + sum(len(part.text) for part in shape.rows)
    return shape if len(shape.main[0].text) >= TEXT_SHARE * whole else None


def _only_text(content: Content) -> Shape | None:
    """The text of a source of texts, however short: the cell with the most words, of as many the longest."""
    cells = list(_cells(content))
    texts = [part for part in cells if isinstance(content[part.place][1], str)]
    if not texts:
        return None
    longest = max(texts, key=lambda part: (len(part.text.split()), len(part.text)))
    return Shape("text", tuple(part for part in cells if part is not longest), (longest,))
