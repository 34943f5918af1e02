"""From an untrusted file to one normalised Parquet: detect, read strictly twice (type, then write), state the facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from generation.engine.errors import TableError
from generation.engine.progress import Progress, silent
from generation.engine.tables.column import Column
from generation.engine.tables.facts import ColumnFacts, Limits, Place, TableFacts
from generation.engine.tables.formats.streams import Borrowed
from generation.engine.tables.naming import checked_labels, name_of, place
from generation.engine.tables.opening import open_table
from generation.engine.tables.records import Records
from generation.engine.tables.source import EMPTY_ONLY, TableSource
from generation.engine.tables.spellings.choice import ColumnChoice
from generation.engine.tables.spellings.guess import Guess
from generation.engine.tables.spellings.null_words import Elsewhere
from generation.engine.tables.spellings.settle import settle_columns
from generation.engine.tables.spellings.spelling import Quoted, Spelling
from generation.engine.tables.writing import NormalisedWriter

FEW_ROWS = 200
# A person reads twenty sentences about columns, not two thousand.
MAX_REMARKS = 20


def read_table(
    source: BinaryIO,
    sink: BinaryIO,
    limits: Limits | None = None,
    progress: Progress = silent,
    choices: Mapping[str, ColumnChoice] | None = None,
    place: Place | None = None,
) -> TableFacts:
    """Reads the table in `source` and writes it to `sink` as Parquet (zstd, columns c0, c1, ..., deterministic bytes).

    The format is told from the content. A column is what at least 95 % of its values are: int64, double, bool, date32,
    timestamp[us] (naive; zoned ones in UTC), seconds of a day, or string; other values become missing and are counted.
    Digits with leading zeros, or more of them than a double keeps, stay text. `choices` are what the owner says of
    columns, by label or by name (c0, c1, ...); they go before what the values say; `place` is where the table stands.
    Where an owner made the other values categories of their own, these are columns of texts behind those of the table.
    How each column was written is kept in its facts. Memory stays flat, nothing is written elsewhere, and neither file
    is closed. Raises TableError with one sentence for everything that cannot be read; `sink` may then hold half a file.
    """
    limits = limits or Limits()
    borrowed = Borrowed(source)
    if borrowed.size > limits.max_bytes:
        raise TableError("too_large", f"The file is larger than {limits.max_bytes / 2**30:.1f} GiB. Split it.")
    if not borrowed.size:
        raise TableError("empty", "The file is empty. Upload a table with a header and at least one row.")
    table = open_table(borrowed, limits, place or Place())
    records = Records(table)
    columns, rows = _typed_columns(records, borrowed, limits, progress, choices or {})
    labels, notes = checked_labels(table.labels, limits)
    _write(records, columns, sink, rows, progress)
    for column in columns:
        column.look_for_codes()
    return _facts(table, columns, labels, rows, [*records.notes(), *notes])


def _typed_columns(
    records: Records,
    source: Borrowed,
    limits: Limits,
    progress: Progress,
    choices: Mapping[str, ColumnChoice],
) -> tuple[list[Column], int]:
    """The first reading: every value is checked and helps to type its column."""
    columns: list[Column] = []
    table, rows = records.table, 0
    for first_row, batch in records.judged():
        columns += [_new_column(table, at, choices) for at in range(len(columns), len(batch))]
        for position, (column, array) in enumerate(zip(columns, batch, strict=True)):
            _require_sound(array, position, first_row, limits)
            column.see(array)
        rows += len(batch[0]) if batch else 0
        if rows > limits.max_rows:
            raise TableError("too_many_rows", f"The table has more than {limits.max_rows:,} rows. Split it.")
        progress("reading table", source.position, source.size)
    if not rows or not columns:
        raise TableError("no_rows", "The file has a header and no rows. Upload a table with at least one row.")
    explicit = [table.is_explicit_text(at, column.guess.values) for at, column in enumerate(columns)]
    settled = settle_columns([column.guess for column in columns], explicit, table.delimiter)
    for column, one in zip(columns, settled, strict=True):
        column.settle(one)
    words = frozenset[str]().union(*(column.spoken() for column in columns))
    elsewhere = Elsewhere(words, any(column.blanks for column in columns))
    for at, column in enumerate(columns):
        column.name_missing(elsewhere)
        if table.tells_texts:
            column.mixes(table.text_cells[at])
    return columns, rows


def _new_column(table: TableSource, position: int, choices: Mapping[str, ColumnChoice]) -> Column:
    chosen = choices.get(name_of(position)) or choices.get(table.labels[position]) or ColumnChoice()
    logical = table.logical[position] if table.logical else ""
    return Column(Guess(dt.datetime.now(dt.UTC).year, chosen), table.missing, logical, table.missing == EMPTY_ONLY)


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


def _write(records: Records, columns: list[Column], sink: BinaryIO, rows: int, progress: Progress) -> None:
    """The second reading: every column is converted to its type and written."""
    apart = [column for column in columns if column.has_own]
    types = [*(column.type for column in columns), *(pa.string() for _ in apart)]
    schema = pa.schema([(name_of(position), one) for position, one in enumerate(types)])
    done = 0
    with NormalisedWriter(sink, schema) as writer:
        for first_row, batch in records.batches():
            arrays = [column.convert(array, first_row) for column, array in zip(columns, batch, strict=True)]
            arrays += [column.words_apart for column in apart]
            writer.write(pa.record_batch(arrays, schema=schema))
            done += len(batch[0])
            progress("writing table", done, rows)


def _facts(table: TableSource, columns: list[Column], labels: list[str], rows: int, notes: list[str]) -> TableFacts:
    named = list(zip(labels, columns, strict=True))
    remarks = [
        note.replace("column", "Column", 1)
        for position, (label, column) in enumerate(named)
        for note in column.notes(place(position, label))
    ]
    apart = _words_apart(labels, columns)
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
        columns=(*(_column_facts(table, at, label, column) for at, (label, column) in enumerate(named)), *apart),
        encoding=table.encoding,
        delimiter=table.delimiter,
        quote=table.quote,
        line_end=table.line_end,
        escape=table.escape,
        samples={name_of(at): tuple(column.shown) for at, column in enumerate(columns)},
        notes=(*table.notes, *notes, *few, *remarks),
    )


def _words_apart(labels: list[str], columns: list[Column]) -> list[ColumnFacts]:
    """The columns of words that stood among numbers, dates or truths, behind those of the table."""
    taken, apart = {label.casefold() for label in labels}, list[ColumnFacts]()
    for at, column in enumerate(columns):
        if column.has_own:
            label = next(one for one in _names_apart(labels[at]) if one.casefold() not in taken)
            taken.add(label.casefold())
            spelling = Spelling(stands_in=name_of(at))
            apart.append(ColumnFacts(name_of(len(columns) + len(apart)), label, "string", spelling.as_json()))
    return apart


def _names_apart(label: str) -> Iterator[str]:
    yield f"{label}: words"
    yield from (f"{label}: words {number}" for number in count(2))


def _column_facts(table: TableSource, at: int, label: str, column: Column) -> ColumnFacts:
    doubt = column.doubt and f"It {column.doubt}."
    spelling = replace(
        column.spelled(),
        quoted=table.quoted[at] if table.quoted else Quoted.NEEDED,
        form=table.forms[at] if table.forms else "",
    )
    return ColumnFacts(
        name_of(at), label, str(column.type), spelling.as_json(), doubt, column.foreign, column.words_read()
    )
