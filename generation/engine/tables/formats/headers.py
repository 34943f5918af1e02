"""Where a table begins and ends in what a person made: titles above its header, totals below, headers inside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

MOST_TITLE_ROWS = 20
_TOTALS = frozenset(
    (
        "total", "totals", "total:", "sum", "sum:", "summe", "summe:", "gesamt", "gesamtsumme", "insgesamt", "somme",
        "totale", "totaal", "suma", "razem", "summa", "celkem", "toplam", "subtotal", "zwischensumme", "grand total",
        "total général",
    )
)  # fmt: skip


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
    # Above a header stands a title of a cell or two, not records with gaps.
    return place if all(2 * width <= usual for width in widths[:place]) else 0


def _width(row: Sequence[str | None]) -> int:
    return sum(bool(cell and cell.strip()) for cell in row)


def _is_header(row: Sequence[str | None], usual: int) -> bool:
    cells = [cell.strip() for cell in row if cell and cell.strip()]
    return len(cells) == usual == len(set(cells)) and not any(_is_number(cell) for cell in cells)


def _is_number(text: str) -> bool:
    return text.strip("-+€$% ").replace(".", "").replace(",", "").isdigit()


def is_total(row: Sequence[str | None]) -> bool:
    """Whether a last row sums up the others: it says so in its first cell that says anything."""
    first = next((cell.strip().casefold() for cell in row if cell and cell.strip()), "")
    return len(row) > 1 and first in _TOTALS


def repeated(batch: Sequence[pa.Array], labels: Sequence[str]) -> pa.BooleanArray | None:
    """Which rows say the header once more; None for none. Only a table of texts can."""
    if len(labels) < 2 or not all(pa.types.is_string(column.type) for column in batch):
        return None
    flags = pc.equal(pc.utf8_trim_whitespace(batch[0]), labels[0].strip())
    for column, label in zip(batch[1:], labels[1:], strict=False):
        if not pc.any(flags).as_py():
            return None
        flags = pc.and_(flags, pc.equal(pc.utf8_trim_whitespace(column), label.strip()))
    flags = pc.fill_null(flags, False)
    return flags if pc.any(flags).as_py() else None
