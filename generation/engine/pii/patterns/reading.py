"""A text with what tells at little cost which finders could find something in it. Standard library only."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, its folded words, and whether it holds a digit."""

    text: str
    words: frozenset[str]
    has_digit: bool

    def has(self, words: frozenset[str]) -> bool:
        """Whether one of the words is in the text."""
        return not words.isdisjoint(self.words)


def read(text: str) -> Reading:
    """The reading of a text."""
    return Reading(text, frozenset(_WORD.findall(text.casefold())), _DIGIT.search(text) is not None)
