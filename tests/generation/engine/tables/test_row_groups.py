"""Row groups of Parquet: their bytes stand alone, a label changes none of them, two files are compared by record."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from itertools import pairwise

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from generation.engine.tables.row_groups import records_in_common, row_groups, write_labelled, write_rows

TABLE = pa.table({"c0": pa.array([*range(250), None]), "c1": ["x", None, "a longer text"] * 83 + ["y", "z"]})


def parquet(table: pa.Table, rows: int = 100) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", row_group_size=rows)
    return sink.getvalue()


@pytest.fixture
def whole() -> bytes:
    return parquet(TABLE)


def test_the_spans_of_row_groups_hold_all_their_pages_and_follow_each_other(whole: bytes) -> None:
    spans = row_groups(io.BytesIO(whole))
    assert [rows for _, _, rows in spans] == [100, 100, 51]
    assert spans[0][0] == len(b"PAR1")
    assert all(before[1] == after[0] for before, after in pairwise(spans))
    blank = bytearray(whole)
    start, end, _ = spans[0]
    blank[start:end] = bytes(end - start)
    with pq.ParquetFile(io.BytesIO(blank)) as file:
        assert file.read_row_group(1).equals(TABLE.slice(100, 100))
        with pytest.raises(OSError, match=r".+"):
            file.read_row_group(0)


def test_a_label_stands_behind_the_file_and_is_read_by_others(whole: bytes) -> None:
    sink = io.BytesIO()
    write_labelled(io.BytesIO(whole), sink, {"label": "synthetic", "terms": "ask first: ä"})
    labelled = sink.getvalue()
    assert labelled.startswith(whole)
    table = pq.read_table(io.BytesIO(labelled))
    assert table.equals(TABLE)
    assert table.schema.metadata[b"terms"].decode() == "ask first: ä"
    assert row_groups(io.BytesIO(labelled)) == row_groups(io.BytesIO(whole))
    assert pd.read_parquet(io.BytesIO(labelled)).equals(pd.read_parquet(io.BytesIO(whole)))


def test_chosen_records_and_all_others_are_the_whole(whole: bytes) -> None:
    parts, some = [], [250, 3, 99, 100]
    for chosen in (some, set(range(TABLE.num_rows)) - set(some)):
        sink = io.BytesIO()
        write_rows(io.BytesIO(whole), sink, chosen, {"label": "part"})
        parts.append(pq.read_table(sink))
    assert parts[0].to_pylist() == TABLE.take([3, 99, 100, 250]).to_pylist()
    assert parts[1].num_rows == 247
    assert parts[0].schema.metadata[b"label"] == b"part"


def test_records_in_common_are_those_with_every_value_the_same() -> None:
    other = pa.concat_tables([TABLE.slice(10, 5), TABLE.slice(20, 1).set_column(1, "c1", [["no"]])])
    one, two = io.BytesIO(parquet(TABLE)), io.BytesIO(parquet(other))
    assert records_in_common(two, one) == 5
    assert records_in_common(io.BytesIO(parquet(TABLE)), io.BytesIO(parquet(other))) == 5
    turned = io.BytesIO(parquet(other.select(["c1", "c0"])))
    assert records_in_common(io.BytesIO(parquet(TABLE)), turned) == 5
    renamed = io.BytesIO(parquet(other.rename_columns(["c0", "c2"])))
    assert records_in_common(io.BytesIO(parquet(TABLE)), renamed) == 0


@pytest.mark.parametrize(
    ("kept", "again"),
    [
        (pa.array([1, -1, -2, None]), pa.array([1.0, -1.0, -3.0, None])),
        (pa.array([1.0, 0.5, 2.0, float("nan")]), pa.array([Decimal("1.00"), Decimal("0.50"), Decimal("7.00"), None])),
        (pa.array([2**60, 3, 4], pa.int64()), pa.array([2**60, 3, 5], pa.uint64())),
        (
            pa.array([dt.date(2024, 1, d) for d in (1, 2, 3)]),
            pa.array([dt.date(2024, 1, d) for d in (1, 2, 4)]).cast(pa.timestamp("ms")),
        ),
        (pa.array(["a", None, "b"]), pa.array(["a", None, "c"]).dictionary_encode()),
    ],
)
def test_a_value_is_the_same_however_it_is_kept(kept: pa.Array, again: pa.Array) -> None:
    """All but one of the records are in both."""
    one, two = (io.BytesIO(parquet(pa.table({"c": column}))) for column in (kept, again))
    assert records_in_common(one, two) == records_in_common(two, one) == len(kept) - 1
