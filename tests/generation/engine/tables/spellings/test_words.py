"""How a column is written, in words for people."""

from __future__ import annotations

import pytest

from generation.engine.tables.spellings.spelling import Spelling, Written
from generation.engine.tables.spellings.words import format_words


@pytest.mark.parametrize(
    ("thousands", "words"),
    [
        (".", "points"),
        (",", "commas"),
        ("'", "apostrophes"),
        ("\N{RIGHT SINGLE QUOTATION MARK}", "apostrophes"),
        (" ", "blanks"),
    ],
)
def test_a_mark_for_thousands_is_named_and_not_lost_among_the_commas_of_a_line(thousands: str, words: str) -> None:
    money = Spelling(Written.NUMBER, "double", decimal=",", thousands=thousands, places=2, is_fixed=True, suffix=" €")
    assert format_words(money) == f"decimal comma, 2 decimals, thousands by {words}, €"
