"""What every format gives to `read_table`: labels, and the table in batches as often as it is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from generation.engine.tables.facts import Format, LeftOut
from generation.engine.tables.spellings.spelling import Quoted

EXCEL_ERRORS = ("#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!")
# Words that mean "no value" where a format cannot say so itself.
MISSING_WORDS = frozenset(
    [
        "",
        "NA",
        "N/A",
        "n/a",
        "null",
        "NULL",
        "Null",
        "NaN",
        "nan",
        "None",
        "<NA>",
        "NaT",
        "#N/A",
        "#NA",
        "\\N",
        *EXCEL_ERRORS,
    ]
)
STRAYS = 0.05
# Parquet and JSON have a null of their own, so their words are words.
EMPTY_ONLY = frozenset([""])

Batch = list[pa.Array]


class Typed(str):
    """The text of a value that is no text to its format, as a number in JSON; other texts are."""

    __slots__ = ()


@dataclass(slots=True)
class TableSource:
    """An opened table.

    `batches()` may be called again and then gives the same. Each batch has one array per column, all equally long;
    while JSON Lines are read for the first time later batches may have more columns, and `labels` grows with them.
    Text columns come as strings and are typed afterwards; the columns in `explicit_text` may become dates only,
    because their format has said that they are not numbers; `text_cells` counts such cells where each says it for
    itself. `logical` are the types of a format that has types, as Arrow spells them, `quoted` what a CSV quotes,
    `forms` the number formats of a sheet.
    `first_row` is how people count the first data row, `left_out` what the format itself did not give.
    """

    format: Format
    labels: list[str]
    batches: Callable[[], Iterator[Batch]]
    missing: frozenset[str]
    first_row: int = 1
    encoding: str | None = None
    delimiter: str | None = None
    quote: str = ""
    escape: str = ""
    line_end: str = ""
    quoted: list[Quoted] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    logical: list[str] = field(default_factory=list)
    explicit_text: set[int] = field(default_factory=set)
    text_cells: Counter[int] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    left_out: LeftOut = field(default_factory=LeftOut)

    @property
    def tells_texts(self) -> bool:
        """Whether the format tells a text from a number cell by cell."""
        return self.format in {"jsonl", "xlsx"}

    def is_explicit_text(self, position: int, values: int) -> bool:
        """Whether the format says that a column of so many values is text: more of them than a few strays."""
        return position in self.explicit_text or self.text_cells[position] > STRAYS * values
