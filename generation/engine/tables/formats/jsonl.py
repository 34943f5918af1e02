"""JSON Lines: one flat object per line; the columns are the keys in the order in which they are first seen."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from generation.engine.errors import TableError
from generation.engine.tables.facts import Limits
from generation.engine.tables.formats.detection import Detected
from generation.engine.tables.formats.streams import Borrowed, TextOpener, text_opener
from generation.engine.tables.source import EMPTY_ONLY, Batch, TableSource, Typed

MAX_LINE_BYTES = 16 * 2**20
BATCH_ROWS = 16_384
BATCH_BYTES = 16 * 2**20


def open_jsonl(source: Borrowed, detected: Detected, limits: Limits) -> TableSource:
    """JSON Lines, packed by gzip or not."""
    opener = text_opener(source, detected.is_gzip, detected.encoding, limits.max_unpacked_bytes)
    table = TableSource(
        format="jsonl",
        labels=[],
        batches=lambda: _batches(opener, table, limits),
        missing=EMPTY_ONLY,
        encoding=detected.encoding,
    )
    return table


def _batches(opener: TextOpener, table: TableSource, limits: Limits) -> Iterator[Batch]:
    _, stream = opener()
    table.text_cells.clear()
    positions = {label: position for position, label in enumerate(table.labels)}
    rows: list[dict[str, Any]] = []
    used = 0
    for number, line in _lines(stream):
        record = _record(line, number)
        _learn(record, number, positions, table, limits)
        rows.append(record)
        used += len(line)
        if len(rows) == BATCH_ROWS or used >= BATCH_BYTES:
            yield _columns(rows, table.labels)
            rows, used = [], 0
    if rows:
        yield _columns(rows, table.labels)


def _lines(stream: io.BufferedReader) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := stream.readline(MAX_LINE_BYTES):
        number += 1
        if len(line) == MAX_LINE_BYTES:
            raise TableError("row_too_long", f"Line {number:,} is longer than {MAX_LINE_BYTES // 2**20} MiB.")
        if not line.isspace():
            yield number, line


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError("duplicate key")
    return record


DECODER = json.JSONDecoder(parse_int=Typed, parse_float=Typed, parse_constant=Typed, object_pairs_hook=_unique)


def _record(line: bytes, number: int) -> dict[str, Any]:
    try:
        record = DECODER.decode(line.decode())
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        raise TableError(
            "not_an_object",
            f"Line {number:,} is not one JSON object with different keys. Write one flat object per line.",
        )
    return record


def _learn(record: dict[str, Any], number: int, positions: dict[str, int], table: TableSource, limits: Limits) -> None:
    """Adds new keys as columns, and turns every value into its text or None."""
    for key, value in record.items():
        if key not in positions:
            _add_column(key, positions, table, limits)
        if type(value) is str:
            if value:
                # Dates and words; digits in quotes are no number.
                table.text_cells[positions[key]] += 1
        elif value is not None and type(value) is not Typed:
            record[key] = _word(value, number, positions[key])
        elif value == "NaN":
            record[key] = None


def _add_column(key: str, positions: dict[str, int], table: TableSource, limits: Limits) -> None:
    if len(positions) >= limits.max_columns:
        raise TableError("too_many_columns", f"There are more than {limits.max_columns:,} different keys.")
    positions[key] = len(positions)
    table.labels = list(positions)


def _word(value: object, number: int, position: int) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    raise TableError(
        "nested", f"Line {number:,} holds an object or a list in column {position + 1}. Write flat objects."
    )


def _columns(rows: list[dict[str, Any]], labels: list[str]) -> Batch:
    try:
        return [pa.array([row.get(label) for row in rows], pa.string()) for label in labels]
    except UnicodeEncodeError:
        raise TableError(
            "half_character", "The file holds half a character (a lone \\ud800 escape). Write whole characters."
        ) from None
