"""Cells of one column that say how much: compared only where all are written in one way and in one unit."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa

from generation.engine.llm.questions.grammar.words import content_words
from generation.engine.tables.spellings import months
from generation.engine.tables.spellings.marks import SPACERS
from generation.engine.tables.spellings.numbers import in_plain_digits

_MEASURE = re.compile(rf"^(?P<before>\D{{0,3}}?)(?P<body>-?\d(?:[\d.,{SPACERS}]*\d)?)\s*(?P<unit>\D*)$")
# A decimal point is more common in English than a decimal comma, so that "1,275" has no decimals.
_DECIMALS = (".", ",")


def comparable(cells: Sequence[str]) -> list[float] | None:
    """How much each cell says, such as 28 for "28 euros"; None where one says it in another unit, with other marks or
    not at all. The day of a date is not how much it is.
    """
    found = [match for match in map(_MEASURE.match, cells) if match]
    units = {(match["before"].strip(), _unit(match["unit"])) for match in found}
    if len(found) < len(cells) or len(units) != 1 or any(map(_is_month, found)):
        return None
    bodies = pa.array([match["body"] for match in found], pa.string())
    read = (in_plain_digits(bodies, decimal) for decimal in _DECIMALS)
    plain = next((texts for texts in read if not texts.null_count), None)
    return None if plain is None else [float(text) for text in plain.to_pylist()]


def _unit(words: str) -> tuple[str, ...]:
    """A unit whatever its number and case: "hours" is that of "1 hour"."""
    return tuple(sorted(content_words(words))) or (words.strip().lower(),)


def _is_month(match: re.Match[str]) -> bool:
    words = re.findall(r"[^\W\d_]+", (match["before"] + " " + match["unit"]).casefold())
    return any(word in months.numbers_of(language) for word in words for language in months.LANGUAGES)
