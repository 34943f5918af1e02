"""One value as its source writes it, for a person to read."""

from __future__ import annotations

import datetime as dt

import pytest

from generation.engine.tables.spellings.spelling import Spelling, Written
from generation.engine.tables.spellings.writing import spelled_cell

PRICE = Spelling(Written.NUMBER, "double", places=2, is_fixed=True)
EURO = Spelling(Written.NUMBER, "double", decimal=",", thousands=".", places=2, is_fixed=True, suffix=" €")
DAY = Spelling(Written.DATE, "date32[day]", layout="dd.MM.yyyy")


@pytest.mark.parametrize(
    ("value", "spelling", "read"),
    [
        (1.8, PRICE, "1.80"),
        (-1234.5, EURO, "-1.234,50 €"),
        (7, Spelling(Written.NUMBER, "int64"), "7"),
        (True, Spelling(Written.BOOLEAN, "bool", words=("Yes", "No")), "Yes"),
        (False, Spelling(Written.BOOLEAN, "bool", words=("Yes", "No")), "No"),
        ("2024-03-05", DAY, "05.03.2024"),
        (dt.date(2024, 3, 5), DAY, "05.03.2024"),
        ("2024-03-05T10:20:00", Spelling(Written.MOMENT, layout="dd/MM/yyyy HH:mm"), "05/03/2024 10:20"),
        ("no date", DAY, "no date"),
        ("1.8", PRICE, "1.8"),
        (None, PRICE, None),
        (float("inf"), PRICE, float("inf")),
        (1.8, Spelling(), 1.8),
    ],
)
def test_a_value_is_read_as_its_source_writes_it(value: object, spelling: Spelling, read: object) -> None:
    assert spelled_cell(value, spelling) == read
