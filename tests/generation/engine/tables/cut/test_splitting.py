"""The holdout cut."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from generation.engine.errors import TableError
from generation.engine.tables.cut.splitting import Split, split_holdout
from tests.generation.engine.tables.cases import parquet


def cut(table, **options):
    training, holdout = io.BytesIO(), io.BytesIO()
    split = split_holdout(io.BytesIO(parquet(table)), training, holdout, **{"seed": 7, **options})
    return split, training, holdout


def numbered(rows):
    return pa.table({"c0": range(rows), "c1": [f"x{at}" for at in range(rows)]})


@pytest.mark.parametrize(
    ("rows", "share", "holdout"),
    [(48_842, 0.2, 9_768), (5_000, 0.2, 1_000), (6_000, 0.05, 1_000), (4_999, 0.05, 250), (30, 0.2, 6), (2, 0.2, 1),
     (3, 0.9, 2)],
)  # fmt: skip
def test_the_holdout_takes_its_share_and_a_thousand_where_there_are_five(rows, share, holdout):
    split, training, held = cut(numbered(rows), share=share)
    assert (split.training_rows, split.holdout_rows) == (rows - holdout, holdout)
    assert pq.read_metadata(training).num_rows == rows - holdout
    assert pq.read_metadata(held).num_rows == holdout


def test_every_record_is_on_exactly_one_side_in_its_old_order():
    _, training, holdout = cut(numbered(70_001))
    kept, held = (pq.read_table(side).column("c0").to_pylist() for side in (training, holdout))
    assert sorted(kept + held) == list(range(70_001))
    assert kept == sorted(kept)
    assert held == sorted(held)


def test_the_seed_decides_the_bytes():
    first, again, other = (cut(numbered(9_001), seed=seed)[2].getvalue() for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_a_person_is_on_one_side_with_all_rows():
    ids = [f"p{at % 1_700}" for at in range(8_000)]
    split, training, holdout = cut(pa.table({"c0": ids, "c1": range(8_000)}), person="c0")
    kept, held = (set(pq.read_table(side).column("c0").to_pylist()) for side in (training, holdout))
    assert not kept & held
    assert len(kept | held) == 1_700
    assert 1_600 <= split.holdout_rows < 1_600 + 5


def test_rows_without_an_id_are_persons_of_their_own():
    split, *_ = cut(pa.table({"c0": pa.array([None] * 90 + [1] * 10, pa.int64())}), person="c0")
    assert 20 <= split.holdout_rows <= 30


def test_one_person_or_one_row_cannot_be_cut():
    with pytest.raises(TableError, match="one person"):
        cut(pa.table({"c0": [5] * 40}), person="c0")
    with pytest.raises(TableError, match="one row"):
        cut(numbered(1))


def test_two_persons_always_leave_one_on_each_side():
    split, *_ = cut(pa.table({"c0": [1] * 60 + [2] * 40}), person="c0")
    assert {split.training_rows, split.holdout_rows} == {60, 40}


def test_a_small_holdout_and_a_dominant_person_are_noted():
    assert "only 6 rows" in cut(numbered(30))[0].note
    assert cut(numbered(5_000))[0] == Split(4_000, 1_000, "")
    heavy = pa.table({"c0": [0] * 9_000 + list(range(1, 11)) * 100})
    notes = {cut(heavy, person="c0", seed=seed)[0].note for seed in range(20)}
    assert any("One person has so many rows" in note for note in notes)
