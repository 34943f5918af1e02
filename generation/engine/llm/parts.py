"""What somebody wrote down as a table of parts: definitions in `definition`, rows of tables in `row`, as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from generation.engine.errors import FitError
from generation.engine.minimisation.plan import Plan, Treatment
from generation.engine.minimisation.treatments import TreatmentKind
from generation.engine.profiling.profile import ColumnProfile, TableProfile
from generation.engine.profiling.table import profile_table
from generation.engine.progress import Progress, silent
from generation.engine.schema import ColumnRole, Sdtype

LABELS = ("part", "name", "definition", "row")
DOMAIN, POLICY, TABLE = "domain", "policy", "table"


def profile_parts(
    frame: pd.DataFrame,
    labels: Mapping[str, str] | None = None,
    *,
    overruled: Mapping[str, frozenset[str]] | None = None,
    progress: Progress = silent,
    **_: object,
) -> TableProfile:
    """What `profile_table` says; in what an owner wrote down only what passes a check counts."""
    shown = labels or {}
    known = {name: _sdtype(shown.get(name, name)) for name in frame.columns}
    found = profile_table(frame, labels, sdtypes=known, overruled=overruled, progress=progress)
    return replace(found, columns=tuple(map(_as_part, found.columns)))


def _sdtype(label: str) -> Sdtype:
    return Sdtype.TEXT if label in ("definition", "row") else Sdtype.CATEGORICAL


def _as_part(column: ColumnProfile) -> ColumnProfile:
    if column.label == "row":
        return column
    why = "Written down for this purpose: numbers and addresses that pass a check count as found, guesses do not."
    kept = tuple(one for one in column.findings if one.validated) if column.label == "definition" else ()
    return replace(column, role=ColumnRole.OTHER, why=why, findings=kept, recall=())


def plan_parts(profile: TableProfile) -> Plan:
    """Rows are redacted span by span; what was written down stays as it is."""
    return Plan(tuple(map(_proposed, profile.columns)))


def _proposed(column: ColumnProfile) -> Treatment:
    if column.label == "row" and column.distinct:
        return Treatment(column.name, TreatmentKind.REDACT, {}, "Cells may name people anywhere.")
    return Treatment(column.name, TreatmentKind.KEEP, {}, column.why)


def part_of(frame: pd.DataFrame, part: str) -> str:
    """The one definition of that part. FitError where the plan left it out."""
    has_all = set(LABELS) <= set(frame.columns)
    found = list(frame.loc[frame["part"] == part, "definition"]) if has_all else []
    if not found:
        raise FitError("no_part", f"The plan leaves out the {part}. Keep it.")
    return str(found[0])


def tables_of(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables to learn from, by name, with their own columns."""
    rows = frame[frame["part"] == TABLE]
    kept: dict[str, Any] = {str(name): [json.loads(row) for row in own["row"]] for name, own in rows.groupby("name")}
    return {name: pd.DataFrame(own) for name, own in kept.items()}


def policy_of(frame: pd.DataFrame) -> tuple[str, str]:
    """The name and the text of the policy. FitError where the plan left it out."""
    text = part_of(frame, POLICY)
    return next(iter(frame.loc[frame["part"] == POLICY, "name"])), text
