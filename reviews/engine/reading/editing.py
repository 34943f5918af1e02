"""Which texts of a record can be edited, and what each answers: the label of a text, the turns before an answer."""

from __future__ import annotations

from dataclasses import dataclass

from reviews.engine.reading.shape import Content, Part, Shape, shape_of

ANSWERS = "assistant"
WRITE = "Write a message."


@dataclass(frozen=True, slots=True)
class Editable:
    """A text of a record, by its place among the record's parts, with the prompt that it answers."""

    place: int
    name: str
    text: str
    prompt: str


def editable_in(content: Content, layout: str) -> list[Editable]:
    """The text of a record of texts; of a conversation what the assistant says. None of any other layout."""
    if layout not in {"text", "chat"}:
        return []
    shape = shape_of(content, layout)
    return _answers(shape) if shape.kind == "chat" else [_text(shape, part) for part in shape.main]


def _text(shape: Shape, part: Part) -> Editable:
    """What a text is asked for by: the other fields of its record."""
    asked = "\n".join(f"{row.name}: {row.text}" for row in shape.rows if not row.is_missing)
    return Editable(part.place, part.name, part.text, f"{WRITE}\n{asked}" if asked else WRITE)


def _answers(shape: Shape) -> list[Editable]:
    found, before = [], list[str]()
    for part in shape.main:
        if part.role == ANSWERS and before and not part.is_missing:
            found.append(Editable(part.place, part.name, part.text, "\n".join(before)))
        before.append(f"{part.role}: {part.text}")
    return found
