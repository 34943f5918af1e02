"""What tables can be asked about themselves: which row has most, where that can be told."""

from __future__ import annotations

import pytest

from generation.engine.llm.documents.passages import passages_of
from generation.engine.llm.questions.structures import structured
from tests.generation.engine.llm.questions.conftest import read


def extremes(*cells: str) -> dict[str, str]:
    """Which row has the highest and the lowest of these values, as the questions about their table answer."""
    rows = "\n".join(f"| Row {chr(65 + at)} | {cell} |" for at, cell in enumerate(cells))
    document = read(f"# Limits\n\n| Case | Value |\n|---|---|\n{rows}\n", "limits.md")
    candidates = list(structured(passages_of(document)))
    return {
        word: one.evidence.text
        for one in candidates
        for word in ("highest", "lowest")
        if one.wordings[0].startswith(f"Which case has the {word} value")
    }


@pytest.mark.parametrize(
    ("cells", "highest", "lowest"),
    [
        (("28 euros", "1 euro", "45 euros"), "Row C", "Row B"),
        (("9,50 €", "10 €", "2,75 €"), "Row B", "Row C"),  # nine and a half
        (("1,275", "980", "12,000"), "Row C", "Row B"),
        (("1.275.000", "980.000", "12,5"), "Row A", "Row C"),
        (("$9.50", "$10.25", "$0.5"), "Row B", "Row C"),
        (("1 hour", "4 hours", "2 hours"), "Row B", "Row A"),
        (("-5 °C", "12 °C", "0 °C"), "Row B", "Row A"),
        (("1 200 km", "980 km"), "Row A", "Row B"),
    ],
)
def test_the_row_with_most_is_told_by_numbers_in_one_unit(cells: tuple[str, ...], highest: str, lowest: str) -> None:
    assert extremes(*cells) == {"highest": highest, "lowest": lowest}


@pytest.mark.parametrize(
    "cells",
    [
        ("30 minutes", "4 hours", "2 days"),
        ("1.5 million", "900 thousand"),
        ("28 May", "3 July"),
        ("28 May", "3 May"),
        ("28. Mai", "3. Mai"),
        ("9,50", "1.275.5"),
        ("9,50", "9.75"),
        ("28 euros", "30 dollars"),
        ("28 euros per day", "30 euros per week"),
        ("< 5", "7"),
        ("$5", "€7"),
        ("28 euros", "none"),
        ("2024-05-28", "2024-07-03"),
        ("9:30", "10:15"),
    ],
)
def test_what_is_in_different_units_or_a_date_is_not_compared(cells: tuple[str, ...]) -> None:
    assert extremes(*cells) == {}
