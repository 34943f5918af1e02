"""Look into the Parquet file of a release, and into nothing else: rows, search, statistics of columns.

DuckDB reads it with one thread, a memory limit and no way to another file or to the network. Columns are c0 to cN
inside; what people type is a parameter, never a part of a statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

PAGE_ROWS = 50
# Nobody leafs further; who wants more downloads the file.
MOST_ROWS = 10_000
# So many records, from the first on, are searched and described.
MOST_SCANNED = 2_000_000
MOST_COLUMNS = 300
MEMORY = "512MB"
BINS, CATEGORIES = 20, 12
LONGEST_CELL = 2_000
LONGEST_READ = 20_000  # of records that are read from top to bottom, whose passages or turns stand in one cell
NUMBERS = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "FLOAT",
    "DOUBLE", "DECIMAL",
)  # fmt: skip
DAYS = ("DATE", "TIMESTAMP")


@dataclass(frozen=True, slots=True)
class Rows:
    """Some records: `places` are their rows in the file from 0, cells are texts, None where there is no value. `found`
    counts all that match, at most MOST_SCANNED; `more` says whether others follow that can be shown.
    """

    head: tuple[str, ...]
    places: tuple[int, ...]
    cells: tuple[tuple[str | None, ...], ...]
    found: int
    more: bool


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column as it stands in the file: its type, records without a value, distinct values (about), and counts of
    records by bin (`is_binned`), or by category, the most frequent first. `low` and `high` of numbers and dates.
    """

    label: str
    type: str
    records: int
    missing: int
    distinct: int
    low: str
    high: str
    counts: tuple[tuple[str, int], ...]
    is_binned: bool = False


