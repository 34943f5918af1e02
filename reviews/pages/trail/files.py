"""Events as a file that other tools read: CSV and JSON Lines, piece by piece whatever their number."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from reviews.pages.trail.lines import Line, lines_of
from synthportal.models import AuditEvent

FORMATS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
BATCH = 1_000
COLUMNS = ("seq", "at", "actor", "who", "action", "kind", "id", "about", "facts", "previous", "digest")
FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


def written(events: QuerySet[AuditEvent], name: str) -> Iterator[bytes]:
    """The events in one of FORMATS."""
    return _csv(events) if name == "csv" else _json(events)


def _rows(events: QuerySet[AuditEvent]) -> Iterator[dict[str, Any]]:
    rest = events.iterator(chunk_size=BATCH)
    while some := list(islice(rest, BATCH)):
        yield from map(_row, lines_of(some))


def _row(line: Line) -> dict[str, Any]:
    event = line.event
    values = (
        event.seq, event.at.isoformat(), event.actor, line.actor, event.action, event.subject_kind, event.subject_id,
        line.named.words, event.facts, event.previous, event.digest,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _csv(events: QuerySet[AuditEvent]) -> Iterator[bytes]:
    sink = io.StringIO()
    writer = csv.DictWriter(sink, COLUMNS)
    writer.writeheader()
    for row in _rows(events):
        writer.writerow({name: _defused(value) for name, value in row.items()})
        yield _taken(sink)
    yield _taken(sink)


def _taken(sink: io.StringIO) -> bytes:
    text = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return text.encode()


def _defused(value: object) -> object:
    text = json.dumps(value, sort_keys=True) if isinstance(value, dict) else str(value)
    return f"'{text}" if text.startswith(FORMULAS) else text


def _json(events: QuerySet[AuditEvent]) -> Iterator[bytes]:
    yield b"["
    for place, row in enumerate(_rows(events)):
        yield (",\n" * bool(place) + json.dumps(row, ensure_ascii=False)).encode()
    yield b"]\n"
