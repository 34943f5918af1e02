"""Keyed numbers of records: a cut that bytes do not move, and a sketch that knows a source again."""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from generation.engine.tables.cut.sketches import ranks, sketch_of
from generation.engine.tables.cut.sources import Sketch, is_same_source, shared
from generation.engine.tables.cut.splitting import split_holdout

KEY, OTHER = b"k" * 32, b"o" * 32


def parquet(**columns: object) -> io.BytesIO:
    made = io.BytesIO()
    pq.write_table(pa.table(columns), made)
    made.seek(0)
    return made


def numbers(start: int, end: int) -> Sketch:
    return sketch_of(parquet(a=list(range(start, end)), b=[f"v{n}" for n in range(start, end)]), KEY, ["a", "b"])


def test_half_of_the_records_in_common_is_where_one_source_begins() -> None:
    first = numbers(0, 4_000)
    assert shared(first, first) == 1
    # 2,800 and 1,200 of 4,000: known by construction; a sample of 256 is off by .12 at most in 999 of 1,000 cases.
    assert shared(first, numbers(1_200, 5_200)) == pytest.approx(0.7, abs=0.12)
    assert is_same_source(first, numbers(1_200, 5_200))
    assert not is_same_source(first, numbers(2_800, 6_800))


def test_a_part_of_a_file_is_the_same_source() -> None:
    assert is_same_source(numbers(0, 8_000), numbers(100, 2_100))


def test_short_tables_that_share_records_by_chance_need_the_same_labels() -> None:
    flags = [sketch_of(parquet(x=["yes", "no"] * 20), KEY, [label]) for label in ("smokes", "Smokes ", "married")]
    assert is_same_source(flags[0], flags[1])
    assert not is_same_source(flags[0], flags[2])


def test_nobody_without_the_key_can_compute_a_sketch() -> None:
    table = {"a": list(range(500))}
    mine, theirs = (sketch_of(parquet(**table), key, ["a"]) for key in (KEY, OTHER))
    assert not set(mine.smallest) & set(theirs.smallest)
    assert Sketch.from_json(mine.as_json()) == mine


def held_out(table: io.BytesIO, **options: object) -> set[object]:
    training, holdout = io.BytesIO(), io.BytesIO()
    split_holdout(table, training, holdout, seed=KEY, **options)  # type: ignore[arg-type]
    holdout.seek(0)
    return {tuple(row.values()) for row in pq.read_table(holdout).to_pylist()}


def test_a_keyed_cut_is_the_same_in_any_order_of_the_file() -> None:
    rows = list(range(300))
    assert held_out(parquet(a=rows)) == held_out(parquet(a=rows[::-1]))
    assert len(held_out(parquet(a=rows))) == 60


def test_a_person_stays_on_their_side_when_others_are_added() -> None:
    people = [f"p{n % 100}" for n in range(1_000)]
    before = {who for who, _ in held_out(parquet(who=people, n=list(range(1_000))), person="who")}
    after = {who for who, _ in held_out(parquet(who=[*people, "p777"], n=list(range(1_001))), person="who")}
    assert len(before ^ after) <= 2
    assert 15 <= len(before) <= 25


def test_equal_records_do_not_go_to_one_side_together() -> None:
    found = ranks(np.full(1_000, 7, np.uint64))
    assert len(np.unique(found)) == 1_000
