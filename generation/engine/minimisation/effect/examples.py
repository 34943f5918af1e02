"""Masked examples of texts: what was found stands out, and of the rest only words are read that many texts have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from generation.engine.minimisation.messages import as_reading
from generation.engine.minimisation.spans import Around, Spans
from generation.engine.pii import find
from generation.engine.pii.entities import Span

MOST_EXAMPLES = 3
_MOST_COUNTED = 5_000
_MOST_READ = 200
# A word that fewer texts have is masked, whatever it is.
FEWEST_TEXTS = 10
_LONGEST = 400
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an example. Of a finding: its kind, who found it, how sure (0..1), and what it `becomes`; its own
    signs are nowhere. Of the rest `text`, in which rare words and all numbers are masked.
    """

    text: str = ""
    entity: str = ""
    found_by: tuple[str, ...] = ()
    score: float = 0.0
    becomes: str = ""


Example = tuple[Piece, ...]


def examples_of(texts: pd.Series[Any], spans: Spans, seed: int = 0) -> tuple[Example, ...]:
    """A few texts with the most kinds of findings; fewer texts than `FEWEST_TEXTS` give none."""
    present = texts.dropna().astype(str).map(as_reading)
    if len(present) < FEWEST_TEXTS:
        return ()
    counted = present.sample(min(_MOST_COUNTED, len(present)), random_state=seed)
    common = _common_words(counted)
    read = list(dict.fromkeys(counted))[:_MOST_READ]
    found = find(read, label=spans.label)
    best = sorted(range(len(read)), key=lambda at: -len({span.entity for span in found[at]}))[:MOST_EXAMPLES]
    return tuple(tuple(_pieces(read[at], found[at], spans, common, at)) for at in best)


def examples_as_json(examples: dict[str, tuple[Example, ...]]) -> dict[str, list[list[dict[str, Any]]]]:
    """The examples by column, in JSON's types."""
    return {name: [[asdict(piece) for piece in one] for one in some] for name, some in examples.items()}


def _common_words(texts: pd.Series[Any]) -> frozenset[str]:
    counts = Counter(word for text in texts for word in set(_WORD.findall(text.casefold())))
    return frozenset(word for word, count in counts.items() if count >= FEWEST_TEXTS and word.isalpha())


def _pieces(text: str, found: Sequence[Span], spans: Spans, common: frozenset[str], row: int) -> Iterator[Piece]:
    scene, end = spans.scene([(text, found)], row, Around({row: f"example {row}"})), 0
    for span in found:
        yield Piece(_masked(text[end : span.start], common))
        end = span.end
        becomes = spans.instead(span.entity, text[span.start : span.end], scene)
        is_kept = becomes == text[span.start : span.end]
        yield Piece("", span.entity, span.found_by, span.score, "" if is_kept else becomes)
        if end > _LONGEST:
            return
    yield Piece(_masked(text[end : end + _LONGEST], common))


def _masked(text: str, common: frozenset[str]) -> str:
    """Common words as they are, every other one as signs."""
    return _WORD.sub(lambda word: word.group() if word.group().casefold() in common else "·" * 3, text)
