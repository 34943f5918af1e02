"""What values a column can take, chosen privately. With a budget of ten thousand there is no noise to speak of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from generation.engine.errors import FitError
from generation.engine.schema import ColumnSpec, Sdtype
from generation.engine.synthesizers.columns.forms import DateForm
from generation.engine.synthesizers.dp.domain import Allowance, find_categories, find_identifiers, find_numbers
from generation.engine.synthesizers.dp.mechanism import Mechanism

RHO, DELTA = 1e4, 1e-6


def paid(rho=RHO, delta=DELTA):
    return Mechanism(rho, delta), Allowance(rho, delta, bins=16)


def numbers_of(values, sdtype=Sdtype.NUMERICAL, dtype=None):
    mechanism, allowed = paid()
    return find_numbers(pd.Series(values, dtype=dtype), ColumnSpec("c0", sdtype), 3, allowed, mechanism)


def edges(numbers):
    return list(zip(numbers.cells.low.tolist(), numbers.cells.high.tolist(), strict=True))


# ---- Numbers ------------------------------------------------------------------------------------------------------


def test_cut_points_are_public_fractions_of_powers_of_two_and_never_a_value():
    """5.3 and 5.35 lie between 4 and 8; 32 parts of that are 0.125 wide, and a step of 0.01 allows 8 parts of each.

    5.3 = 4 + 10.4 * 0.125 lies in [5.25, 5.375); an eighth of it is 0.015625 wide: [5.296875, 5.3125) holds 5.3 and
    [5.34375, 5.359375) holds 5.35. A third cut would be finer than 0.01.
    """
    _, numbers, _ = numbers_of([5.3] * 3_000 + [5.35] * 3_000)
    assert edges(numbers) == [(5.296875, 5.3125), (5.34375, 5.359375)]


def test_tables_whose_values_differ_within_a_cell_get_the_same_cut_points():
    # In steps of a tenth, [5.25, 5.375) is not cut further: it holds 5.3 and nothing else that can be.
    found = [edges(numbers_of([value] * 2_000)[1]) for value in (5.3, 5.25 + 0.05)]
    assert found == [[(5.25, 5.375)]] * 2


def test_whole_numbers_are_told_by_their_octave_and_its_equal_parts():
    # 5 in [4, 8): four parts of one. 300 in [256, 512): 32 parts of eight, the sixth of them eight parts of one.
    column, numbers, found = numbers_of([5] * 1_000 + [300] * 3_000, dtype="int64")
    assert edges(numbers) == [(5, 6), (300, 301)]
    assert (numbers.step, numbers.has_missing) == (1.0, False)
    assert found.counts.tolist() == [1_000, 3_000]
    assert found.codes.tolist() == [0] * 1_000 + [1] * 3_000
    assert numbers.draw(np.array([0, 1, 1]), np.random.default_rng(0)).tolist() == [5, 300, 300]
    assert column.name == "c0"


def test_missing_numbers_are_the_last_code():
    _, numbers, found = numbers_of([7.0] * 900 + [np.nan] * 100)
    assert numbers.has_missing
    assert found.counts.tolist() == [900, 100]
    assert np.isnan(numbers.draw(np.array([0, 1]), np.random.default_rng(0))).tolist() == [False, True]


@pytest.mark.parametrize(("value", "step"), [(3.0, 1.0), (2.5, 0.1), (2.25, 0.01), (1 / 3, 0.0)])
def test_a_number_is_written_as_finely_as_many_of_the_values_are(value, step):
    """A third needs more than six decimals: it is a multiple of nothing."""
    _, numbers, _ = numbers_of([value] * 1_000 + [4.0] * 1_000)
    assert numbers.step == pytest.approx(step)


def test_a_single_value_written_more_finely_changes_nothing():
    # One of 2,001 is less than the two in a hundred from which on a way of writing counts.
    assert numbers_of([2.5] * 2_000 + [2.123])[1].step == pytest.approx(0.1)


def test_words_in_a_numerical_column_are_refused_by_its_position_and_not_told():
    with pytest.raises(FitError) as refused:
        numbers_of(["12", "Jane Roe"])
    assert "Column 3 is called numerical" in refused.value.sentence
    assert "Jane" not in refused.value.sentence


def test_a_column_in_which_nothing_stands_out_of_the_noise_is_left_out():
    # At a rho of 0.001 the noise has a standard deviation of 1 / sqrt(2 * 0.4 * 0.001) = 35: ten records are nothing.
    mechanism, allowed = paid(rho=0.001)
    found = find_numbers(pd.Series([5] * 10, dtype="int64"), ColumnSpec("c0", Sdtype.NUMERICAL), 1, allowed, mechanism)
    assert found is None
    assert 0 < mechanism.spent_rho <= 0.001 * (1 + 1e-5)


# ---- Dates --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "pattern", "day"),
    [
        ("31.12.1999", "%d.%m.%Y", 10_956),
        ("12/31/1999", "%m/%d/%Y", 10_956),
        ("1970-01-02", "%Y-%m-%d", 1),
    ],
)
def test_a_date_is_read_by_the_usual_pattern_that_reads_most_as_days_since_1970(written, pattern, day):
    """By the calendar: thirty years of which seven are leap years (1972 to 1996), less one day: 30 * 365 + 7 - 1."""
    column, numbers, found = numbers_of([written] * 1_000 + ["01/02/03"] * 5, Sdtype.DATETIME)
    assert column.form == DateForm(None, pattern, 86_400_000_000)
    drawn = numbers.draw(found.codes[:1], np.random.default_rng(0))
    assert drawn.tolist() == [day]


@pytest.mark.parametrize(
    ("moment", "microseconds"),
    [("2024-05-01", 86_400_000_000), ("2024-05-01 12:30:01", 1_000_000), ("2024-05-01 12:30:01.5", 1)],
)
def test_moments_are_kept_to_the_day_the_second_or_the_microsecond(moment, microseconds):
    column, numbers, _ = numbers_of(pd.to_datetime([moment] * 1_000), Sdtype.DATETIME)
    assert column.form.microseconds == microseconds
    assert numbers.step == 1.0


# ---- Categories ---------------------------------------------------------------------------------------------------


def test_categories_that_many_hold_are_named_by_frequency_and_a_single_persons_is_not():
    """At a rho of 0.5 the noise has standard deviation 1; one record passes the threshold once in a million tables."""
    mechanism, allowed = paid(rho=0.5)
    values = pd.Series(["south"] * 300 + ["north"] * 600 + ["Jane Roe"] + [None] * 100, dtype=object)
    column, found = find_categories(values, ColumnSpec("c0", Sdtype.CATEGORICAL), allowed, mechanism)
    assert column.categories == ("north", "south", None)
    assert found.codes.tolist() == [1] * 300 + [0] * 600 + [-1] + [2] * 100
    assert found.counts == pytest.approx([600, 300, 100], abs=8)
    assert mechanism.spent_delta <= DELTA


def test_a_column_of_names_that_nobody_shares_has_no_categories():
    mechanism, allowed = paid(rho=0.5)
    values = pd.Series([f"person {row}" for row in range(200)])
    assert find_categories(values, ColumnSpec("c0", Sdtype.CATEGORICAL), allowed, mechanism) is None


def test_yes_and_no_are_public_so_both_are_there_when_all_say_yes():
    mechanism, allowed = paid()
    column, found = find_categories(pd.Series([True] * 50), ColumnSpec("c0", Sdtype.BOOLEAN), allowed, mechanism)
    assert column.categories == (False, True)
    assert found.counts.tolist() == [0, 50]
    assert mechanism.spent_delta == 0


# ---- Identifiers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "form"),
    [
        ([f"A-{row:04d}" for row in range(500)], r"A-\d{4}"),
        ([f"{1000 + row}" for row in range(500)], r"[1-9]\d{3}"),
        (list(range(1000, 1500)), r"[1-9]\d{3}"),
        ([f"{row % 900 + 100}-{chr(65 + row % 26)}x" for row in range(500)], r"\d{3}-[A-Z][a-z]"),
    ],
)
def test_new_identifiers_have_the_commonest_shape(source, form):
    mechanism, allowed = paid()
    found = find_identifiers(pd.Series(source), ColumnSpec("c0", Sdtype.ID), allowed, mechanism)
    assert found.values(20, 0).astype(str).str.fullmatch(form).all()


def test_a_shape_of_one_person_alone_is_not_taken_over():
    mechanism, allowed = paid(rho=0.5)
    values = pd.Series(["JANE-ROE-1980", *(f"A-{row:04d}" for row in range(500)), "x"])
    made = find_identifiers(values, ColumnSpec("c0", Sdtype.ID), allowed, mechanism)
    assert made.values(20, 0).str.fullmatch(r"A-\d{4}").all()


def test_texts_without_a_common_shape_are_no_identifiers_to_be_made():
    mechanism, allowed = paid()
    values = pd.Series(["ab" * row + "-" * (row % 7) for row in range(1, 200)])
    assert find_identifiers(values, ColumnSpec("c0", Sdtype.ID), allowed, mechanism) is None


def test_unique_numbers_of_a_standard_form_become_others_of_it():
    mechanism, allowed = paid()
    values = pd.Series([f"6ba7b810-9dad-11d1-80b4-00c04fd4{row:04x}" for row in range(500)])
    made = find_identifiers(values, ColumnSpec("c0", Sdtype.ID), allowed, mechanism).values(20, 0)
    assert made.str.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}").all()
