"""Values that differ only in how they are written: in case, or in spaces before, after and between their words."""

from __future__ import annotations

from collections.abc import Mapping


def plain_spelling(text: str) -> str:
    """The text without case, and with one space for each run of them.

    >>> plain_spelling(" New  York ")
    'new york'
    """
    return " ".join(text.split()).casefold()


def spellings(counts: Mapping[str, int]) -> dict[str, str]:
    """For each plain spelling the one that most records have, in the alphabet's order where two have as many.

    `counts` gives the records of each text.

    >>> spellings({"USA": 60, "usa": 3, "USA ": 2, "Peru": 9})
    {'usa': 'USA', 'peru': 'Peru'}
    """
    best: dict[str, str] = {}
    for text in sorted(counts, key=lambda text: (-counts[text], text)):
        best.setdefault(plain_spelling(text), text)
    return best


def untidy_cells(counts: Mapping[str, int]) -> int:
    """How many records have a text that differs from a commoner one only in case or spaces.

    >>> untidy_cells({"USA": 60, "usa": 3, "USA ": 2, "Peru": 9})
    5
    """
    best = spellings(counts)
    return sum(count for text, count in counts.items() if best[plain_spelling(text)] != text)
