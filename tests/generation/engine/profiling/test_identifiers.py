"""Numbers and texts that name one record: found whatever the column's kind, and called so for a reason that is true."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from generation.engine.profiling.profile import ColumnProfile
from generation.engine.profiling.table import profile_table
from generation.engine.schema import ColumnRole, Sdtype

ROWS = 400
RNG = np.random.default_rng(8)


def column(values: object, label: str = "thing", **asked: str) -> ColumnProfile:
    return profile_table(pd.DataFrame({"c0": values}), {"c0": label}, **asked).columns[0]


def numbers(digits: int) -> list[int]:
    return RNG.choice(9 * 10 ** (digits - 1), ROWS, replace=False).astype(int) + 10 ** (digits - 1)


@pytest.mark.parametrize(
    ("values", "label"),
    [
        (100_000 + np.arange(ROWS), "Kundennr"),
        (100_000 + np.arange(ROWS), "x"),
        (100_000 + np.arange(ROWS), "count"),
        (7 * RNG.permutation(ROWS), "model number"),
        (7 * RNG.permutation(ROWS), "total no"),
        (100_000 + np.delete(np.arange(ROWS), RNG.choice(ROWS, 80, replace=False)), "x"),
        (np.where(np.arange(ROWS) % 9, 100_000.0 + np.arange(ROWS), np.nan), "x"),
        (numbers(9), "passport"),
        (numbers(10), "account"),
        (numbers(10), "nhs_number"),
        (52_000 + 3 * np.arange(ROWS), "member"),
        (np.repeat(numbers(8)[:100], 4), "Policennummer"),
        (np.repeat(numbers(10)[:100], 4), "account"),
        (np.repeat(numbers(9)[:100], 4), "passport"),
        (np.repeat(numbers(11)[:100], 4), "mob"),
    ],
)
def test_numbers_that_are_given_out_are_identifiers(values: object, label: str) -> None:
    found = column(values, label)
    assert found.sdtype is Sdtype.ID
    assert found.role is ColumnRole.DIRECT


@pytest.mark.parametrize(
    ("values", "label"),
    [
        (RNG.integers(0, 500, ROWS), "amount"),
        (RNG.integers(10**7, 2 * 10**7, ROWS).repeat(2), "account_balance"),
        (RNG.integers(0, 200, ROWS), "phone_calls"),
        (RNG.integers(0, 120, ROWS), "n_members"),
        (RNG.integers(0, 120, ROWS), "member"),
        (RNG.integers(0, 9, ROWS), "number of children"),
        (RNG.integers(0, 12, ROWS), "phone"),
        (RNG.permutation(ROWS) * 977, "score"),
        (np.append(RNG.permutation(ROWS), -7), "gain over last year"),
        (RNG.normal(0, 1, ROWS), "customer"),
    ],
)
def test_measures_with_repeats_quantities_and_few_values_stay_numbers(values: object, label: str) -> None:
    assert column(values, label).sdtype is Sdtype.NUMERICAL


def test_a_target_named_by_the_purpose_stays_what_it_is() -> None:
    found = column(100_000 + np.arange(ROWS), "charges", target="c0")
    assert (found.sdtype, found.role) == (Sdtype.NUMERICAL, ColumnRole.TARGET)


def test_an_area_code_is_no_identifier_though_no_two_are_alike() -> None:
    found = column([f"{number:05d}" for number in range(10_000, 10_000 + ROWS)], "PLZ")
    assert (found.sdtype, found.role) == (Sdtype.CATEGORICAL, ColumnRole.QUASI)


def test_whole_numbers_that_may_be_a_measure_say_so_and_ask() -> None:
    found = column(RNG.permutation(ROWS) * 977, "inhabitants")
    assert found.is_measurable
    assert found.why == "An identifier: whole numbers, each in one record alone. If it is a measure, say so."


def test_the_owner_s_word_makes_a_measure_of_numbers_that_differ_and_of_nothing_else() -> None:
    numbers_that_differ = column(RNG.permutation(ROWS) * 977, "inhabitants")
    assert numbers_that_differ.given(ColumnRole.OTHER).sdtype is Sdtype.NUMERICAL
    assert numbers_that_differ.given(ColumnRole.DIRECT).sdtype is Sdtype.ID
    codes = column([f"ORD-{number:06d}" for number in range(ROWS)], "order")
    assert codes.given(ColumnRole.OTHER).sdtype is Sdtype.ID


def test_codes_of_one_form_are_identifiers_and_the_reason_is_the_form() -> None:
    found = column([f"ORD-{number:06d}" for number in range(ROWS)], "order of things")
    assert (found.role, found.has_form) == (ColumnRole.DIRECT, True)
    assert found.why == "An identifier: 100 % of its values are distinct, nearly all of one form."


def test_distinct_text_is_not_called_an_identifier_for_that_alone() -> None:
    words = ["".join(chr(97 + RNG.integers(26)) for _ in range(RNG.integers(4, 12))) for _ in range(ROWS)]
    found = column(words, "thing")
    assert found.role is ColumnRole.OTHER
    assert found.why.endswith("are distinct, so a value points at its record; nothing shows that it was given out.")


def test_values_that_differ_in_case_or_spaces_alone_are_counted_and_not_named() -> None:
    found = column([*["USA"] * 60, *["usa"] * 3, *["USA "] * 2, *["Peru"] * 9, None], "country")
    assert found.untidy == 5
    assert "usa" not in str(found).casefold()


@pytest.mark.parametrize("pair", [("Ja", "Nein"), ("Si", "No"), ("IN", "OUT"), ("OK", "NOK"), ("DE", "FR")])
def test_words_of_every_day_and_two_letters_are_no_places(pair: tuple[str, str]) -> None:
    assert column(list(pair) * ROWS, "answer").role is ColumnRole.OTHER


def test_man_and_woman_are_no_places_but_words_for_sex() -> None:
    found = column(["Man", "Woman"] * ROWS, "answer")
    assert not found.findings
    assert (found.role, found.meaning) == (ColumnRole.QUASI, "words for sex or gender")


def test_a_column_of_country_codes_narrows_down_by_its_label() -> None:
    assert column(["DE", "FR", "NA", "NO"] * ROWS, "country").role is ColumnRole.QUASI
