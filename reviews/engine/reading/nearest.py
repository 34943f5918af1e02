"""The training record nearest to one record, by Gower's distance. Needs numpy and pyarrow, no web framework."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from generation.engine.evaluation.study.distance import apart, unlike

Distances = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Nearest:
    """A row of the table, how far it is (0 the same in every column, 1 as different as can be), and its values."""

    row: int
    distance: float
    values: tuple[Any, ...]


def nearest_row(table: pa.Table, record: Sequence[Any]) -> Nearest:
    """The first of the nearest rows of a table; `record` has one value per column, dates as ISO text.

    By the distance that the evaluation measures by: 0 to 1, numbers and dates over the range of the table's column.
    """
    total = np.zeros(table.num_rows)
    for column, value in zip(table.columns, record, strict=True):
        total += _apart(column, value)
    row = int(total.argmin())
    values = tuple(column[row].as_py() for column in table.columns)
    return Nearest(row, float(total[row]) / table.num_columns, values)


def _apart(column: pa.ChunkedArray, value: Any) -> Distances:
    known = None if value != value else value  # NaN is missing too
    if not _is_measured(column.type):
        return unlike(column.to_pylist(), known)
    return apart(_numbers(column), math.nan if known is None else _number(known, column.type))


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
