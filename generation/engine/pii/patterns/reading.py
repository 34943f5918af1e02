"""A text with what tells at little cost which finders could find something in it. Standard library only."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
# An amount, a count or a short number: it has no form that tells anything.
_NUMBER = re.compile(r"[-+$€£ ]*\d{1,5}(?:[.,]\d{1,4})?|\d{1,7}")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, its folded words, and how many digits it holds."""

    text: str
    words: frozenset[str]
    digits: int

    @property
    def has_digit(self) -> bool:
        """Whether it holds one."""
        return self.digits > 0

    @property
    def is_number(self) -> bool:
        """Whether it is a plain number, too short to be an identifier that no label speaks for."""
        return not self.words and _NUMBER.fullmatch(self.text) is not None

    def has(self, words: frozenset[str]) -> bool:
        """Whether one of the words is in the text."""
        return not words.isdisjoint(self.words)


def read(text: str) -> Reading:
    """The reading of a text."""
    return Reading(text, frozenset(_WORD.findall(text.casefold())), len(_DIGIT.findall(text)))
