"""What is known of a table once it has been read, and how large a table may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from generation.engine.tables.spellings.choice import OWN, ColumnChoice
from generation.engine.tables.spellings.spelling import Spelling, Written

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
class Place:
    """Where the table stands in its file: `sheet` by name ("" the first that is shown), `header_row` from 1 (0: found).

    JSON Lines and Parquet have neither.
    """

    sheet: str = ""
    header_row: int = 0


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """One column: `name` in the normalised Parquet (c0, c1, ...), `label` for people, `type` as Arrow spells it.

    `spelling` is how it was written, as `Spelling.from_json` reads it; `doubt` a sentence on what its owner had better
    decide; `foreign` counts cells that were not what the column is, `words` those in which a word says that the value
    is missing. Both became missing.
    """

    name: str
    label: str
    type: str
    spelling: Mapping[str, Any] = field(default_factory=dict)
    doubt: str = ""
    foreign: int = 0
    words: int = 0


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What `read_table` found. `encoding` and `delimiter` are None where the format has none; `notes` are sentences.

    `quote`, `escape` (what stands before a quotation mark inside a cell; "": another one) and `line_end` are those of a
    CSV, "" elsewhere. `samples` are some texts of each column as they stand in
    the file, for its owner to try choices on: they are values, and whoever keeps them seals them.
    """

    format: str
    rows: int
    columns: tuple[ColumnFacts, ...]
    encoding: str | None
    delimiter: str | None
    notes: tuple[str, ...]
    quote: str = ""
    line_end: str = ""
    escape: str = ""
    samples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def choices(self) -> dict[str, ColumnChoice]:
        """By label, how to read another file of the same table, so that its columns have the same kinds as here."""
        apart = {Spelling.from_json(column.spelling).stands_in for column in self.columns}
        return {
            column.label: replace(_chosen(column), foreign=OWN if column.name in apart else "")
            for column in self.columns
            if not Spelling.from_json(column.spelling).stands_in
        }


_KINDS = {Written.DATE: "date", Written.MOMENT: "date"}


def _chosen(column: ColumnFacts) -> ColumnChoice:
    spelling = Spelling.from_json(column.spelling)
    kind = _KINDS.get(spelling.written, spelling.written.value)
    if spelling.written is Written.NUMBER:
        return ColumnChoice(kind, decimal=spelling.decimal)
    # What was in doubt here is read there as it was here; else each file's own dates say how they are written.
    return ColumnChoice(kind, layout=spelling.layout if column.doubt else "")
