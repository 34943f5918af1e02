"""An untrusted file as a table, whichever format it has: told from its content, and opened by the reader of it."""

from __future__ import annotations

from generation.engine.tables.facts import Limits, Place
from generation.engine.tables.formats.csv import open_csv
from generation.engine.tables.formats.detection import detect
from generation.engine.tables.formats.jsonl import open_jsonl
from generation.engine.tables.formats.parquet import open_parquet
from generation.engine.tables.formats.streams import Borrowed
from generation.engine.tables.formats.unnamed import without_empty
from generation.engine.tables.formats.xlsx import open_xlsx
from generation.engine.tables.source import TableSource


def open_table(source: Borrowed, limits: Limits, place: Place) -> TableSource:
    """Labels and batches of the table in `source`. TableError with one sentence for what is no table."""
    detected = detect(source)
    source.seek(0)
    if detected.format == "parquet":
        return open_parquet(source, limits)
    if detected.format == "xlsx":
        return without_empty(open_xlsx(source, limits, place))
    if detected.format == "jsonl":
        return open_jsonl(source, detected, limits)
    return without_empty(open_csv(source, detected, limits, place))
