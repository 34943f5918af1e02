"""Loading for the engine, and single rows for the page."""

import datetime as dt
import io

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.engine.tables.loading import load_table, rows_at
from tests.generation.engine.tables.cases import parquet

TABLE = pa.table(
    {
        "c0": pa.array([1, None, 3], pa.int64()),
        "c1": ["a", None, "c"],
        "c2": [dt.date(2020, 2, 29), None, dt.date(1999, 1, 1)],
        "c3": pa.array(["x", "y", "x"]).dictionary_encode(),
        "c4": pa.array([1, 2, 3], pa.int64()),
    }
)
TALL = parquet(pa.table({"c0": range(10_000), "c1": [f"x{at}" for at in range(10_000)]}), row_group_size=999)


def test_a_loaded_table_has_the_types_that_the_engine_expects():
    frame = load_table(io.BytesIO(parquet(TABLE)))
    assert [str(kind) for kind in frame.dtypes] == ["float64", "object", "datetime64[ns]", "object", "int64"]
    assert frame["c2"][0] == pd.Timestamp("2020-02-29")
    assert frame["c1"].isna().tolist() == [False, True, False]
    assert list(frame["c3"]) == ["x", "y", "x"]


def test_columns_come_in_the_order_asked_for():
    assert list(load_table(io.BytesIO(parquet(TABLE)), ["c4", "c1"]).columns) == ["c4", "c1"]


@given(st.lists(st.integers(0, 9_999), max_size=20))
def test_rows_come_as_asked_repeats_included(indices):
    expected = [{"c0": index, "c1": f"x{index}"} for index in indices]
    assert rows_at(io.BytesIO(TALL), indices) == expected


@pytest.mark.parametrize("index", [-1, 10_000])
def test_a_row_that_is_not_there_is_an_index_error(index):
    with pytest.raises(IndexError, match="10000 rows"):
        rows_at(io.BytesIO(TALL), [0, index])


def test_one_row_reads_a_small_part_of_the_file():
    class Counting(io.BytesIO):
        taken = 0

        def read(self, size=-1):
            data = super().read(size)
            self.taken += len(data)
            return data

    source = Counting(parquet(pa.table({"c0": [f"{at * 7919 % 1_000_003:x}" * 9 for at in range(100_000)]}),
                              row_group_size=5_000, compression="none"))  # fmt: skip
    rows_at(source, [40_000])
    assert source.taken < len(source.getvalue()) / 5
