"""What was found in a column, line by line, with what its owner can say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generation.engine.pii.entities import Finding
from generation.engine.profiling.profile import ColumnProfile
from generation.models import Dataset, Overruling
from generation.pages.datasets.found import Chip, chip_of, recall_lines
from generation.pages.status.words import ROLES
from generation.repositories.plans import latest_plan, profile_of
from generation.repositories.sensitive.overrulings import standing
from generation.stages.changes.reread import why_not_overrule


@dataclass(frozen=True, slots=True)
class Line:
    """One finding: `overruling` is what the owner said of it, `why_not` why nobody can overrule it; `typed` and
    `refused` are what was posted and not kept.
    """

    chip: Chip
    overruling: Overruling | None
    needs_word: bool
    why_not: list[str]
    typed: str = ""
    refused: list[str] | None = None


def found_in_column(
    dataset: Dataset, name: str, typed: Mapping[str, str] | None = None, refused: list[str] | None = None
) -> dict[str, object]:
    """What columns/_findings.html takes: role, reason and findings of a column; nothing before it is profiled."""
    if not dataset.profile:
        return {}
    column = next(one for one in profile_of(latest_plan(dataset)).columns if one.name == name)
    said = standing(dataset)
    lines = [_line(column, finding, said.get((name, finding.entity))) for finding in column.findings]
    return {
        "profile": column,
        "role_words": ROLES[column.role],
        "recall": recall_lines(column),
        "lines": [_with_typed(line, typed or {}, refused) for line in lines],
    }


def _line(column: ColumnProfile, finding: Finding, overruling: Overruling | None) -> Line:
    return Line(chip_of(finding), overruling, finding.validated, why_not_overrule(column, finding))


def _with_typed(line: Line, typed: Mapping[str, str], refused: list[str] | None) -> Line:
    if typed.get("entity") != line.chip.entity:
        return line
    return Line(line.chip, line.overruling, line.needs_word, line.why_not, typed.get("reason", ""), refused)
