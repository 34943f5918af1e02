"""The viewer reads one file: rows, search and statistics; whatever is typed, it reaches nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reviews.engine import viewer
from tests.reviews.engine.bundle.test_descriptions import TYPED

AGES = [*range(20, 80), None]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """61 records, with a column whose name is a statement."""
    path = tmp_path_factory.mktemp("released") / "data.parquet"
    table = {
        "age": AGES,
        'name"; DROP TABLE t; --': ["O'Hara" if age == 33 else f"n{age}" for age in AGES],
        "city": ["Graz" if (age or 0) % 3 else "Linz" for age in AGES],
    }
    pq.write_table(pa.table(table), path)
    return str(path)


def test_rows_come_page_by_page_with_their_place_in_the_file(file: str) -> None:
    first = viewer.read_rows(file)
    assert (first.found, len(first.cells), first.more) == (61, 50, True)
    last = viewer.read_rows(file, first=50)
    assert (last.places, last.more) == (tuple(range(50, 61)), False)
    assert last.cells[-1][0] is None
    assert first.head[1] == 'name"; DROP TABLE t; --'


def test_one_record_is_read_by_its_row_wherever_it_stands(file: str) -> None:
    found = viewer.read_record(file, 60)
    assert (found.places, found.cells[0][1:], found.found) == ((60,), ("nNone", "Linz"), 1)
    assert viewer.read_record(file, 61).places == ()


@pytest.mark.parametrize(
    ("words", "found"),
    [("o'hara", 1), ("%", 0), ("_", 0), ("' OR 1=1 --", 0), ("'; SELECT * FROM read_csv('/etc/passwd'); --", 0)],
)
def test_what_is_typed_is_looked_for_and_never_run(file: str, words: str, found: int) -> None:
    assert viewer.read_rows(file, words=words).found == found


def test_a_search_can_be_kept_to_one_column_and_other_columns_do_not_exist(file: str) -> None:
    assert viewer.read_rows(file, words="33", column=0).found == 1
    assert viewer.read_rows(file, words="33", column=2).found == 0
    with pytest.raises(ValueError, match="no such column"):
        viewer.read_rows(file, words="33", column=3)
    with pytest.raises(ValueError, match="Download the file"):
        viewer.read_rows(file, first=viewer.MOST_ROWS)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM read_parquet('{folder}/other.parquet')",
        "SELECT * FROM read_parquet('https://example.org/x.parquet')",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "ATTACH '{folder}/other.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '64GB'",
    ],
)
def test_even_a_statement_of_ones_own_reaches_nothing_but_the_file(file: str, statement: str) -> None:
    folder = Path(file).parent
    pq.write_table(pa.table({"secret": [1]}), folder / "other.parquet")
    with viewer.opened(file) as con:
        assert con.execute("SELECT count(*) FROM read_parquet(?)", [file]).fetchone() == (61,)
        with pytest.raises(duckdb.Error):
            con.execute(statement.format(folder=folder)).fetchall()


def test_columns_are_described_by_counts_that_can_be_checked_by_hand(file: str) -> None:
    age, _, city = viewer.describe(file)
    assert (age.records, age.missing, age.low, age.high) == (61, 1, "20", "79")
    assert sum(count for _, count in age.counts) == 60
    assert len(age.counts) == viewer.BINS
    # 20 of the ages 20 to 79 are multiples of three, and the missing one counts as 0.
    assert city.counts == (("Graz", 40), ("Linz", 21))


def kept(folder: Path, columns: dict[str, Any]) -> str:
    path = folder / "data.parquet"
    pq.write_table(pa.table(columns), path)
    return str(path)


def test_a_value_far_from_all_others_is_counted_in_the_last_bin(tmp_path: Path) -> None:
    # Of k/500, k = 0 to 500, and 10^12, the 1st and 99th percentile are 5.01/500 and 495.99/500. The first of 20 bins
    # holds k = 0 to 29, the last one k = 472 to 500, and what is far away.
    (column,) = viewer.describe(kept(tmp_path, {"x": [*(k / 500 for k in range(501)), 1e12]}))
    assert (column.records, column.high) == (502, "1000000000000.0")
    counts = [count for _, count in column.counts]
    assert (counts[0], counts[-1], sum(counts)) == (30, 29 + 1, 502)


@pytest.mark.parametrize("values", [[-1.7e308, 1.7e308] * 20, [0.0, 5e-324] * 20, [float("inf"), float("nan"), 1.0]])
def test_numbers_at_the_edges_of_what_can_be_written_are_described(tmp_path: Path, values: list[float]) -> None:
    more = [float(k) for k in range(20)] if values[0] == float("inf") else [k * 1e307 for k in range(-15, 15)]
    (column,) = viewer.describe(kept(tmp_path, {"x": [*values, *more]}))
    assert column.records == len(values) + len(more)
    assert column.counts


@pytest.mark.parametrize("name", ["file_row_number", "filename", "file_index", "rowid", "place", "c1", "t"])
def test_a_column_may_have_any_name(tmp_path: Path, name: str) -> None:
    path = kept(tmp_path, {name: [f"n{k}" for k in range(70)], "other": list(range(70))})
    assert viewer.read_rows(path, words="n69").cells == (("n69", "69"),)
    assert viewer.read_record(path, 3).cells == (("n3", "3"),)
    assert viewer.read_rows(path, first=50).places == tuple(range(50, 70))
    assert [column.label for column in viewer.describe(path)] == [name, "other"]


def test_columns_of_every_type_are_shown_and_described(tmp_path: Path) -> None:
    path = kept(tmp_path, {f"c{at}": pa.array([value, None], kind) for at, (kind, value, _, _) in enumerate(TYPED)})
    assert [cell is None for cell in viewer.read_rows(path).cells[1]] == [True] * len(TYPED)
    assert [(column.records, column.missing) for column in viewer.describe(path)] == [(2, 1)] * len(TYPED)


def test_more_than_the_memory_limit_is_refused_in_words(file: str) -> None:
    with pytest.raises(MemoryError), viewer.opened(file) as con:
        con.execute("SELECT list(a.range) FROM range(100000000) a").fetchall()
