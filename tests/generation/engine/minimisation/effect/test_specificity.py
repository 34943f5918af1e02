"""Entropy, uniqueness and diversity by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from generation.engine.minimisation.effect.specificity import diversity_of, specificity_of


def test_four_even_values_are_two_bits_and_nobody_is_alone() -> None:
    found = specificity_of(pd.Series(list("abcd") * 5))
    assert (found.entropy, found.unique_share) == (2.0, 0.0)


def test_missing_is_a_value_that_is_nobodys_own() -> None:
    """Half missing, a quarter a, a quarter in two values of one record each: 1/2 + 2/4 + 2 * 3/8 bits."""
    found = specificity_of(pd.Series([None] * 4 + ["a", "a", "b", "c"]))
    assert found.entropy == pytest.approx(1.75)
    assert found.unique_share == 2 / 8


def test_the_least_varied_group_decides() -> None:
    """In group x a disease three times and another once: 2 values, 2 ** .811 = 1.75 effective ones."""
    table = pd.DataFrame({"group": ["x"] * 4 + ["y"] * 4, "ill": [*"aaab", *"abcd"]})
    (found,) = diversity_of(table, ["group"], ["ill"])
    assert (found.column, found.distinct) == ("ill", 2)
    assert found.effective == pytest.approx(1.7548, abs=1e-4)
    assert diversity_of(table, [], ["ill"])[0].distinct == 4


def test_an_empty_table_has_nothing() -> None:
    assert specificity_of(pd.Series([], dtype=object)).entropy == 0.0
    assert diversity_of(pd.DataFrame({"ill": []}), [], ["ill"]) == ()