@contextmanager
def opened(path: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can read the file at `path` and do nothing else: no other file, no network, no extension.

    Raises MemoryError for what needs more than MEMORY.
    """
    import duckdb

    limits: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "threads": 1,
        "temp_directory": "",
        "autoload_known_extensions": False,
        "autoinstall_known_extensions": False,
    }
    con = duckdb.connect(":memory:", config=limits)
    try:
        con.execute("SET allowed_paths = [?]", [path])
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
        yield con
    except duckdb.OutOfMemoryException as error:
        raise MemoryError from error
    finally:
        con.close()


def read_rows(
    path: str, *, words: str = "", column: int | None = None, first: int = 0, longest: int = LONGEST_CELL
) -> Rows:
    """Up to PAGE_ROWS records from the `first` match on whose texts hold `words`, in any column or in that one; of each
    cell so many characters.

    Raises ValueError for a column that is not there or a place beyond MOST_ROWS.
    """
    with opened(path) as con:
        labels = _labels(con, path)
        if column is not None and not 0 <= column < len(labels):
            raise ValueError("There is no such column.")
        if not 0 <= first <= MOST_ROWS - PAGE_ROWS:
            raise ValueError(f"The first {MOST_ROWS:,} matches can be looked at here. Download the file for more.")
        table, names = _table(labels), [f"c{place}" for place in range(len(labels))]
        searched = names if column is None else [names[column]]
        where = " OR ".join(f"contains(lower(CAST({name} AS VARCHAR)), lower($words))" for name in searched)
        asked = f"FROM {table} WHERE {where}" if words else f"FROM {table}"
        given = {"path": path} | ({"words": words} if words else {})
        found = con.execute(f"SELECT count(*) {asked}", given).fetchone()
        shown = ", ".join(f"left(CAST({name} AS VARCHAR), {int(longest)})" for name in names)
        page = f"SELECT place, {shown} {asked} ORDER BY place LIMIT {PAGE_ROWS} OFFSET {int(first)}"
        rows = con.execute(page, given).fetchall()
    total = int(found[0]) if found else 0
    more = first + len(rows) < min(total, MOST_ROWS)
    return Rows(tuple(labels), tuple(row[0] for row in rows), tuple(row[1:] for row in rows), total, more)


def read_record(path: str, row: int, *, longest: int = LONGEST_CELL) -> Rows:
    """The record of one row of the file, wherever it stands; none where there is no such row."""
    with opened(path) as con:
        labels = _labels(con, path)
        shown = ", ".join(f"left(CAST(c{place} AS VARCHAR), {int(longest)})" for place in range(len(labels)))
        asked = f"SELECT place, {shown} FROM {_every(labels)} WHERE place = $row"
        rows = con.execute(asked, {"path": path, "row": row}).fetchall()
    return Rows(tuple(labels), tuple(one[0] for one in rows), tuple(one[1:] for one in rows), len(rows), False)


def describe(path: str) -> tuple[ColumnView, ...]:
    """Every column of the file, over its first MOST_SCANNED records."""
    with opened(path) as con:
        labels = _labels(con, path)
        table = _table(labels)
        kinds = con.execute(f"DESCRIBE SELECT * FROM {table}", {"path": path}).fetchall()[: len(labels)]
        return tuple(
            _column(con, path, table, place, label, str(kinds[place][1])) for place, label in enumerate(labels)
        )


def _labels(con: duckdb.DuckDBPyConnection, path: str) -> list[str]:
    found = con.execute("SELECT * FROM read_parquet($path) LIMIT 0", {"path": path}).description or []
    if len(found) > MOST_COLUMNS:
        raise ValueError(f"This file has more than {MOST_COLUMNS} columns: download it.")
    return [str(one[0]) for one in found]


def _table(labels: Sequence[str]) -> str:
    """The first records of the file with columns c0..cN and the row of each, as a table of a statement."""
    return _every(labels, f"(SELECT * FROM read_parquet($path) LIMIT {MOST_SCANNED})")


def _every(labels: Sequence[str], records: str = "read_parquet($path)") -> str:
    """The same of all records, however many there are. They are counted here: with one thread they come in the order
    of the file, and DuckDB's own column of their numbers has a name that a column of the file may have.
    """
    names = ", ".join([*(f"c{place}" for place in range(len(labels))), "place"])
    return f"(SELECT *, row_number() OVER () - 1 FROM {records}) AS t({names})"


def _column(con: duckdb.DuckDBPyConnection, path: str, table: str, place: int, label: str, kind: str) -> ColumnView:
    name, given = f"c{place}", {"path": path}
    is_ordered = kind.startswith((*NUMBERS, *DAYS))
    ends = f"min({name})::VARCHAR, max({name})::VARCHAR" if is_ordered else "'', ''"
    asked = f"SELECT count(*), count({name}), approx_count_distinct({name}), {ends} FROM {table}"
    records, there, distinct, low, high = con.execute(asked, given).fetchone() or (0, 0, 0, "", "")
    bins = _bins(con, given, table, name) if kind.startswith(NUMBERS) and distinct > CATEGORIES else None
    counts = bins if bins is not None else _categories(con, given, table, name)
    return ColumnView(
        label, kind.lower(), records, records - there, distinct, low or "", high or "", counts, bins is not None
    )


def _bins(
    con: duckdb.DuckDBPyConnection, given: dict[str, Any], table: str, name: str
) -> tuple[tuple[str, int], ...] | None:
    """Counts in bins of one width between the 1st and the 99th percentile; None where there is no width."""
    value = f"CAST({name} AS DOUBLE)"
    ends = con.execute(
        f"SELECT quantile_cont({value}, [0.01, 0.99]) FROM {table} WHERE isfinite({value})", given
    ).fetchone()
    if not ends or not ends[0] or ends[0][0] >= ends[0][1]:
        return None
    low, width = float(ends[0][0]), (float(ends[0][1]) - float(ends[0][0])) / BINS
    if not 0 < width < inf:
        return None
    # What lies beyond the ends is brought back before it is cast: far away it fits into no integer.
    place = f"CAST(least({BINS - 1}, greatest(0, floor(({value} - $low) / $width))) AS INTEGER)"
    asked = f"SELECT {place} AS bin, count(*) FROM {table} WHERE isfinite({value}) GROUP BY bin"
    counts = dict(con.execute(asked, given | {"low": low, "width": width}).fetchall())
    return tuple((f"{low + b * width:,.6g} to {low + (b + 1) * width:,.6g}", counts.get(b, 0)) for b in range(BINS))


def _categories(
    con: duckdb.DuckDBPyConnection, given: dict[str, Any], table: str, name: str
) -> tuple[tuple[str, int], ...]:
    asked = (
        f"SELECT left(CAST({name} AS VARCHAR), 80) AS word, count(*) AS n FROM {table} WHERE {name} IS NOT NULL "
        f"GROUP BY word ORDER BY n DESC, word LIMIT {CATEGORIES}"
    )
    return tuple((str(word), int(n)) for word, n in con.execute(asked, given).fetchall())
