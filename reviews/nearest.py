"""The training record nearest to one record, by Gower's distance. Needs numpy and pyarrow, no web framework."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

Distances = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Nearest:
    """A row of the table, how far it is (0 the same in every column, 1 as different as can be), and its values."""

    row: int
    distance: float
    values: tuple[Any, ...]


def nearest_row(table: pa.Table, record: Sequence[Any]) -> Nearest:
    """The first of the nearest rows of a table; `record` has one value per column, dates as ISO text.

    Gower (1971): the mean over the columns of |x - y| / range for numbers and dates, of "differs" for everything else;
    missing beside missing is 0, missing beside a value is 1.
    """
    total = np.zeros(table.num_rows)
    for column, value in zip(table.columns, record, strict=True):
        total += _apart(column, value)
    row = int(total.argmin())
    values = tuple(column[row].as_py() for column in table.columns)
    return Nearest(row, float(total[row]) / table.num_columns, values)


def _apart(column: pa.ChunkedArray, value: Any) -> Distances:
    missing = np.asarray(column.is_null(nan_is_null=True))
    if value is None or value != value:
        return np.where(missing, 0.0, 1.0)
    if _is_measured(column.type):
        found = _scaled(_numbers(column), _number(value, column.type))
    else:
        found = np.asarray([one != value for one in column.to_pylist()], dtype=np.float64)
    return np.where(missing, 1.0, found)


def _is_measured(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_temporal(kind))


def _numbers(column: pa.ChunkedArray) -> Distances:
    if pa.types.is_temporal(column.type):
        column = column.cast(pa.timestamp("us")).cast(pa.int64())
    return np.asarray(column.cast(pa.float64()).fill_null(float("nan")))


def _number(value: Any, kind: pa.DataType) -> float:
    if pa.types.is_temporal(kind):
        return float(np.datetime64(str(value), "us").astype(np.int64))
    return float(value)


def _scaled(numbers: Distances, value: float) -> Distances:
    known = numbers[~np.isnan(numbers)]
    spread = float(known.max() - known.min()) if known.size else 0.0
    apart = np.abs(numbers - value)
    return np.minimum(1.0, apart / spread) if spread else (apart > 0).astype(np.float64)
