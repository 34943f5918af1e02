"""What the measured effect suggests for a column, with the evidence in the sentence. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generation.engine.minimisation.plan import Plan, Treatment
from generation.engine.minimisation.treatments import TREATMENTS, TreatmentKind
from generation.engine.profiling.profile import ColumnProfile, TableProfile
from generation.engine.schema import ColumnRole

# From this share of records on whose value nobody else has, a quasi-identifier is overly specific.
SPECIFIC_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another treatment for a column, and why."""

    kind: TreatmentKind
    why: str


def suggestions_for(
    plan: Plan, profile: TableProfile, changes: Mapping[str, Mapping[str, Any]]
) -> dict[str, Suggestion]:
    """By column name; `changes` are the columns of the report on this plan, in JSON's types, by name."""
    kept = {one.column: one for one in plan.treatments if one.kind is not TreatmentKind.DROP}
    labels = {column.name: column.label for column in profile.columns}
    target = next((column.label for column in profile.columns if column.role is ColumnRole.TARGET), "")
    found = {}
    for column in profile.columns:
        treatment, change = kept.get(column.name), changes.get(column.name)
        if treatment is None or change is None or column.role in {ColumnRole.TARGET, ColumnRole.DIRECT}:
            continue
        made = _unrelated(change, target) or _repeated(change, kept, labels) or _specific(column, treatment, change)
        if made:
            found[column.name] = made
    return found


def _unrelated(change: Mapping[str, Any], target: str) -> Suggestion | None:
    said = change.get("says_before")
    if not said or said["share"] > said["by_chance"]:
        return None
    why = (
        f"It says no more about “{target}” than chance would: {_percent(said['share'])} of what there is to know, "
        f"where chance reaches {_percent(said['by_chance'])} (n = {said['n']:,})."
    )
    return Suggestion(TreatmentKind.DROP, why)


def _repeated(change: Mapping[str, Any], kept: Mapping[str, Treatment], labels: Mapping[str, str]) -> Suggestion | None:
    follows = change.get("follows")
    if not follows or follows["other"] not in kept:
        return None
    said = f"{_percent(follows['share'])} of what it says is said there (n = {follows['n']:,})"
    return Suggestion(TreatmentKind.DROP, f"It follows from “{labels[follows['other']]}”: {said}.")


def _specific(column: ColumnProfile, treatment: Treatment, change: Mapping[str, Any]) -> Suggestion | None:
    share = (change.get("specific_after") or {}).get("unique_share", 0.0)
    can_be_coarser = column.sdtype in TREATMENTS[TreatmentKind.GENERALISE].sdtypes
    is_coarse = treatment.kind is TreatmentKind.GENERALISE
    if column.role is not ColumnRole.QUASI or share < SPECIFIC_SHARE or not can_be_coarser or is_coarse:
        return None
    why = f"Overly specific: {_percent(share)} of records hold a value that nobody else has."
    return Suggestion(TreatmentKind.GENERALISE, why)


def _percent(share: float) -> str:
    return "under 0.1 %" if share < 0.001 else f"{100 * share:.1f} %"
