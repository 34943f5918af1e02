"""Which columns of a CSV are quoted without need: its parsers do not say, so the sample is cut once more."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generation.engine.tables.source import MISSING_WORDS
from generation.engine.tables.spellings.null_words import BESIDE_VALUES
from generation.engine.tables.spellings.spelling import Quoted

MOST_RECORDS = 100


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV separates and quotes cells; `escape` is what stands before a quotation mark inside a cell, or ""."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it stands: its text without the outer quotes, and whether it has some, and has to have them."""

    text: str
    is_quoted: bool
    is_forced: bool

    @property
    def is_missing(self) -> bool:
        return self.text in MISSING_WORDS or self.text.strip().lower() in BESIDE_VALUES


def quoted_columns(sample: str, dialect: Dialect, lines_before: int, width: int) -> list[Quoted]:
    """What of each column is quoted without need, in the first records below the header; those cut off say nothing.

    A column without a missing value has them as the rest of the table does.
    """
    if dialect.quote not in sample:
        return [Quoted.NEEDED] * width
    below = "".join(itertools.islice(io.StringIO(sample, newline=""), lines_before, None))
    records = [record for record in itertools.islice(_records(below, dialect), MOST_RECORDS) if len(record) == width]
    columns: list[tuple[Cell, ...]] = list(zip(*records[1:], strict=True)) or [()] * width
    has_bare_missing = any(cell.is_missing and not cell.is_quoted for column in columns for cell in column)
    return [_quoted(column, has_bare_missing) for column in columns]


def _quoted(column: tuple[Cell, ...], has_bare_missing: bool) -> Quoted:
    missing = [cell for cell in column if cell.is_missing]
    if _is_quoted_without_need(column):
        return Quoted.VALUES if has_bare_missing and not missing else Quoted.ALL
    if _is_quoted_without_need([cell for cell in column if not cell.is_missing]):
        return Quoted.VALUES
    return Quoted.MISSING if _is_quoted_without_need(missing) else Quoted.NEEDED


def _is_quoted_without_need(cells: Sequence[Cell]) -> bool:
    return all(cell.is_quoted for cell in cells) and not all(cell.is_forced for cell in cells)


def _records(text: str, dialect: Dialect) -> Iterator[list[Cell]]:
    """Records that end within the text, the header first."""
    quote, delimiter = re.escape(dialect.quote), re.escape(dialect.delimiter)
    escape = re.escape(dialect.escape)
    inner = rf"[^{quote}{escape}]|{escape}." if escape else f"[^{quote}]|{quote}{quote}"
    cut = re.compile(rf"(?:{quote}((?:{inner})*+){quote})?([^{delimiter}\r\n]*)({delimiter}|\r\n?|\n)", re.DOTALL)
    special = re.compile(rf"[{delimiter}{quote}{escape}\r\n]|^[ \t]|[ \t]$")
    cells: list[Cell] = []
    for found in cut.finditer(text):
        inside, plain, end = found.groups()
        is_quoted = inside is not None and not plain
        content = inside if is_quoted else found[0].removesuffix(end)
        cells.append(Cell(content, is_quoted, bool(is_quoted and special.search(content))))
        if end != dialect.delimiter:
            yield cells
            cells = []
