"""Pages of docs/reference that are printed from the engine."""

from __future__ import annotations

from collections.abc import Iterator

from generation.engine.door import reference as doors
from generation.engine.evaluation.calibration import words
from generation.engine.evaluation.limits import reference as limits
from generation.engine.synthesizers import reference as synthesizers
from synthportal.management.reference.page import Lines


def _metrics() -> Iterator[str]:
    yield from limits.tables()
    yield from words.table()


PRINTED: dict[str, Lines] = {
    "engine.md": doors.blocks,
    "metrics.md": _metrics,
    "synthesizers.md": synthesizers.sections,
}
