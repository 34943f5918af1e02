"""A normalised Parquet for the engine: the whole table as a DataFrame, or single rows without reading the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from generation.engine.tables.logical import spelling_of, to_engine
from generation.engine.tables.spellings.spelling import Spelling, Written
from generation.engine.tables.spellings.writing import spelled

if TYPE_CHECKING:
    import pandas as pd


def load_table(source: BinaryIO, columns: list[str] | None = None) -> pd.DataFrame:
    """The table, or some of its columns in the order asked for.

    Of an artefact, whose columns have the types of the source, they are the engine's: decimals are numbers, times of
    day seconds, moments naive in UTC.
    Dates and timestamps are datetime64[ns]; texts are object with None where missing; integers are int64, or float64
    with NaN where some are missing; booleans are bool, or object with None.
    """
    with pq.ParquetFile(source) as file:
        table = file.read(columns, use_threads=False)
    if columns is not None:
        table = table.select(columns)
    arrays = [_loaded(to_engine(table.column(at), field)) for at, field in enumerate(table.schema)]
    frame: pd.DataFrame = pa.table(arrays, names=table.schema.names).to_pandas(use_threads=False)
    return frame


def _loaded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    is_moment = pa.types.is_date(column.type) or pa.types.is_timestamp(column.type)
    return column.cast(pa.timestamp("ns")) if is_moment else column


def rows_at(source: BinaryIO, indices: Sequence[int]) -> list[dict[str, Any]]:
    """The rows at the given indices (from 0), in that order, reading only the row groups they are in; needs no pandas.

    Numbers are numbers whatever their type in the file; dates and times are as Python has them, times of day as texts.
    Raises IndexError for a row the table does not have.
    """
    with pq.ParquetFile(source) as file:
        starts = np.cumsum([0, *(file.metadata.row_group(at).num_rows for at in range(file.num_row_groups))])
        for index in indices:
            if not 0 <= index < starts[-1]:
                raise IndexError(f"row {index} of a table of {starts[-1]} rows")
        found: dict[int, dict[str, Any]] = {}
        for group, members in _by_group(indices, starts).items():
            rows = file.read_row_group(group, use_threads=False).take([index - starts[group] for index in members])
            found.update(zip(members, _shown(rows).to_pylist(), strict=True))
    return [dict(found[index]) for index in indices]


def first_rows(source: BinaryIO, most: int) -> pa.Table:
    """The first `most` rows or so of a table, by whole row groups, as `rows_at` shows them."""
    with pq.ParquetFile(source) as file:
        groups, rows = list[int](), 0
        for group in range(file.num_row_groups):
            if rows >= most:
                break
            groups.append(group)
            rows += file.metadata.row_group(group).num_rows
        return _shown(file.read_row_groups(groups, use_threads=False))


def first_few(source: BinaryIO, most: int) -> list[dict[str, Any]]:
    """The first `most` rows of a table, of which no more is read than they need."""
    with pq.ParquetFile(source) as file:
        batch = next(file.iter_batches(batch_size=most, use_threads=False), None)
    return [] if batch is None else list(_shown(pa.Table.from_batches([batch])).to_pylist())


def _by_group(indices: Sequence[int], starts: np.ndarray[Any, Any]) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = {}
    for index in sorted(set(indices)):
        groups.setdefault(int(np.searchsorted(starts, index, side="right")) - 1, []).append(index)
    return groups


def _shown(rows: pa.Table) -> pa.Table:
    columns = [_shown_column(rows.column(at), field) for at, field in enumerate(rows.schema)]
    return pa.table(columns, names=rows.schema.names)


def _shown_column(column: pa.ChunkedArray, field: pa.Field) -> pa.ChunkedArray:
    if pa.types.is_time(column.type):
        spelling = spelling_of(field) or Spelling(Written.TIME, layout="HH:mm:ss")
        return pa.chunked_array([spelled(chunk, spelling) for chunk in column.chunks], pa.string())
    return column if pa.types.is_string(column.type) else to_engine(column, field)
