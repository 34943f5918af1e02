"""How different people ask the same thing. The words that carry the question stay."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from generation.engine.llm.questions.grammar.words import STOP_WORDS
from generation.engine.llm.questions.question import Form, Kind, Question, real_question, said_before


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody who asks: `frames` hold `{question}`, or are empty for one who types keywords."""

    name: str
    frames: tuple[str, ...]


PLAIN = Persona("plain", ("{question}",))
PERSONAS = (
    PLAIN,
    Persona("polite", ("Could you help me with this? {question}", "{question} Thank you in advance.")),
    Persona("hurried", ("Quick one: {lowered}", "{question} Short answer please.")),
    Persona("newcomer", ("I am new here and could not find this. {question}", "Sorry if this is obvious: {lowered}")),
    Persona("auditor", ("{question} Please name the passage that says so.", "For the record: {lowered}")),
    Persona("keywords", ()),
)
# Of ten questions five are plain.
_SHARES = (0.5, 0.12, 0.12, 0.1, 0.08, 0.08)
_FEWEST_KEYWORDS = 4
_FRAMED = frozenset({"out of date", "prompt injection", "negation"})
_BEFORE_NUMBERS = frozenset({"over", "under", "before", "after", "between", "more", "most", "than"})
# Of other kinds keywords do not tell which part of a sentence is asked for.
_ASKED_IN_A_WORD = {
    Kind.YEAR: "year",
    Kind.DATE: "date",
    Kind.PLACE: "where",
    Kind.REASON: "why",
    Kind.NUMBER: "how many",
    Kind.AMOUNT: "how much",
    Kind.DEFINITION: "",
}


def styled(question: Question, rng: np.random.Generator, personas: tuple[Persona, ...] = PERSONAS) -> Question:
    """The question as one of the personas asks it; they speak English alone, and say nothing around what follows a turn
    or already has something around it.
    """
    if question.language or question.turns or question.attack in _FRAMED:
        return replace(question, persona=PLAIN.name)
    shares = np.array(_SHARES[: len(personas)])
    persona = personas[int(rng.choice(len(personas), p=shares / shares.sum()))]
    text = _said(persona, question, rng)
    return replace(question, text=text or question.text, persona=persona.name if text else PLAIN.name)


def unstyled(text: str) -> str:
    """A question without what a persona says around it, whatever its letter case."""
    for frame in (frame for persona in PERSONAS for frame in persona.frames if persona is not PLAIN):
        before, after = re.split(r"{\w+}", frame.lower())
        if text.lower().startswith(before) and text.lower().endswith(after):
            bare = text[len(before) : len(text) - len(after)]
            return bare[:1].upper() + bare[1:]
    return text


def compared(question: Question) -> str:
    """What of a question is held against others: the turns before and itself, without what a persona says around it."""
    return said_before(replace(question, text=unstyled(question.text)))


def compared_own(own: Iterable[str]) -> list[str]:
    """What of the owner's real questions is held against others."""
    return [unstyled(text) for text, _ in map(real_question, own)]


def _said(persona: Persona, question: Question, rng: np.random.Generator) -> str:
    if not persona.frames:
        return _keywords(question)
    frame = persona.frames[int(rng.integers(len(persona.frames)))]
    # A question begins with a word that asks, a verb or "according to": only "I" keeps its capital.
    lowered = question.text if question.text.startswith("I ") else question.text[:1].lower() + question.text[1:]
    return frame.format(question=question.text, lowered=lowered)


def _keywords(question: Question) -> str:
    """The words one types into a search box; "" for a question that they would not tell from another."""
    is_named = question.text.startswith("According to “")  # without its document it could be about another
    if is_named or question.form is not Form.SINGLE or question.kind not in _ASKED_IN_A_WORD:
        return ""
    bare = question.text.rstrip("?")
    said = re.sub(r"['’]s\b|[“”\"(),;]", "", bare).split()
    after = [*said[1:], ""]
    words = [word for word, next_one in zip(said, after, strict=True) if _carries(word.lower(), next_one)]
    if len(words) < _FEWEST_KEYWORDS:
        return ""
    return " ".join([*words, _ASKED_IN_A_WORD[question.kind]]).strip().lower()


def _carries(word: str, after: str) -> bool:
    """Whether a word says something without its sentence; "over" does before a number."""
    return word not in STOP_WORDS or (word in _BEFORE_NUMBERS and after[:1].isdigit())
