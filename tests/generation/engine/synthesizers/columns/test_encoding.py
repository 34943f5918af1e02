"""What protection does to a table before anything is learned."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.engine.errors import FitError
from generation.engine.schema import ColumnSpec, Sdtype
from generation.engine.synthesizers.columns.encoding import NumberColumn, encode

ONE_NUMBER = (ColumnSpec("a", Sdtype.NUMERICAL),)
ONE_CATEGORY = (ColumnSpec("a", Sdtype.CATEGORICAL),)


def test_numbers_are_cut_at_the_mean_of_the_third_to_fifth_from_either_end():
    table = pd.DataFrame({"a": [9, 1, 50, 2, 3, 8, 7, 4, 5, 6, 1000]})
    encoding, encoded = encode(table, ONE_NUMBER, k=3, seed=0)
    assert sorted(encoded.numbers["a"]) == [4, 4, 4, 4, 5, 6, 7, 8, 8, 8, 8]
    column = encoding.columns[0]
    assert isinstance(column, NumberColumn)
    assert (column.low, column.high) == (4, 8)


@given(st.lists(st.integers(-1000, 1000), min_size=12, max_size=60), st.integers(2, 6))
def test_at_least_k_records_share_each_extreme(values, k):
    encoded = encode(pd.DataFrame({"a": values}), ONE_NUMBER, k, seed=0)[1]
    numbers = encoded.numbers.get("a", np.zeros(len(values)))
    assert (numbers == numbers.min()).sum() >= k
    assert (numbers == numbers.max()).sum() >= k


@given(st.lists(st.sampled_from("abcdefgh"), min_size=12, max_size=60), st.integers(2, 6), st.integers(0, 99))
def test_every_category_left_has_k_records(values, k, seed):
    table = pd.DataFrame({"a": ["a"] * k + values})
    encoding, encoded = encode(table, ONE_CATEGORY, k, seed)
    common = {value for value, count in table["a"].value_counts().items() if count >= k}
    assert set(encoding.columns[0].categories) == common
    codes = encoded.codes.get("a", np.zeros(len(table), dtype=int))
    assert np.bincount(codes, minlength=len(common)).min() >= k


def test_a_rare_category_is_replaced_by_the_others_in_their_proportion():
    table = pd.DataFrame({"a": ["x"] * 600 + ["y"] * 200 + [f"rare {number}" for number in range(400)]})
    encoding, encoded = encode(table, ONE_CATEGORY, k=5, seed=1)
    replaced = encoded.codes["a"][800:]
    assert encoding.columns[0].categories == ("x", "y")
    # 400 draws at 3/4: the mean is 300, three standard deviations are 26.
    assert abs((replaced == 0).sum() - 300) < 27
    assert encoding.notes == (
        "400 cells of categories held by fewer than 5 records were replaced by more common ones.",
    )


def test_missing_is_a_category_only_when_k_records_share_it():
    rare = pd.DataFrame({"a": ["x"] * 10 + ["y"] * 10 + [None] * 4})
    assert encode(rare, ONE_CATEGORY, k=5, seed=0)[0].columns[0].categories == ("x", "y")
    common = pd.DataFrame({"a": ["x"] * 10 + ["y"] * 10 + [None] * 5})
    assert encode(common, ONE_CATEGORY, k=5, seed=0)[0].columns[0].categories == ("x", "y", None)


def test_a_gap_in_a_number_shows_only_when_k_records_share_it():
    for gaps, expected in ((4, 0.0), (6, 0.25)):
        table = pd.DataFrame({"a": [*range(18), *[np.nan] * gaps]}, dtype=float)
        column, encoded = encode(table, ONE_NUMBER, k=5, seed=0)[0].columns[0], encode(table, ONE_NUMBER, 5, 0)[1]
        assert column.missing == expected
        assert np.isnan(encoded.numbers["a"]).sum() == gaps * (expected > 0)


def test_a_pandas_category_dtype_does_not_bring_its_rare_categories_back():
    table = pd.DataFrame({"a": pd.Categorical(["x"] * 12 + ["y"] * 9 + ["only one"])})
    encoding, _ = encode(table, ONE_CATEGORY, k=5, seed=0)
    assert "only one" not in repr(encoding)


def test_fewer_than_twice_k_records_are_refused():
    with pytest.raises(FitError, match="at least 40 records"):
        encode(pd.DataFrame({"a": range(39)}), ONE_NUMBER, k=20, seed=0)


def test_a_table_of_only_free_text_is_refused():
    with pytest.raises(FitError, match="No column is left"):
        encode(pd.DataFrame({"a": ["hello"] * 30}), (ColumnSpec("a", Sdtype.TEXT),), k=5, seed=0)


def test_text_without_a_form_that_k_records_share_is_left_out_and_said():
    table = pd.DataFrame({"a": range(20), "b": ["?" * row + "x" for row in range(20)]})
    schema = (ColumnSpec("a", Sdtype.NUMERICAL), ColumnSpec("b", Sdtype.ID))
    encoding, _ = encode(table, schema, k=5, seed=0)
    assert [(out.name, "no values can be invented" in out.reason) for out in encoding.left_out] == [("b", True)]
