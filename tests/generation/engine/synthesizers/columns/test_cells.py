"""Cutting numbers into cells and coming back."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from generation.engine.schema import ColumnSpec, Sdtype
from generation.engine.synthesizers.columns.cells import KNOTS, cut, lower_edges, uncut
from generation.engine.synthesizers.columns.encoding import encode

SCHEMA = (ColumnSpec("a", Sdtype.NUMERICAL),)


def cells_of(values, cells=8, k=5):
    encoding, encoded = encode(pd.DataFrame({"a": values}), SCHEMA, k, seed=0)
    return cut(encoding, encoded, cells, k)[0]


def test_a_frequent_zero_is_a_cell_of_its_own_and_the_rest_is_still_cut():
    values = np.concatenate([np.zeros(900), np.arange(1.0, 101.0)])
    cells, codes = cells_of(values, cells=10)
    assert (codes[:900] == 0).all()
    assert (codes[900:] > 0).all()
    assert cells.count == 11
    drawn = uncut([cells], {"a": (np.zeros(50, dtype=np.int32), np.linspace(0, 1, 50))}).numbers["a"]
    assert (drawn == 0).all()


def test_missing_is_the_last_code_and_comes_back_missing():
    values = np.where(np.arange(200) % 4 == 0, np.nan, np.arange(200.0))
    cells, codes = cells_of(values)
    assert (codes == cells.count - 1).tolist() == np.isnan(values).tolist()
    drawn = uncut([cells], {"a": (codes, np.full(200, 0.5))}).numbers["a"]
    assert np.isnan(drawn).tolist() == np.isnan(values).tolist()


def test_the_middle_of_a_cell_lies_near_the_mean_of_its_records():
    values = np.arange(800.0)
    cells, codes = cells_of(values, cells=8)
    for code in range(cells.count):
        drawn = cells.values(np.array([code]), np.array([0.5]))[0]
        # Neighbouring records are 1 apart, and each quantile is the mean of five.
        assert abs(drawn - values[codes == code].mean()) < 2.0


@given(
    st.lists(st.one_of(st.integers(-20, 20), st.just(0)), min_size=1, max_size=300),
    st.integers(1, 30),
    st.integers(1, 12),
)
def test_every_cell_has_k_records_unless_there_are_not_that_many(values, cells, k):
    present = np.sort(np.asarray(values, dtype=float))
    edges = lower_edges(present, cells, k)
    sizes = np.diff([0, *np.searchsorted(present, edges), len(present)])
    assert (sizes >= min(k, len(present))).all()
    assert (np.diff(edges) > 0).all()


def test_no_quantile_of_distinct_numbers_is_a_training_value():
    values = np.random.default_rng(0).lognormal(size=999)
    cells, _ = cells_of(values, cells=16)
    assert cells.knots.shape[1] == KNOTS
    inner = cells.knots[(cells.knots > cells.knots.min()) & (cells.knots < cells.knots.max())]
    assert not np.isin(inner, values).any()
