"""A normalised Parquet for the engine: the whole table as a DataFrame, or single rows without reading the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    import pandas as pd


def load_table(source: BinaryIO, columns: list[str] | None = None) -> pd.DataFrame:
    """The table, or some of its columns in the order asked for.

    Dates and timestamps are datetime64[ns]; texts are object with None where missing; integers are int64, or float64
    with NaN where some are missing; booleans are bool, or object with None.
    """
    with pq.ParquetFile(source) as file:
        table = file.read(columns, use_threads=False)
    if columns is not None:
        table = table.select(columns)
    fields = [pa.field(one.name, _loaded_type(one.type)) for one in table.schema]
    frame: pd.DataFrame = table.cast(pa.schema(fields)).to_pandas(use_threads=False)
    return frame


def _loaded_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return pa.timestamp("ns")
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def rows_at(source: BinaryIO, indices: Sequence[int]) -> list[dict[str, Any]]:
    """The rows at the given indices (from 0), in that order, reading only the row groups they are in; needs no pandas.

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
            found.update(zip(members, rows.to_pylist(), strict=True))
    return [dict(found[index]) for index in indices]


def _by_group(indices: Sequence[int], starts: np.ndarray[Any, Any]) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = {}
    for index in sorted(set(indices)):
        groups.setdefault(int(np.searchsorted(starts, index, side="right")) - 1, []).append(index)
    return groups
