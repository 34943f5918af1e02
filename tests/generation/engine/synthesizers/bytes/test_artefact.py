from __future__ import annotations

import datetime as dt
import io
import itertools

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.engine.errors import FitError
from generation.engine.schema import ColumnSpec, Sdtype
from generation.engine.synthesizers.bytes.artefact import ArtefactFacts, write_artefact

SCHEMA = (
    ColumnSpec("c0", Sdtype.NUMERICAL, label="Age"),
    ColumnSpec("c1", Sdtype.CATEGORICAL, label="Town / Stadt"),
    ColumnSpec("c2", Sdtype.BOOLEAN),
    ColumnSpec("c3", Sdtype.DATETIME, label="Day"),
    ColumnSpec("c4", Sdtype.DATETIME, label="Moment"),
    ColumnSpec("c5", Sdtype.NUMERICAL, label="Income"),
    ColumnSpec("c6", Sdtype.TEXT, label="Note"),
)


def table(rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "c5": np.where(rng.random(rows) < 0.5, np.nan, rng.normal(size=rows)),
            "c0": rng.integers(0, 90, rows),
            "c1": rng.choice(["Bern", "Köln", None], rows),
            "c2": rng.random(rows) < 0.5,
            "c3": [dt.date(2020, 1, 1 + day) for day in rng.integers(0, 30, rows)],
            "c4": pd.Timestamp("2021-05-05") + pd.to_timedelta(rng.integers(0, 10**9, rows), unit="us"),
        }
    )


def written(frames, schema=SCHEMA) -> tuple[ArtefactFacts, bytes]:
    sink = io.BytesIO()
    facts = write_artefact(frames, schema, sink)
    return facts, sink.getvalue()


def test_columns_come_in_schema_order_under_their_labels_with_their_types():
    facts, payload = written([table(30)])
    got = pq.read_schema(io.BytesIO(payload))
    assert facts == ArtefactFacts(rows=30, columns=6)
    assert got.names == ["Age", "Town / Stadt", "c2", "Day", "Moment", "Income"]
    assert got.types == [pa.int64(), pa.string(), pa.bool_(), pa.date32(), pa.timestamp("ns"), pa.float64()]


def test_the_file_holds_the_values_that_went_in():
    frame = table(30)
    got = pq.read_table(io.BytesIO(written([frame])[1])).to_pandas()
    assert got["Age"].tolist() == frame["c0"].tolist()
    assert got["Day"].tolist() == frame["c3"].tolist()
    assert got["Income"].isna().sum() == frame["c5"].isna().sum()
    assert got["Town / Stadt"].dropna().tolist() == frame["c1"].dropna().tolist()


@settings(max_examples=20)
@given(st.lists(st.integers(1, 299), max_size=5))
def test_the_bytes_do_not_depend_on_how_the_records_were_cut(cuts):
    frame = table(300)
    edges = [0, *sorted(set(cuts)), 300]
    pieces = [frame.iloc[start:end] for start, end in itertools.pairwise(edges)]
    assert written(pieces)[1] == written([frame])[1]


def test_row_groups_hold_65536_rows_whatever_the_shards():
    frame = table(70_000)
    facts, payload = written([frame, frame])
    meta = pq.read_metadata(io.BytesIO(payload))
    assert [meta.row_group(index).num_rows for index in range(meta.num_row_groups)] == [65_536, 65_536, 8_928]
    assert facts.rows == 140_000


def test_a_repeated_label_gets_a_number():
    schema = tuple(ColumnSpec(f"c{index}", Sdtype.NUMERICAL, label="Same") for index in range(3))
    frame = pd.DataFrame({"c0": [1], "c1": [2], "c2": [3]})
    assert pq.read_schema(io.BytesIO(written([frame], schema)[1])).names == ["Same", "Same (2)", "Same (3)"]


def test_a_column_without_values_in_the_first_shard_is_text():
    schema = (ColumnSpec("c0", Sdtype.CATEGORICAL),)
    frames = [pd.DataFrame({"c0": [None, None]}), pd.DataFrame({"c0": ["late"]})]
    assert pq.read_table(io.BytesIO(written(frames, schema)[1]))["c0"].to_pylist() == [None, None, "late"]


def test_no_frame_is_refused():
    with pytest.raises(FitError, match="no record"):
        written([])
