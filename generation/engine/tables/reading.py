"""From an untrusted file to one normalised Parquet: detect, read strictly twice (type, then write), state the facts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from generation.engine.errors import TableError
from generation.engine.progress import Progress, silent
from generation.engine.tables.csv_files import open_csv
from generation.engine.tables.detection import detect
from generation.engine.tables.facts import ColumnFacts, Limits, TableFacts
from generation.engine.tables.inference import CANDIDATES, DECIMAL_COMMA_FLOAT, Candidate, Guess, typed
from generation.engine.tables.jsonl_files import open_jsonl
from generation.engine.tables.naming import checked_labels, name_of, place
from generation.engine.tables.parquet_files import open_parquet
from generation.engine.tables.source import Batch, TableSource
from generation.engine.tables.streams import Borrowed
from generation.engine.tables.writing import NormalisedWriter
from generation.engine.tables.xlsx_files import open_xlsx

# Moments beyond these do not fit pandas' nanoseconds. As a date 9999-12-31 means "no end", which is a missing value.
EARLIEST = dt.datetime.fromisoformat("1678-01-01")
LATEST = dt.datetime.fromisoformat("2261-12-31T23:59:59")
FEW_ROWS = 200
# A person reads twenty sentences about columns, not two thousand.
MAX_REMARKS = 20


def read_table(
    source: BinaryIO, sink: BinaryIO, limits: Limits | None = None, progress: Progress = silent
) -> TableFacts:
    """Reads the table in `source` and writes it to `sink` as Parquet (zstd, columns c0, c1, ..., deterministic bytes).

    The format is told from the content. Columns become int64, double, bool, date32, timestamp[us] (naive; zoned ones
    in UTC) or string, each over all of its values: digits with leading zeros and dates in several formats stay text.
    Memory stays flat, nothing is written elsewhere, and neither file is closed. Raises TableError with one sentence
    for everything that cannot be read; `sink` may then hold half a file.
    """
    limits = limits or Limits()
    borrowed = Borrowed(source)
    if borrowed.size > limits.max_bytes:
        raise TableError("too_large", f"The file is larger than {limits.max_bytes / 2**30:.1f} GiB. Split it.")
    if not borrowed.size:
        raise TableError("empty", "The file is empty. Upload a table with a header and at least one row.")
    table = _opened(borrowed, limits)
    columns, rows = _typed_columns(table, borrowed, limits, progress)
    labels, notes = checked_labels(table.labels, limits)
    _write(table, columns, sink, rows, progress)
    return _facts(table, columns, labels, rows, notes)


def _opened(source: Borrowed, limits: Limits) -> TableSource:
    detected = detect(source)
    source.seek(0)
    if detected.format == "parquet":
        return open_parquet(source, limits)
    if detected.format == "xlsx":
        return open_xlsx(source, limits)
    return (open_jsonl if detected.format == "jsonl" else open_csv)(source, detected, limits)


@dataclass(slots=True)
class Column:
    """A column on its way: its type so far, then what its values turned out to be."""

    guess: Guess
    type: pa.DataType = field(default_factory=pa.string)
    candidate: Candidate | None = None
    remark: str = ""
    values: int = 0
    unbounded: int = 0
    low: Any = None
    high: Any = None

    def see(self, array: pa.Array) -> None:
        self.type = array.type
        if pa.types.is_string(array.type):
            self.guess.see(array)

    def settle(self, is_explicit_text: bool) -> None:
        if pa.types.is_string(self.type):
            self.candidate, self.remark = self.guess.settle(is_explicit_text)
        self.type = self.candidate.type if self.candidate else self.type

    def convert(self, array: pa.Array) -> pa.Array:
        """The values as the settled type; those no engine can hold become missing, and are counted."""
        values = typed(array, self.candidate) if self.candidate else array
        if values is None:
            raise TableError("changed", "The file changed while it was read. Upload it again.")
        bounded = _bounded(values)
        self.unbounded += bounded.null_count - values.null_count
        self._measure(bounded)
        return bounded

    def _measure(self, values: pa.Array) -> None:
        self.values += len(values) - values.null_count
        if values.null_count < len(values) and (self.low is None or self.low == self.high):
            low, high = pc.min_max(values).values()
            self.low = min(self.low, low.as_py()) if self.low is not None else low.as_py()
            self.high = max(self.high, high.as_py()) if self.high is not None else high.as_py()

    def notes(self, subject: str) -> list[str]:
        """Sentences about the column, which is called `subject`."""
        notes = [f"{subject} {self.remark}."] if self.remark else []
        if self.unbounded:
            notes.append(
                f"{subject} holds {self.unbounded:,} infinite numbers, or dates outside 1678 to 2261; "
                "they are kept as missing."
            )
        if not self.values:
            notes.append(f"{subject} has no values.")
        elif self.values > 1 and self.low == self.high:
            notes.append(f"{subject} has one and the same value in every row that has one.")
        return notes


def _bounded(values: pa.Array) -> pa.Array:
    if pa.types.is_floating(values.type):
        return pc.if_else(pc.is_finite(values), values, pa.scalar(None, values.type))
    if pa.types.is_temporal(values.type):
        low, high = (
            pa.scalar(bound).cast(values.type) for bound in (_as(values.type, EARLIEST), _as(values.type, LATEST))
        )
        inside = pc.and_(pc.greater_equal(values, low), pc.less_equal(values, high))
        return pc.if_else(inside, values, pa.scalar(None, values.type))
    return values


def _as(kind: pa.DataType, moment: dt.datetime) -> dt.date:
    return moment.date() if pa.types.is_date(kind) else moment


def _typed_columns(
    table: TableSource, source: Borrowed, limits: Limits, progress: Progress
) -> tuple[list[Column], int]:
    """The first reading: every value is checked and helps to type its column."""
    candidates = [*CANDIDATES, DECIMAL_COMMA_FLOAT] if table.delimiter == ";" else CANDIDATES
    columns: list[Column] = []
    rows = 0
    for batch in table.batches():
        columns += [Column(Guess(list(candidates))) for _ in batch[len(columns) :]]
        for position, (column, array) in enumerate(zip(columns, batch, strict=True)):
            _require_sound(array, position, table.first_row + rows, limits)
            column.see(_without_missing(array, table))
        rows += len(batch[0]) if batch else 0
        if rows > limits.max_rows:
            raise TableError("too_many_rows", f"The table has more than {limits.max_rows:,} rows. Split it.")
        progress("reading table", source.position, source.size)
    if not rows or not columns:
        raise TableError("no_rows", "The file has a header and no rows. Upload a table with at least one row.")
    for position, column in enumerate(columns):
        column.settle(position in table.explicit_text)
    return columns, rows


def _require_sound(array: pa.Array, position: int, first_row: int, limits: Limits) -> None:
    if not pa.types.is_string(array.type):
        return
    has_nul = pc.match_substring(array, "\0")
    if pc.any(has_nul).as_py():
        row = first_row + pc.index(has_nul, True).as_py()
        raise TableError(
            "nul", f"Row {row:,}, column {position + 1} holds a NUL character. Remove it, or write the table again."
        )
    lengths = pc.utf8_length(array)
    if (pc.max(lengths).as_py() or 0) > limits.max_cell_chars:
        row = first_row + pc.index(pc.greater(lengths, limits.max_cell_chars), True).as_py()
        raise TableError(
            "cell_too_long",
            f"Row {row:,}, column {position + 1} holds more than {limits.max_cell_chars:,} characters. "
            "Shorten it; in a CSV, see whether a quotation mark is never closed.",
        )


def _without_missing(array: pa.Array, table: TableSource) -> pa.Array:
    """The texts with the format's words for a missing value, and blank cells, made missing."""
    if not pa.types.is_string(array.type):
        return array
    is_missing = pc.is_in(pc.utf8_trim_whitespace(array), pa.array(sorted(table.missing)))
    return pc.if_else(is_missing, pa.scalar(None, pa.string()), array)


