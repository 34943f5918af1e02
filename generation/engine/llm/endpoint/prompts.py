"""The words of prompts. What goes in is invented or shared by k people, and is looked through once more before it goes.

A slot is `{{name}}` and is replaced, never evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from generation.engine.llm.texts.words import plain, words_of
from generation.engine.pii import find
from generation.engine.pii.entities import CRF, INDIRECT, LIGHT, PATTERN
from generation.engine.pii.text import redact

VERSION = "1"
SYSTEM = "You write training data. You answer with JSON that fits the schema, and with nothing else."
TEXT = """Write one message that a person could send. It is about: {{label}}.
{{terms}}Manner: {{manner}}. Length: {{length}}.
These notes say what such messages are about. They are clumsy; do not repeat them:
{{notes}}
Where a name, an address, a number or a date belongs, write a tag instead: <PERSON>, <EMAIL>, <PHONE>, <DATE>."""
TALK = """Write the turns of one conversation between a user and an assistant. It is about: {{topic}}.
{{terms}}Manner of the user: {{manner}}. Write exactly {{count}} turns, in this order, each doing what its line says:
{{turns}}
Where a value belongs, write its tag and nothing else: {{tags}}."""
REWORD_SYSTEM = "You word questions of a test anew. You answer with JSON that fits the schema, and with nothing else."
REWORD = """Ask the same in other words, so that the same answer is right, in one sentence that ends in a question mark.
Question: {{question}}
{{before}}Who asks: {{persona}}. Kind of the answer: {{kind}}.
Keep every name, every number and every quoted title as it stands, and say no other.
Do not say the answer.{{passage}}"""
CLOSED_BOOK_SYSTEM = "You answer with JSON that fits the schema, and with nothing else."
CLOSED_BOOK = """Answer from what you know, in a few words. If you do not know the answer, say: unknown.
Asked: {{question}}"""


def _one_text(name: str, longest: int) -> dict[str, object]:
    """The schema of an answer that is one text."""
    return {
        "type": "object",
        "properties": {name: {"type": "string", "minLength": 1, "maxLength": longest}},
        "required": [name],
        "additionalProperties": False,
    }


TEXT_SCHEMA = {
    "type": "object",
    "properties": {"text": {"type": "string", "minLength": 3, "maxLength": 2_000}},
    "required": ["text"],
    "additionalProperties": False,
}
REWORD_SCHEMA, CLOSED_BOOK_SCHEMA = _one_text("question", 500), _one_text("answer", 500)
MANNERS = ("plain and polite", "in a hurry", "annoyed", "unsure what to ask for", "chatty", "short of words")
LENGTHS = ("one short sentence", "one or two sentences", "three or four sentences")
LEAK_WORDS = 8
_SLOT = re.compile(r"{{(\w+)}}")
EVERY_VOICE, BY_FORM = LIGHT | {CRF}, frozenset({PATTERN})


def talk_schema(turns: int) -> dict[str, object]:
    """The schema of a conversation of so many turns."""
    said = {"type": "string", "minLength": 1, "maxLength": 2_000}
    return {
        "type": "object",
        "properties": {"turns": {"type": "array", "items": said, "minItems": turns, "maxItems": turns}},
        "required": ["turns"],
        "additionalProperties": False,
    }


def filled_in(template: str, slots: Mapping[str, str]) -> str:
    """The template with its slots replaced; what a slot holds is never read for slots again.

    >>> filled_in("About {{label}}.", {"label": "{{secret}}"})
    'About {{secret}}.'
    """
    return _SLOT.sub(lambda slot: slots[slot[1]], template)


def redacted(texts: Sequence[str], by: frozenset[str] = EVERY_VOICE, *, but: str = "") -> list[str]:
    """The texts with everything that points at a person taken out, whatever came before; what stands in `but` stays.

    An owner's own words are looked through by form alone: the name of a product is no person's. `but` are such words.
    """
    known = f" {plain(words_of(but))} " if but else ""
    found = zip(texts, find(texts, layers=by), strict=True)
    return [
        redact(text, [span for span in spans if f" {plain(words_of(text[span.start : span.end]))} " not in known])
        for text, spans in found
    ]


def withheld(texts: Sequence[str]) -> list[str]:
    """The texts without what reaches a person by its form: dates, places and numbers stay, of which questions are."""
    found = zip(texts, find(texts, layers=BY_FORM), strict=True)
    return [redact(text, [span for span in spans if span.entity not in INDIRECT]) for text, spans in found]


def repeats(text: str, prompt: str) -> bool:
    """Whether an answer repeats eight words of its prompt in a row."""
    said, asked = plain(words_of(text)).split(), f" {plain(words_of(prompt))} "
    runs = (" ".join(said[at : at + LEAK_WORDS]) for at in range(len(said) - LEAK_WORDS + 1))
    return any(f" {run} " in asked for run in runs)
