"""Limits as they are now: the shipped set of a purpose, or the newest version that two stewards made of it: one wrote
it, another confirmed it.

Version 1 is shipped as code. A version's label names the shipped set beneath it too, so that evidence judged before an
upgrade that changed the set is not taken for evidence judged after it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from generation.engine.evaluation.limits.changes import (
    Changes,
    Laxer,
    LimitsError,
    changed_policy,
    faults_of,
    laxer_points,
    merged,
    of_installed,
    reduced,
    shape_faults,
)
from generation.engine.evaluation.limits.floors import below_floor
from generation.engine.evaluation.limits.policy import default_policy, only
from generation.engine.evaluation.policy import POLICY_VERSION, PURPOSES, EvaluationPolicy
from generation.engine.kinds.catalogue import kind_of
from generation.engine.schema import ColumnRole
from generation.models import Dataset, Evaluation, Limits
from synthportal.errors import Conflict

_NUMBERED = re.compile(r"\w+ (\d+) \(")


@dataclass(frozen=True, slots=True)
class LimitsVersion:
    """One version of a purpose's limits: `changes` against the shipped set; `row` is None for the shipped one."""

    purpose: str
    number: int
    changes: dict[str, Any]
    row: Limits | None = None

    @property
    def label(self) -> str:
        """What evidence says it was judged by."""
        return label_of(self.purpose, self.number)

    def policy(self, *, has_target: bool = True) -> EvaluationPolicy:
        """The limits themselves."""
        return changed_policy(self.purpose, self.changes, has_target=has_target, version=self.label)

    def laxer(self, *, has_target: bool = True) -> list[Laxer]:
        """Where this version asks for less than the shipped set."""
        return list(
            laxer_points(self.policy(has_target=has_target), default_policy(self.purpose, has_target=has_target))
        )


def label_of(purpose: str, number: int) -> str:
    """training 3 (2026-11): purpose, version, shipped set."""
    return f"{purpose} {number} ({POLICY_VERSION})"


def current_version(purpose: str) -> LimitsVersion:
    """The version that evidence is judged by now. Conflict for a purpose that does not exist."""
    return versions_of(purpose)[0]


def versions_of(purpose: str) -> list[LimitsVersion]:
    """Every version that held or holds, newest first; the last one is the shipped set."""
    return [one for one in all_versions_of(purpose) if one.row is None or is_confirmed(one.row)]


def all_versions_of(purpose: str) -> list[LimitsVersion]:
    """The same with what waits for a second steward, and what one refused."""
    if purpose not in PURPOSES:
        raise Conflict(f"There is no such purpose; the purposes are {', '.join(PURPOSES)}.")
    rows = Limits.objects.filter(purpose=purpose).select_related("by", "decision__by").order_by("-version")
    return [
        *(LimitsVersion(purpose, row.version, of_installed(row.limits), row) for row in rows),
        LimitsVersion(purpose, 1, {}),
    ]


def is_confirmed(row: Limits) -> bool:
    """Whether a second steward let the version hold."""
    return hasattr(row, "decision") and row.decision.holds


def waiting_of(purpose: str) -> LimitsVersion | None:
    """The version that waits for a second steward; only the newest can."""
    newest = all_versions_of(purpose)[0]
    return newest if newest.row and not hasattr(newest.row, "decision") else None


def current_limits(purpose: str, has_target: bool = True) -> EvaluationPolicy:
    """The limits that evidence is judged by now."""
    return current_version(purpose).policy(has_target=has_target)


def judged_by(evaluation: Evaluation) -> LimitsVersion:
    """The version that an evaluation was judged by."""
    purpose = evaluation.run.dataset.purpose
    shipped = LimitsVersion(purpose, 1, {})
    return shipped if number_of(evaluation) == 1 else judged_among(evaluation, versions_of(purpose))


def judged_among(evaluation: Evaluation, versions: Sequence[LimitsVersion]) -> LimitsVersion:
    """The same, among the versions of its purpose that were read already, the shipped one last.

    Evidence that names a version which never held is compared with the shipped one: its label says that it is not.
    """
    return next((found for found in versions if found.number == number_of(evaluation)), versions[-1])


def policy_of(evaluation: Evaluation) -> EvaluationPolicy:
    """The limits that an evaluation was judged by."""
    return policies_of([evaluation])[evaluation.pk]


def policies_of(evaluations: Collection[Evaluation]) -> dict[UUID, EvaluationPolicy]:
    """By evaluation: the limits that it was judged by. One query, whatever their number."""
    changed: dict[str, dict[str, Any]] = {}
    if any(number_of(one) > 1 for one in evaluations):
        rows = Limits.objects.filter(purpose__in={one.run.dataset.purpose for one in evaluations})
        changed = {label_of(row.purpose, row.version): row.limits for row in rows}
    found, built = {}, dict[tuple[object, ...], EvaluationPolicy]()
    for one in evaluations:
        dataset, number = one.run.dataset, number_of(one)
        key = (dataset.purpose, number, names_a_target(dataset), dataset.kind)
        if key in built:
            found[one.pk] = built[key]
            continue
        changes = changed[label_of(dataset.purpose, number)] if number > 1 else {}
        version = LimitsVersion(dataset.purpose, number, changes)
        built[key] = only(version.policy(has_target=names_a_target(dataset)), kind_of(dataset.kind).checks)
        found[one.pk] = built[key]
    return found


def number_of(evaluation: Evaluation) -> int:
    """The version that an evaluation names; evidence from before versions had numbers was judged by the shipped one."""
    match = _NUMBERED.match(evaluation.policy_version)
    return int(match[1]) if match else 1


def is_current(evaluation: Evaluation) -> bool:
    """Whether the limits that the evidence was judged by still hold."""
    return evaluation.policy_version == current_version(evaluation.run.dataset.purpose).label


def names_a_target(dataset: Dataset) -> bool:
    """Whether a model's skill can be measured: a column is named as the target."""
    return any(column["role"] == ColumnRole.TARGET for column in dataset.schema)


def next_changes(current: LimitsVersion, changes: Changes) -> dict[str, Any]:
    """What the next version would hold. LimitsError for changes that cannot be."""
    if wrong := dict(shape_faults(changes)):
        raise LimitsError(wrong)
    wanted = merged(current.changes, changes)
    if wrong := dict(faults_of(current.purpose, wanted)):
        raise LimitsError(wrong)
    if wrong := too_lax(current.purpose, wanted):
        raise LimitsError(wrong)
    return reduced(current.purpose, wanted)


def too_lax(purpose: str, changes: Changes) -> dict[str, str]:
    """By metric: where the changes go below the floor that an administrator sets, in words."""
    public, most = bool(changes.get("public", False)), settings.PRIVACY_LIMIT_FACTOR
    points = below_floor(changed_policy(purpose, changes), default_policy(purpose, public=public), most)
    return {
        "minimum_cell" if point.part == "minimum_cell" else point.metric: (
            f"A privacy limit may be at most {most:g} times as lax as shipped: "
            "the administrator of this portal set that."
        )
        for point in points
    }


def policy_for(dataset: Dataset) -> EvaluationPolicy:
    """The limits that this dataset's purpose asks for now, of the metrics that its kind is measured by."""
    return only(current_limits(dataset.purpose, names_a_target(dataset)), kind_of(dataset.kind).checks)
