"""What every format gives to `read_table`: labels, and the table in batches as often as it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from generation.engine.tables.facts import Format

EXCEL_ERRORS = ("#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!")
# Words that mean "no value" where a format cannot say so itself.
MISSING_WORDS = frozenset(
    ["", "NA", "N/A", "n/a", "null", "NULL", "Null", "NaN", "nan", "None", "<NA>", "NaT", "#N/A", *EXCEL_ERRORS]
)
# Parquet and JSON have a null of their own, so their words are words.
EMPTY_ONLY = frozenset([""])

Batch = list[pa.Array]


@dataclass(slots=True)
class TableSource:
    """An opened table.

    `batches()` may be called again and then gives the same. Each batch has one array per column, all equally long;
    while JSON Lines are read for the first time later batches may have more columns, and `labels` grows with them.
    Text columns come as strings and are typed afterwards; the columns in `explicit_text` may become dates only,
    because their format has said that they are not numbers. `first_row` is how people count the first data row.
    """

    format: Format
    labels: list[str]
    batches: Callable[[], Iterator[Batch]]
    missing: frozenset[str]
    first_row: int = 1
    encoding: str | None = None
    delimiter: str | None = None
    explicit_text: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
