"""Worked examples of Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", and a published table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.engine.acceptance.agreement import PairTable, control_hit_rate, krippendorff_alpha_nominal, pair_table


def _units(*coders: str) -> list[list[int]]:
    """One row of values a coder, `*` for a missing one, as the papers print them."""
    rows = [row.split() for row in coders]
    return [[int(value) for value in column if value != "*"] for column in zip(*rows, strict=True)]


FOUR_OBSERVERS = _units(
    "1 2 3 3 2 1 4 1 2 * * *",
    "1 2 3 3 2 2 4 1 2 5 * 3",
    "* 3 3 3 2 3 4 2 2 5 1 *",
    "1 2 3 3 2 4 4 1 2 5 1 *",
)
THREE_CODERS = _units(
    "* * * * * 3 4 1 2 1 1 3 3 * 3",
    "1 * 2 1 3 3 4 3 * * * * * * *",
    "* * 2 1 3 4 4 * 2 1 1 3 3 * 4",
)
TWO_OBSERVERS = _units("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0")
TWO_NOMINAL = _units("1 1 2 2 4 3 3 3 5 4 4 1", "2 1 2 2 2 3 3 3 5 4 4 4")  # 1 to 5 for the paper's a to e


@pytest.mark.parametrize(
    ("units", "alpha"), [(FOUR_OBSERVERS, 0.743), (THREE_CODERS, 0.691), (TWO_OBSERVERS, 0.095), (TWO_NOMINAL, 0.692)]
)
def test_alpha_for_names_is_the_published_one(units: list[list[int]], alpha: float) -> None:
    assert round(krippendorff_alpha_nominal(units) or 0, 3) == alpha


def test_alpha_is_unknown_when_nothing_can_disagree() -> None:
    assert krippendorff_alpha_nominal([]) is None
    assert krippendorff_alpha_nominal([["a"], ["b"]]) is None
    assert krippendorff_alpha_nominal([[3, 3], [3, 3, 3]]) is None


@given(st.lists(st.lists(st.integers(1, 5), min_size=0, max_size=4), max_size=30))
def test_alpha_never_exceeds_one_and_ignores_the_order_of_annotators(units: list[list[int]]) -> None:
    alpha = krippendorff_alpha_nominal(units)
    assert alpha is None or alpha <= 1
    assert krippendorff_alpha_nominal([unit[::-1] for unit in units[::-1]]) == pytest.approx(alpha)


def test_98_percent_raw_agreement_can_hide_poor_agreement_on_leaks() -> None:
    # 300 records: both flag 1, 6 discordant, 293 both clean.
    table = pair_table([(True, True)] + [(True, False)] * 4 + [(False, True)] * 2 + [(False, False)] * 293)
    assert table == PairTable(1, 4, 2, 293)
    assert round((table.both + table.neither) / table.n, 2) == 0.98
    assert table.positive_agreement == 2 / 8


def test_no_flags_leave_positive_agreement_unknown() -> None:
    assert PairTable(0, 0, 0, 12).positive_agreement is None
    assert pair_table([]).positive_agreement is None


def test_a_hit_rate_comes_with_its_published_interval() -> None:
    # Clopper-Pearson for 8 of 10: 0.4439 to 0.9748.
    rate = control_hit_rate(8, 10)
    assert (rate.rate, round(rate.lower, 4), round(rate.upper, 4)) == (0.8, 0.4439, 0.9748)
    assert (control_hit_rate(0, 0).rate, control_hit_rate(0, 0).upper) == (None, 1.0)
