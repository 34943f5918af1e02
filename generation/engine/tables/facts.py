"""What is known of a table once it has been read, and how large a table may be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from generation.engine.tables.spellings.choice import OWN, ColumnChoice
from generation.engine.tables.spellings.spelling import Spelling, Written

Format = Literal["csv", "jsonl", "parquet", "xlsx"]
# Of what was left out so many rows are named.
_MOST_ROWS_NAMED = 5


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


@dataclass(slots=True)
class LeftOut:
    """Rows that are no records, by their places from 0 among those that the format gave.

    `unsure` begin like totals and were read as data. `columns` without a name and a value count from 1; what the
    format leaves out itself is counted: `comments`, `ragged_rules`, and `ragged` notes and totals that are narrower
    than the table, below it. `mark` is what a first line told a spreadsheet to separate cells by.
    """

    blank: set[int] = field(default_factory=set)
    rules: set[int] = field(default_factory=set)
    totals: set[int] = field(default_factory=set)
    notes: set[int] = field(default_factory=set)
    headers: set[int] = field(default_factory=set)
    unsure: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    mark: str = ""
    comments: int = 0
    ragged_rules: int = 0
    ragged_totals: int = 0
    ragged_notes: int = 0

    @property
    def rows(self) -> set[int]:
        """All rows that are left out."""
        return self.blank | self.rules | self.totals | self.notes | self.headers

    def joined(self, other: LeftOut) -> LeftOut:
        """This, which a format has left out, with the rows that `other` leaves out of what is left."""
        return replace(
            self,
            blank=other.blank,
            rules=other.rules,
            totals=other.totals,
            notes=other.notes,
            headers=other.headers,
            unsure=other.unsure,
        )

    def sentences(self, first_row: int) -> list[str]:
        """One on all that was left out, and one on what begins like a total and was kept."""
        kinds = [
            f"the first line, which tells spreadsheets that “{self.mark}” separates cells" if self.mark else "",
            _counted(self.comments, "comment line", "comment lines"),
            _counted(len(self.headers), "row that says the header once more", "rows that say the header once more")
            + _places(self.headers, first_row),
            _counted(len(self.blank), "row without a value", "rows without a value") + _places(self.blank, first_row),
            _counted(len(self.rules) + self.ragged_rules, "row of rules", "rows of rules")
            + _places(self.rules, first_row),
            _counted(len(self.totals) + self.ragged_totals, "row that sums up the others", "rows that sum up others")
            + _places(self.totals, first_row),
            _counted(len(self.notes) + self.ragged_notes, "note below the table", "notes below the table")
            + _places(self.notes, first_row),
            _counted(len(self.columns), "column without a name and a value", "columns without a name and a value")
            + _places(self.columns, 0, "column"),
        ]
        said = [f"Not read as data: {', '.join(filter(None, kinds))}."] if any(kinds) else []
        if self.unsure:
            places = _places(self.unsure, first_row)
            verb, pronoun = ("begins", "it was") if len(self.unsure) == 1 else ("begin", "they were")
            count = _counted(len(self.unsure), "row", "rows")
            said.append(
                f"{count}{places} {verb} with a word for a total; {pronoun} read as data. Delete what sums up others."
            )
        return said


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}" if count else ""


def _places(rows: Collection[int], first: int, word: str = "row") -> str:
    if not rows:
        return ""
    named = ", ".join(f"{first + at:,}" for at in sorted(rows)[:_MOST_ROWS_NAMED])
    return f" ({word}{'' if len(rows) == 1 else 's'} {named}{', …' if len(rows) > _MOST_ROWS_NAMED else ''})"
