"""Known values: what the source's own identifier columns hold, matched exactly in its free text.

The strongest finder there is: it needs no list of names and no language. One pass over the words of a text with a
dictionary keyed by first word, so its cost does not grow with the number of known values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from generation.engine.pii.entities import KNOWN, PERSON, SOURCE, Span
from generation.engine.pii.gazetteer import gazetteer

_TOKEN = re.compile(r"[^\W_]+")
_MINIMUM_LENGTH = 3
_MINIMUM_DIGITS = 5


class KnownValues:
    """A dictionary of identifiers to find in text. It holds source values: never store or log it."""

    def __init__(self) -> None:
        self._phrases: dict[tuple[str, ...], str] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}  # of the phrases that start with a word, longest first

    def add(self, values: Iterable[object], entity: str = KNOWN) -> None:
        """Know these values as `entity`; for people also each word of a full name."""
        for value in values:
            tokens = tuple(_TOKEN.findall(str(value)))
            self._add_phrase(tokens, entity)
            if entity == PERSON and len(tokens) > 1:
                for token in tokens:
                    self._add_phrase((token,), entity)

    def _add_phrase(self, tokens: tuple[str, ...], entity: str) -> None:
        if tokens and _is_telling(tokens):
            folded = tuple(token.casefold() for token in tokens)
            self._phrases.setdefault(folded, entity)
            lengths = self._lengths.get(folded[0], ())
            if len(folded) not in lengths:
                self._lengths[folded[0]] = tuple(sorted({*lengths, len(folded)}, reverse=True))

    def find(self, text: str) -> Iterator[Span]:
        """Spans of known values, the longest at each place, whatever their case and punctuation."""
        if not self._phrases:
            return
        tokens = list(_TOKEN.finditer(text))
        folded = [token.group().casefold() for token in tokens]
        for i, word in enumerate(folded):
            length = next((n for n in self._lengths.get(word, ()) if self._holds(folded[i : i + n], n)), 0)
            if length == 1 and word.isalpha() and text[tokens[i].start()].islower():
                continue  # "will" is a word where "Will" is a name
            if length:
                entity = self._phrases[tuple(folded[i : i + length])]
                yield Span(entity, tokens[i].start(), tokens[i + length - 1].end(), 1.0, (SOURCE,))

    def _holds(self, words: list[str], length: int) -> bool:
        """Whether the words are a known phrase of this length; at the end of a text there are fewer of them."""
        return len(words) == length and tuple(words) in self._phrases


def _is_telling(tokens: tuple[str, ...]) -> bool:
    """A value worth matching: long enough, not an ordinary word, not a short number that would match by chance."""
    joined = "".join(tokens)
    if joined.isdigit():
        return len(joined) >= _MINIMUM_DIGITS
    return len(joined) >= _MINIMUM_LENGTH and (len(tokens) > 1 or joined.casefold() not in gazetteer().ordinary)
