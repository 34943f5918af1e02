"""What is known of a table once it has been read, and how large a table may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Format = Literal["csv", "jsonl", "parquet", "xlsx"]


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest table that is accepted; every limit is counted while decoding, whatever the file declares.

    `max_unpacked_bytes` bounds what a gzip or Parquet file may unpack to, `max_workbook_bytes` the same for XLSX,
    whose shared strings have to be in memory.
    """

    max_bytes: int = 2 * 2**30
    max_unpacked_bytes: int = 8 * 2**30
    max_workbook_bytes: int = 2**30
    max_rows: int = 50_000_000
    max_columns: int = 2_000
    max_cell_chars: int = 1_000_000
    max_label_chars: int = 255


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """One column: `name` in the normalised Parquet (c0, c1, ...), `label` for people, `type` as Arrow spells it."""

    name: str
    label: str
    type: str


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What `read_table` found. `encoding` and `delimiter` are None where the format has none; `notes` are sentences."""

    format: Format
    rows: int
    columns: tuple[ColumnFacts, ...]
    encoding: str | None
    delimiter: str | None
    notes: tuple[str, ...]
