"""Workbooks: every cell of every sheet, hidden ones too, whether or not the sheet is a table."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from generation.engine.scan.batch import Batch, Contents, Manner
from generation.engine.scan.readers.running import is_running
from generation.engine.tables.facts import Limits
from generation.engine.tables.formats.headers import MOST_TITLE_ROWS, header_row
from generation.engine.tables.formats.streams import Borrowed
from generation.engine.tables.formats.xlsx import every_sheet
from generation.engine.tables.source import MISSING_WORDS

BATCH_ROWS = 4_096

Row = tuple[int, list[str | None]]


def open_sheets(source: Borrowed, limits: Limits) -> Contents:
    """A workbook; a column is called by its label (or number), and its sheet after the first."""
    return Contents("xlsx", "row", lambda: _batches(source, limits), first=2)


def _batches(source: Borrowed, limits: Limits) -> Iterator[Batch]:
    source.seek(0)
    for number, (title, rows) in enumerate(every_sheet(source, limits)):
        first = list(islice(rows, MOST_TITLE_ROWS))
        at = header_row([texts for _, texts in first]) if first else 0
        labels = [label or "" for label in first[at][1]] if first else []
        # Titles above a header are texts like others.
        yield from _columns(f"{title}." if number else "", labels, chain(first[:at], first[at + 1 :], rows))


def _columns(prefix: str, labels: list[str], rows: Iterator[Row]) -> Iterator[Batch]:
    manners: dict[int, Manner] = {}
    while block := list(islice(rows, BATCH_ROWS)):
        for at in range(max(len(texts) for _, texts in block)):
            cells = [(row, texts[at]) for row, texts in block if at < len(texts)]
            told = [(row, text) for row, text in cells if text is not None and text not in MISSING_WORDS]
            if told:
                label = labels[at] if at < len(labels) and labels[at] else str(at + 1)
                texts = [text for _, text in told]
                manners.setdefault(at, Manner.PROSE if is_running(label, texts) else Manner.CELLS)
                yield Batch(prefix + label, texts, [row for row, _ in told], manners[at], label)
