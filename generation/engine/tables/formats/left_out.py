"""What of a file was not read as data, by kind and place; and the sentences that say so."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

MOST_ROWS_NAMED = 5


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
    named = ", ".join(f"{first + at:,}" for at in sorted(rows)[:MOST_ROWS_NAMED])
    return f" ({word}{'' if len(rows) == 1 else 's'} {named}{', …' if len(rows) > MOST_ROWS_NAMED else ''})"
