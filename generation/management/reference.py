"""Pages of docs/reference that are printed from the engine."""

from __future__ import annotations

from generation.engine.door import reference as doors
from generation.engine.evaluation.limits import reference as limits
from generation.engine.synthesizers import reference as synthesizers
from synthportal.management.reference.page import Lines

PRINTED: dict[str, Lines] = {
    "engine.md": doors.blocks,
    "metrics.md": limits.tables,
    "synthesizers.md": synthesizers.sections,
}
