"""view: who may hold a release looks at its records in the browser, read in a child with limits of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from reviews.engine.viewer import ColumnView, Rows
from reviews.models import RecordReport, Release
from reviews.stages.export import records_path, reported_path
from reviews.stages.use.view_child import columns_in_child, record_in_child, rows_in_child
from synthportal.errors import Conflict
from synthportal.jobs.limited import Refused, run_limited
from synthportal.models import Person
from synthportal.trail.audit import record

T = TypeVar("T")
LONGEST_WORDS = 200
NOTHING = Rows((), (), (), 0, False)
CACHE_SECONDS = 24 * 3600
TOO_MUCH = "This takes more time or memory than a look may take. Search in one column, or download the file."


def view_rows(release: Release, *, words: str, column: int | None, first: int, by: Person) -> Rows:
    """Some records, and how many match. Raises NotPermitted, Gone, or Conflict with why it cannot be shown."""
    words = words.strip()[:LONGEST_WORDS]
    with records_path(release, by=by) as path:
        found = _limited(rows_in_child, path, words, column, first)
    with transaction.atomic():
        record("viewed", release, by=by, first=first, rows=len(found.places), searched=bool(words))
    return found


def view_reported(report: RecordReport, *, words: str, by: Person) -> Rows:
    """The reported record, for the steward who settles the report; where its row is not known, what matches `words`.

    Raises NotPermitted for everybody else, Conflict with why it cannot be shown.
    """
    words = words.strip()[:LONGEST_WORDS]
    with reported_path(report, by=by) as path:
        if report.row is not None:
            found = _limited(record_in_child, path, report.row)
        else:
            found = _limited(rows_in_child, path, words, None, 0) if words else NOTHING
    with transaction.atomic():
        record("viewed", report.release, by=by, report=str(report.pk), rows=len(found.places), searched=bool(words))
    return found


def view_columns(release: Release, *, by: Person) -> tuple[ColumnView, ...]:
    """Statistics of every column, which hold values of records. They never change, so they are counted once in a
    while; each look is written down.
    """
    with records_path(release, by=by) as path:
        key = f"columns-of-{release.artefact_sha256}"
        found: tuple[ColumnView, ...] | None = cache.get(key)
        if found is None:
            found = _limited(columns_in_child, path)
            cache.set(key, found, CACHE_SECONDS)
    with transaction.atomic():
        record("viewed", release, by=by, columns=len(found))
    return found


def _limited(function: Callable[..., T], path: str, *asked: object) -> T:
    limits = {"memory": settings.VIEW_MEMORY_BYTES, "cpu": settings.VIEW_CPU_SECONDS}
    try:
        return run_limited(function, (path, *asked), report=lambda *_: None, readable=[path], **limits)
    except Refused as refused:
        raise Conflict(TOO_MUCH) from refused
