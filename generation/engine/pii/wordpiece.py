"""Words to the numbers of a vocabulary, as BERT's uncased tokenizer does it, with the place of each piece in the text.

Devlin et al. 2019: text is cleaned, lower-cased and stripped of accents, split at spaces and marks, and each word taken
apart into the longest pieces that the vocabulary has. Standard library only.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

LONGEST_WORD = 100
_IDEOGRAPHS = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)

Piece = tuple[int, int, int]


class WordPiece:
    """A vocabulary in the order of its numbers; ValueError where it lacks [UNK], [CLS], [SEP] or [PAD]."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._numbers = {piece: number for number, piece in enumerate(vocabulary)}
        try:
            self.unknown, self.first, self.last, self.padding = (
                self._numbers[piece] for piece in ("[UNK]", "[CLS]", "[SEP]", "[PAD]")
            )
        except KeyError as error:
            raise ValueError(f"The vocabulary has no piece {error}.") from error
        self._longest = max(map(len, vocabulary))
        self._cut = lru_cache(maxsize=32_768)(self._pieces)

    def pieces(self, text: str) -> list[Piece]:
        """(number, start, end) of each piece, without [CLS] and [SEP]; start and end are places in the text."""
        return [
            (number, places[first], places[last - 1] + 1)
            for word, places in _words(text)
            for number, first, last in self._cut(word)
        ]

    def _pieces(self, word: str) -> tuple[Piece, ...]:
        if len(word) > LONGEST_WORD:
            return ((self.unknown, 0, len(word)),)
        pieces: list[Piece] = []
        start = 0
        while start < len(word):
            end = min(len(word), start + self._longest)
            while end > start and (number := self._numbers.get("##" * (start > 0) + word[start:end])) is None:
                end -= 1
            if end == start or number is None:
                return ((self.unknown, 0, len(word)),)
            pieces.append((number, start, end))
            start = end
        return tuple(pieces)


def _words(text: str) -> Iterator[tuple[str, list[int]]]:
    """Words and single marks, folded, with the place of each sign in the text."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        kind = _kind(sign)
        if kind in ("space", "alone") and signs:
            yield "".join(signs), places
            signs, places = [], []
        if kind == "alone":
            yield sign, [place]
        elif kind == "word":
            folded = _folded(sign)
            signs.extend(folded)
            places.extend([place] * len(folded))
    if signs:
        yield "".join(signs), places


@lru_cache(maxsize=4_096)
def _folded(sign: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", sign.lower()) if unicodedata.category(c) != "Mn")


@lru_cache(maxsize=4_096)
def _kind(sign: str) -> str:
    """Part of a word, a mark that stands alone, a space, or nothing at all."""
    code, category = ord(sign), unicodedata.category(sign)
    if sign in "\t\n\r" or category == "Zs":
        return "space"
    if code in (0, 0xFFFD) or category.startswith("C"):
        return "nothing"
    is_mark = 33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126 or category.startswith("P")
    return "alone" if is_mark or any(low <= code <= high for low, high in _IDEOGRAPHS) else "word"
