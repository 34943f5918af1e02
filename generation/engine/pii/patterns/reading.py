"""A text with what tells at little cost which finders could find something in it. Standard library only."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Scripts whose words stand side by side without a space, as stretches of a class of signs: Thai, kana, ideographs.
UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
_UNSPACED_SIGNS = re.compile(f"[{UNSPACED}]")
_SIGNS_A_WORD = 4
_SPACED_WORDS = re.compile(rf"[^\W_{UNSPACED}]+")
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


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch, widened to whole words; where words stand without spaces, as it is.

    >>> whole_words("ask jsmith92 now", 4, 5), whole_words("は田中です", 1, 2)
    ((4, 12), (1, 2))
    """
    while start and _SPACED_WORDS.fullmatch(text[start - 1 : start + 1]):
        start -= 1
    while end < len(text) and _SPACED_WORDS.fullmatch(text[end - 1 : end + 1]):
        end += 1
    return start, end


def count_words(text: str) -> int:
    """How many words a text has, by its spaces; where words stand without spaces, some four signs with their particles.

    >>> count_words("two words"), count_words("昨日電話しましたが出ませんでした")
    (2, 5)
    """
    return text.count(" ") + 1 + len(_UNSPACED_SIGNS.findall(text)) // _SIGNS_A_WORD


def read(text: str) -> Reading:
    """The reading of a text."""
    return Reading(text, frozenset(_WORD.findall(text.casefold())), len(_DIGIT.findall(text)))
