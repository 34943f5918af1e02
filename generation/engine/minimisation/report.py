"""What minimising changed: counts only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from generation.engine.minimisation.limits import Column, as_text
from generation.engine.minimisation.proposal import names_people
from generation.engine.pii.columns import find_pii
from generation.engine.pii.entities import LIGHT
from generation.engine.profiling.groups import smallest_group
from generation.engine.profiling.profile import ColumnProfile, GroupSizes, TableProfile
from generation.engine.schema import ColumnRole, Sdtype


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """One column before and after, in cells; `after` counts are 0 for a dropped column."""

    name: str
    dropped: bool
    changed: int
    missing_before: int
    missing_after: int
    distinct_before: int
    distinct_after: int


@dataclass(frozen=True, slots=True)
class MinimisationReport:
    """Columns, group sizes over the quasi-identifiers, and names of columns in which direct identifiers are left."""

    columns: tuple[ColumnChange, ...]
    groups_before: GroupSizes
    groups_after: GroupSizes
    direct_left: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The report in JSON's types."""
        return asdict(self)


def report_minimisation(
    before: pd.DataFrame, after: pd.DataFrame, profile: TableProfile, seed: int = 0
) -> MinimisationReport:
    """Compare a table with what a fitted plan made of it, row by row. Redacted text is scanned again (by `seed`)."""
    quasi = [column.name for column in profile.columns if column.role is ColumnRole.QUASI]
    return MinimisationReport(
        columns=tuple(_change(before[c.name], _after(after, c.name), c.name) for c in profile.columns),
        groups_before=smallest_group(before, quasi),
        groups_after=smallest_group(after, [name for name in quasi if name in after.columns]),
        direct_left=tuple(c.name for c in profile.columns if c.name in after and _is_left(before, after, c, seed)),
    )


def _after(after: pd.DataFrame, name: str) -> Column | None:
    return after[name] if name in after.columns else None


def _change(before: Column, after: Column | None, name: str) -> ColumnChange:
    missing, distinct = int(before.isna().sum()), int(before.nunique())
    if after is None:
        return ColumnChange(name, True, len(before) - missing, missing, 0, distinct, 0)
    changed = int((~_same(before, after) & ~(before.isna() & after.isna())).sum())
    return ColumnChange(name, False, changed, missing, int(after.isna().sum()), distinct, int(after.nunique()))


def _same(before: Column, after: Column) -> Column:
    """Which present cells are equal, whether or not a number has become text."""
    if before.dtype == after.dtype:
        return before == after
    return as_text(before) == as_text(after)


def _is_left(before: pd.DataFrame, after: pd.DataFrame, column: ColumnProfile, seed: int) -> bool:
    if not names_people(column):
        return False
    if column.sdtype is Sdtype.TEXT:
        found = _scan(after[column.name], column.label, seed)
        return any(one.is_direct and (one.validated or one.entity not in column.overruled) for one in found)
    present = before[column.name].notna()
    return bool((_same(before[column.name], after[column.name]) & present).sum() > 0)


def _scan(texts: Column, label: str, seed: int) -> Sequence[Any]:
    tally = texts.dropna().value_counts()
    # What the learnt layers would guess of a text with holes in it is no evidence.
    return find_pii([str(text) for text in tally.index], tally.tolist(), label, seed, layers=LIGHT)
