"""Numbers and dates become floats and come back as they were."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.engine.errors import FitError
from generation.engine.schema import Sdtype
from generation.engine.synthesizers.columns.forms import form_of

NUMBERS = [
    pd.Series([3, -1, 12], dtype="int64"),
    pd.Series([3, 1, 12], dtype="uint8"),
    pd.Series([3, pd.NA, 12], dtype="Int64"),
    pd.Series([2.25, np.nan, -0.5]),
    pd.Series([2.5, pd.NA, 1e300], dtype="Float64"),
    pd.Series([0.1, 0.25], dtype="float32"),
]
DATES = [
    pd.to_datetime(pd.Series(["2020-02-29", "1969-12-31", "2100-01-01"])),
    pd.to_datetime(pd.Series(["2020-02-29 10:00:01", None, "1999-12-31 23:59:59"])),
    pd.to_datetime(pd.Series(["2020-02-29 10:00:01.000007", "1901-01-01"], dtype=object), format="ISO8601"),
    pd.to_datetime(pd.Series(["2020-07-01 10:30", "2020-12-01 00:15"])).dt.tz_localize("Europe/Zurich"),
    pd.Series(["9999-12-31", "2001-01-01"], dtype="datetime64[s]"),
    pd.Series([dt.date(2020, 2, 29), None, dt.date(1850, 1, 1)], dtype=object),
    pd.Series(["31.12.2020", None, "01.02.2021"], dtype=object),
    pd.Series(["12/31/2020", "01/02/2021"], dtype=object),
    pd.Series(["2020-12-31T10:11:12", "2021-02-01T00:00:00"], dtype=object),
]


@pytest.mark.parametrize("values", NUMBERS, ids=lambda values: str(values.dtype))
def test_numbers_come_back_as_they_were(values):
    form = form_of(values.dropna(), Sdtype.NUMERICAL, 1)
    pd.testing.assert_series_equal(form.to_values(form.to_numbers(values)), values)


@pytest.mark.parametrize("values", DATES, ids=str)
def test_dates_come_back_as_they_were(values):
    form = form_of(values.dropna(), Sdtype.DATETIME, 1)
    pd.testing.assert_series_equal(form.to_values(form.to_numbers(values)), values)


def test_a_drawn_number_is_rounded_to_the_decimals_of_the_column():
    form = form_of(pd.Series([1.5, 2.25]), Sdtype.NUMERICAL, 1)
    assert form.to_values(np.array([0.123456, 9.875])).tolist() == [0.12, 9.88]


def test_a_date_between_two_days_becomes_a_day():
    form = form_of(pd.Series(pd.to_datetime(["2020-01-01", "2020-01-11"])), Sdtype.DATETIME, 1)
    assert form.to_values(np.array([18_262.4])).tolist() == [pd.Timestamp("2020-01-01")]


@given(st.floats(allow_nan=False))
def test_a_whole_number_column_never_overflows(number):
    for values in (pd.Series([1, 2], dtype="int64"), pd.Series([1, 2], dtype="int8")):
        form = form_of(values, Sdtype.NUMERICAL, 1)
        assert form.to_values(np.array([number])).dtype == values.dtype


def test_text_in_a_number_column_is_refused_without_showing_it():
    with pytest.raises(FitError) as caught:
        form_of(pd.Series(["12", "my secret"], dtype=object), Sdtype.NUMERICAL, 4)
    assert "secret" not in caught.value.sentence
    assert "Column 4" in caught.value.sentence
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("values", [["soon", "later"], ["2020-01-01", "02/03/2021 at noon"] * 5])
def test_texts_that_are_not_dates_of_one_format_are_refused_without_showing_them(values):
    with pytest.raises(FitError) as caught:
        form_of(pd.Series(values, dtype=object), Sdtype.DATETIME, 2)
    assert not any(value in caught.value.sentence for value in values)


def test_infinite_numbers_are_refused():
    with pytest.raises(FitError, match="infinite"):
        form_of(pd.Series([1.0, np.inf]), Sdtype.NUMERICAL, 1)