def _write(table: TableSource, columns: list[Column], sink: BinaryIO, rows: int, progress: Progress) -> None:
    """The second reading: every column is converted to its type and written."""
    schema = pa.schema([(name_of(position), column.type) for position, column in enumerate(columns)])
    done = 0
    with NormalisedWriter(sink, schema) as writer:
        for batch in table.batches():
            arrays = _converted(batch, table, columns)
            writer.write(pa.record_batch(arrays, schema=schema))
            done += len(batch[0])
            progress("writing table", done, rows)


def _converted(batch: Batch, table: TableSource, columns: list[Column]) -> Batch:
    return [column.convert(_without_missing(array, table)) for column, array in zip(columns, batch, strict=True)]


def _facts(table: TableSource, columns: list[Column], labels: list[str], rows: int, notes: list[str]) -> TableFacts:
    named = list(zip(labels, columns, strict=True))
    remarks = [
        note.replace("column", "Column", 1)
        for position, (label, column) in enumerate(named)
        for note in column.notes(place(position, label))
    ]
    few = (
        [f"The table has only {rows} {'row' if rows == 1 else 'rows'}, so every figure about it is uncertain."]
        if rows < FEW_ROWS
        else []
    )
    if len(remarks) > MAX_REMARKS:
        remarks[MAX_REMARKS:] = [f"There are {len(remarks) - MAX_REMARKS:,} more remarks on columns."]
    return TableFacts(
        format=table.format,
        rows=rows,
        columns=tuple(ColumnFacts(name_of(at), label, str(column.type)) for at, (label, column) in enumerate(named)),
        encoding=table.encoding,
        delimiter=table.delimiter,
        notes=(*table.notes, *notes, *few, *remarks),
    )
