"""Columns that are none: what a delimiter at the end of each line, or an empty stripe in a sheet, leaves behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from generation.engine.tables.source import Batch, TableSource

_OF_PEOPLE = frozenset({"csv", "xlsx"})


def without_empty(table: TableSource) -> TableSource:
    """The table without those columns that have neither a name nor a value; it is read once more to find them."""
    unnamed = [at for at, label in enumerate(table.labels) if not label.strip()]
    empty = _empty(table, unnamed) if unnamed and table.format in _OF_PEOPLE else []
    if not empty or len(empty) == len(table.labels):
        return table
    kept = [at for at in range(len(table.labels)) if at not in empty]
    places = {at: place for place, at in enumerate(kept)}
    table.left_out.columns = sorted({*table.left_out.columns, *(at + 1 for at in empty)})
    return replace(
        table,
        labels=[table.labels[at] for at in kept],
        batches=lambda: _kept(table, kept),
        quoted=[table.quoted[at] for at in kept] if table.quoted else [],
        forms=[table.forms[at] for at in kept] if table.forms else [],
        text_cells=Counter({places[at]: count for at, count in table.text_cells.items() if at in places}),
    )


def _kept(table: TableSource, kept: list[int]) -> Iterator[Batch]:
    for batch in table.batches():
        yield [batch[at] for at in kept]


def _empty(table: TableSource, among: list[int]) -> list[int]:
    for batch in table.batches():
        among = [at for at in among if not _has_value(batch[at])]
        if not among:
            break
    return among


def _has_value(column: pa.StringArray) -> bool:
    return bool(pc.any(pc.match_substring_regex(column, r"\S")).as_py())
