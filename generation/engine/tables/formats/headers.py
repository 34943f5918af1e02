"""Where a table begins in what a person made: titles above its header, and headers said again inside."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

MOST_TITLE_ROWS = 20


def header_row(rows: Sequence[Sequence[str | None]]) -> int:
    """The place (from 0) of the header among a table's first rows: after narrower ones, which are a title."""
    widths = [_width(row) for row in rows]
    if len(rows) < 3 or not widths:
        return 0
    usual = Counter(widths[1:]).most_common(1)[0][0]
    if widths[0] >= usual or usual < 2:
        return 0
    found = (at for at, row in enumerate(rows[:MOST_TITLE_ROWS]) if at and _is_header(row, usual))
    place = next(found, 0)
    return place if all(_is_title(row, usual) for row in rows[:place]) else 0


def _is_title(row: Sequence[str | None], usual: int) -> bool:
    """Above a header stands a title of a cell or two, or a fact with its name before it; not a record with gaps."""
    cells = [(cell or "").strip() for cell in row]
    width = sum(map(bool, cells))
    names_fact = cells[0].endswith(":") or (bool(cells[0]) and any(map(_has_digit, cells[1:])))
    return 2 * width <= usual or (width < usual and width == 2 and names_fact)


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _width(row: Sequence[str | None]) -> int:
    return sum(bool(cell and cell.strip()) for cell in row)


def may_be_header(row: Sequence[str | None]) -> bool:
    """Whether the cells of a row can be the labels of columns: all different, and no number among them."""
    return _is_header(row, len(row))


def _is_header(row: Sequence[str | None], usual: int) -> bool:
    cells = [cell.strip() for cell in row if cell and cell.strip()]
    numbers = [cell for cell in cells if _is_number(cell)]
    # Years are names of columns beside others.
    are_years = len(numbers) < len(cells) and all(map(is_year, numbers))
    return len(cells) == usual == len(set(cells)) and are_years


def is_year(text: str) -> bool:
    """Whether a text is a year that a column may be called by."""
    return bool(re.fullmatch("(19|20)[0-9]{2}", text.strip()))


def _is_number(text: str) -> bool:
    return text.strip("-+€$% ").replace(".", "").replace(",", "").isdigit()


def repeated(batch: Sequence[pa.Array], labels: Sequence[str]) -> pa.BooleanArray | None:
    """Which rows say the header once more; None for none. Only a table of texts can."""
    if (
        len(labels) < 2
        or not any(map(str.strip, labels))
        or not all(pa.types.is_string(column.type) for column in batch)
    ):
        return None
    flags = pc.equal(pc.utf8_trim_whitespace(batch[0]), labels[0].strip())
    for column, label in zip(batch[1:], labels[1:], strict=False):
        if not pc.any(flags).as_py():
            return None
        flags = pc.and_(flags, pc.equal(pc.utf8_trim_whitespace(column), label.strip()))
    flags = pc.fill_null(flags, False)
    return flags if pc.any(flags).as_py() else None
