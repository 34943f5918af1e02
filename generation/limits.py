"""Limits as they are now: the shipped set of a purpose, or the newest version that a steward made of it.

Version 1 is shipped as code. A version's label names the shipped set beneath it too, so that evidence judged before an
upgrade that changed the set is not taken for evidence judged after it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from generation.engine.evaluation.limit_changes import (
    Changes,
    Laxer,
    LimitsError,
    changed_policy,
    faults_of,
    laxer_points,
    merged,
    reduced,
    shape_faults,
)
from generation.engine.evaluation.policy import POLICY_VERSION, PURPOSES, EvaluationPolicy, default_policy
from generation.engine.schema import ColumnRole
from generation.models import Dataset, Evaluation, Limits
from synthportal.audit import record
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.roles import Role, require

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
    """Every version, newest first; the last one is the shipped set."""
    if purpose not in PURPOSES:
        raise Conflict(f"There is no such purpose; the purposes are {', '.join(PURPOSES)}.")
    rows = Limits.objects.filter(purpose=purpose).select_related("by").order_by("-version")
    return [*(LimitsVersion(purpose, row.version, row.limits, row) for row in rows), LimitsVersion(purpose, 1, {})]


def current_limits(purpose: str, has_target: bool = True) -> EvaluationPolicy:
    """The limits that evidence is judged by now."""
    return current_version(purpose).policy(has_target=has_target)


def judged_by(evaluation: Evaluation) -> LimitsVersion:
    """The version that an evaluation was judged by."""
    match, purpose = _NUMBERED.match(evaluation.policy_version), evaluation.run.dataset.purpose
    number = int(match[1]) if match else 1
    shipped = LimitsVersion(purpose, 1, {})
    return shipped if number == 1 else next(found for found in versions_of(purpose) if found.number == number)


def policy_of(evaluation: Evaluation) -> EvaluationPolicy:
    """The limits that an evaluation was judged by."""
    return judged_by(evaluation).policy(has_target=names_a_target(evaluation.run.dataset))


def is_current(evaluation: Evaluation) -> bool:
    """Whether the limits that the evidence was judged by still hold."""
    return evaluation.policy_version == current_version(evaluation.run.dataset.purpose).label


def names_a_target(dataset: Dataset) -> bool:
    """Whether a model's skill can be measured: a column is named as the target."""
    return any(column["role"] == ColumnRole.TARGET for column in dataset.schema)


def change_limits(purpose: str, changes: Changes, *, reason: str, by: Person, seen: int | None = None) -> LimitsVersion:
    """Add a version of a purpose's limits: the current one with these changes. Evidence judged before no longer does.

    `seen` is the version that the person had before them: Conflict when another one counts by now. Conflict too for a
    change that changes nothing or has no reason; LimitsError for values that make no limits.
    """
    require(by, Role.STEWARD)
    try:
        with transaction.atomic():
            return _add_version(current_version(purpose), changes, reason=reason, by=by, seen=seen)
    except IntegrityError as lost_race:
        raise Conflict(_moved(current_version(purpose))) from lost_race


def _add_version(
    current: LimitsVersion, changes: Changes, *, reason: str, by: Person, seen: int | None
) -> LimitsVersion:
    if seen is not None and seen != current.number:
        raise Conflict(_moved(current))
    if not reason.strip():
        raise Conflict("A change of the limits needs a reason: it is shown wherever the limits are.")
    wanted = next_changes(current, changes)
    if wanted == current.changes:
        raise Conflict("Nothing was changed, so there is no new version.")
    row = Limits.objects.create(
        purpose=current.purpose, version=current.number + 1, limits=wanted, reason=reason.strip(), by=by
    )
    made = LimitsVersion(row.purpose, row.version, row.limits, row)
    record(
        "limits changed", row, by=by, purpose=row.purpose, version=row.version, metrics=_moved_metrics(current, made)
    )
    return made


def next_changes(current: LimitsVersion, changes: Changes) -> dict[str, Any]:
    """What the next version would hold. LimitsError for changes that cannot be."""
    if wrong := dict(shape_faults(changes)):
        raise LimitsError(wrong)
    wanted = merged(current.changes, changes)
    if wrong := dict(faults_of(current.purpose, wanted)):
        raise LimitsError(wrong)
    return reduced(current.purpose, wanted)


def _moved_metrics(before: LimitsVersion, after: LimitsVersion) -> list[str]:
    """Names of what differs between two versions: metrics, minimum_cell, public."""
    old, new = before.changes, after.changes
    metrics = {
        name
        for kind in ("rules", "needed")
        for name in old.get(kind, {}).keys() | new.get(kind, {}).keys()
        if old.get(kind, {}).get(name) != new.get(kind, {}).get(name)
    }
    return sorted(metrics | {name for name in ("minimum_cell", "public") if old.get(name) != new.get(name)})


def _moved(current: LimitsVersion) -> str:
    why = f", because: {current.row.reason}" if current.row else ""
    return (
        f"Somebody else changed these limits meanwhile: version {current.number} counts now{why} "
        "Nothing of yours was saved. Look at the new version, then save again."
    )
