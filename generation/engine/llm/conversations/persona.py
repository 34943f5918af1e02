"""The record that runs through one conversation: a value for each kind of thing, the same wherever it is said."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from generation.engine.llm.texts.slots import filled
from generation.engine.minimisation.invented.surrogates import Look, invented
from generation.engine.minimisation.treatments import SurrogateStyle

Maker = Callable[[bytes, int, np.random.Generator], str]

_DATES = ("today", "tomorrow", "next monday", "next friday", "this saturday")
_MONTHS = ("January", "March", "April", "June", "July", "August", "October", "November")
_SUFFIXES = ("House", "Garden", "Corner", "Hall", "& Co", "Place")
# What changes when somebody wants something else.
CHANGING = ("name", "time", "date")


@dataclass
class Persona:
    """Values by kind of one conversation, drawn when they are first said; `number` is the conversation's own.

    `spoken` is every value in the order in which it was said.
    """

    seed: int
    number: int
    values: dict[str, str] = field(default_factory=dict)
    spoken: list[tuple[str, str]] = field(default_factory=list)
    changes: int = 0

    def said(self, text: str) -> str:
        """The text with this record's values for its tags; a tag that is none of a record is a slot of a person."""
        for kind, make in _MAKERS.items():
            if f"<{kind}>" in text:
                value = self.values.setdefault(kind, make(self._key(), self.number, self._rng(kind)))
                self.spoken.append((kind, value))
                text = text.replace(f"<{kind}>", value)
        return filled([text], self.seed, first=self.number)[0]

    def change(self, kind: str) -> None:
        """Somebody wants another one: the next time it is said, it is another."""
        self.changes += 1
        self.values.pop(kind, None)

    def _rng(self, kind: str) -> np.random.Generator:
        return np.random.default_rng([self.seed, self.number, self.changes, *kind.encode()])

    def _key(self) -> bytes:
        return hashlib.sha256(f"persona:{self.seed}:{self.changes}".encode()).digest()


def _styled(style: SurrogateStyle, template: str, key: bytes, number: int) -> str:
    return invented(template, Look(style), key, range(number, number + 1))[0]


def _date(rng: np.random.Generator) -> str:
    if rng.random() < 0.4:
        return str(rng.choice(_DATES))
    return f"{rng.choice(_MONTHS)} {rng.integers(1, 28)}"


_MAKERS: dict[str, Maker] = {
    "name": lambda key, number, rng: f"{_styled(SurrogateStyle.LAST_NAME, 'Xx', key, number)} {rng.choice(_SUFFIXES)}",
    "place": lambda key, number, rng: _styled(SurrogateStyle.LOCATION, "Xx", key, number),
    "address": lambda key, number, rng: _styled(SurrogateStyle.ADDRESS, "Xx", key, number),
    "phone": lambda key, number, rng: f"555-01{rng.integers(10, 99)}-{rng.integers(1000, 9999)}",
    "email": lambda key, number, rng: _styled(SurrogateStyle.EMAIL, "x", key, number),
    "url": lambda key, number, rng: f"https://www.example.com/{rng.integers(100, 999)}",
    "code": lambda key, number, rng: _styled(SurrogateStyle.CODE, "XX9999", key, number),
    "money": lambda key, number, rng: f"${rng.integers(5, 400)}",
    "time": lambda key, number, rng: (
        f"{rng.integers(1, 12)}:{rng.choice(['00', '15', '30', '45'])} {rng.choice(['am', 'pm'])}"
    ),
    "date": lambda key, number, rng: _date(rng),
    "count": lambda key, number, rng: str(rng.integers(2, 9)),
}
