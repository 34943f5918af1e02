from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.engine.acceptance.words import claim_sentence, percent, percent_above


@pytest.mark.parametrize(
    ("bound", "text"),
    [
        (0.013866, "1.4 %"),
        (0.0099, "1 %"),
        (0.01, "1.1 %"),
        (0.0157, "1.6 %"),
        (0.12345, "13 %"),
        (0.000401, "0.041 %"),
    ],
)
def test_a_bound_is_rounded_up_to_two_digits(bound: float, text: str) -> None:
    assert percent_above(bound) == text


@given(st.floats(1e-9, 0.98))
def test_the_percentage_in_words_is_always_above_the_bound(bound: float) -> None:
    written = Decimal(percent_above(bound).removesuffix(" %")) / 100
    assert Decimal(bound) < written <= Decimal(bound) * Decimal("1.11") or written == Decimal("1")


def test_a_chosen_confidence_is_never_rounded() -> None:
    assert [percent(0.95), percent(0.995), percent(0.999), percent(0.9)] == ["95 %", "99.5 %", "99.9 %", "90 %"]


def test_a_lot_reviewed_whole_without_a_leak_says_none() -> None:
    assert claim_sentence(0.0, 0.95, 60) == (
        "95 % sure that none of the 60 records carries what reviewers call a leak, if they miss nothing"
    )
