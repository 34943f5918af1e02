"""Tables of every format that the upload knows: CSV, Parquet, XLSX and flat JSON Lines, each column by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from generation.engine.scan.batch import Batch, Contents, Manner
from generation.engine.scan.readers.running import is_running
from generation.engine.tables.facts import Limits, Place
from generation.engine.tables.formats.streams import Borrowed
from generation.engine.tables.opening import open_table
from generation.engine.tables.records import Records
from generation.engine.tables.source import TableSource


def open_cells(source: Borrowed, limits: Limits) -> Contents:
    """The table in `source`. TableError with one sentence where there is none."""
    source.seek(0)
    table = open_table(source, limits, Place())
    return Contents(table.format, "row", lambda: _batches(table), first=table.first_row)


def _batches(table: TableSource) -> Iterator[Batch]:
    """Column by column of each block of rows; what a column is, its first block decides."""
    manners: dict[int, Manner] = {}
    for first_row, columns in Records(table).batches():
        for at, column in enumerate(columns):
            texts, rows = _texts(column, first_row, table.missing)
            if texts:
                label = table.labels[at]
                manners.setdefault(at, Manner.PROSE if is_running(label, texts) else Manner.CELLS)
                yield Batch(label, texts, rows, manners[at])


def _texts(column: pa.Array, first_row: int, missing: frozenset[str]) -> tuple[list[str], list[int]]:
    texts, rows = [], []
    for row, value in enumerate(column.to_pylist(), start=first_row):
        if value is not None and (text := str(value)) not in missing:
            texts.append(text)
            rows.append(row)
    return texts, rows
