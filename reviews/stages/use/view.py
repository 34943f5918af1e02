"""view: who may hold a release looks at its records in the browser, read in a child with limits of its own."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from generation.engine.kinds.catalogue import kind_of
from reviews.engine.viewer import LONGEST_CELL, LONGEST_READ, ColumnView, Rows
from reviews.models import RecordReport, Release
from reviews.stages.export import records_path, reported_path
from reviews.stages.use.view_child import TOO_MUCH, columns_in_child, record_in_child, rows_in_child
from synthportal.errors import Conflict
from synthportal.jobs.limited import LimitedChild, Refused
from synthportal.models import Person
from synthportal.trail.audit import record

log = logging.getLogger(__name__)
T = TypeVar("T")
LONGEST_WORDS = 200
NOTHING = Rows((), (), (), 0, False)
CACHE_SECONDS = 24 * 3600
MOST_OF_ONE = 2  # looks of one person at once
BUSY = "As many people as the portal has room for are looking at records now. Try again in a moment."
YOURS = "You are looking at records already. Wait for what you asked for before, and try again."
_looking: Counter[object] = Counter()
_lock = Lock()


@contextmanager
def look(person: Person) -> Iterator[None]:
    """A place among those who look at once; each holds a thread of this process, up to VIEW_CPU_SECONDS of a processor
    and VIEW_MEMORY_BYTES. Raises Conflict where there is none.
    """
    with _lock:
        if _looking[person.pk] >= MOST_OF_ONE:
            raise Conflict(YOURS)
        if _looking.total() >= settings.VIEWS_AT_ONCE:
            raise Conflict(BUSY)
        _looking[person.pk] += 1
    try:
        yield
    finally:
        with _lock:
            _looking[person.pk] -= 1


def view_rows(release: Release, *, words: str, column: int | None, first: int, by: Person) -> Rows:
    """Some records, and how many match. Raises NotPermitted, Gone, or Conflict with why it cannot be shown."""
    words = words.strip()[:LONGEST_WORDS]
    with records_path(release, by=by) as path:
        found = _limited(by, rows_in_child, path, _longest(release), words, column, first)
    with transaction.atomic():
        record("viewed", release, by=by, first=first, rows=len(found.places), searched=bool(words))
    return found


def view_reported(report: RecordReport, *, words: str, by: Person) -> Rows:
    """The reported record, for the steward who settles the report; where its row is not known, what matches `words`.

    Raises NotPermitted for everybody else, Conflict with why it cannot be shown.
    """
    words, longest = words.strip()[:LONGEST_WORDS], _longest(report.release)
    with reported_path(report, by=by) as path:
        if report.row is not None:
            found = _limited(by, record_in_child, path, longest, report.row)
        else:
            found = _limited(by, rows_in_child, path, longest, words, None, 0) if words else NOTHING
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
            found = _limited(by, columns_in_child, path)
            cache.set(key, found, CACHE_SECONDS)
    with transaction.atomic():
        record("viewed", release, by=by, columns=len(found))
    return found


def _longest(release: Release) -> int:
    """How many characters of a cell are shown: more where a record is read as a whole."""
    return LONGEST_READ if kind_of(release.run.dataset.kind).layout else LONGEST_CELL


def _limited(by: Person, function: Callable[..., T], path: str, *asked: object) -> T:
    limits = {"memory": settings.VIEW_MEMORY_BYTES, "cpu": settings.VIEW_CPU_SECONDS}
    try:
        with look(by), LimitedChild(readable=[path], **limits) as child:
            child.words = (TOO_MUCH, TOO_MUCH)
            return child.call(function, (path, *asked), lambda *_: None)
    except Refused as refused:
        log.warning("A look at records was given up: %s", refused.sentence)
        raise Conflict(refused.sentence) from refused
