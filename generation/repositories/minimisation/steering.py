"""Many columns of a plan at once: one treatment for all, what the portal proposed, or what it suggests."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from generation.engine.kinds.catalogue import kind_of
from generation.engine.minimisation.effect.suggestions import suggestions_for
from generation.engine.minimisation.plan import Treatment
from generation.engine.minimisation.proposal import leaves_people, surrogate_style
from generation.engine.minimisation.treatments import TreatmentKind
from generation.engine.profiling.profile import ColumnProfile
from generation.engine.schema import ColumnRole, Sdtype
from generation.models import Dataset, Plan
from generation.repositories.minimisation.exceptions import standing_exceptions
from generation.repositories.plans import latest_plan, profile_of, proposed_for, treatments_of
from synthportal.errors import Conflict

PROPOSED, SUGGESTED = "proposed", "suggested"
CHOSEN = "Chosen by the owner."


@dataclass(frozen=True, slots=True)
class Steered:
    """The treatments of every column, how many of the named ones are new, and labels of those that cannot take it."""

    treatments: list[dict[str, Any]]
    changed: int
    left: tuple[str, ...]


def steered(dataset: Dataset, names: Collection[str], what: str) -> Steered:
    """The plan with `what` for the named columns: a kind of treatment, `PROPOSED` or `SUGGESTED`. Nothing is saved.

    A column that cannot take it stays as it is: the kind does not fit it, or would leave direct identifiers. Raises
    Conflict for an unknown word and where no column is named.
    """
    if what not in {*TreatmentKind, PROPOSED, SUGGESTED}:
        raise Conflict("Choose what shall be done to the columns.")
    plan, made, changed, left = latest_plan(dataset), list[dict[str, Any]](), 0, list[str]()
    if not names:
        raise Conflict("Tick the columns first, or show some.")
    wanted, excepted, now = _wanted(plan, what), standing_exceptions(dataset), treatments_of(plan)
    for column in profile_of(plan).columns:
        before = now.treatment_of(column.name) or Treatment(column.name, TreatmentKind.KEEP)
        after = (wanted(column) if column.name in names else None) or before
        if after is not before and not _can_take(column, after, dataset, is_excepted=column.name in excepted):
            left.append(column.label)
            after = before
        changed += (after.kind, dict(after.parameters)) != (before.kind, dict(before.parameters))
        made.append(after.as_json())
    return Steered(made, changed, tuple(left))


def _wanted(plan: Plan, what: str) -> Any:
    """For a column the treatment that `what` means, None where it means none."""
    if what == PROPOSED:
        proposed = proposed_for(plan.dataset, profile_of(plan))
        return lambda column: proposed.treatment_of(column.name)
    if what == SUGGESTED:
        changes = {change["name"]: change for change in plan.report.get("columns", ())}
        found = suggestions_for(treatments_of(plan), profile_of(plan), changes)
        return lambda column: (one := found.get(column.name)) and _by(column, one.kind, one.why)
    return lambda column: _by(column, TreatmentKind(what), CHOSEN)


def _by(column: ColumnProfile, kind: TreatmentKind, why: str) -> Treatment:
    is_invented = kind is TreatmentKind.SURROGATE and column.sdtype is not Sdtype.DATETIME
    return Treatment(column.name, kind, {"style": surrogate_style(column).value} if is_invented else {}, why)


def _can_take(column: ColumnProfile, treatment: Treatment, dataset: Dataset, *, is_excepted: bool) -> bool:
    is_lost_target = column.role is ColumnRole.TARGET and treatment.kind is TreatmentKind.DROP
    is_bare = leaves_people(column, treatment) and not is_excepted
    is_offered = treatment.kind in kind_of(dataset.kind).treatments
    return is_offered and not (is_lost_target or is_bare or treatment.problems(column.sdtype))
