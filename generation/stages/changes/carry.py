"""Carry the plan of an earlier version of a dataset over to a newer one, as far as their columns are the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generation.engine.profiling.profile import TableProfile
from generation.engine.profiling.versions import ColumnChange, table_changes
from generation.models import Dataset, Plan
from generation.permissions import datasets_for, require_owner
from generation.repositories.plans import latest_plan
from synthportal.errors import Conflict
from synthportal.models import Person


@dataclass(frozen=True, slots=True)
class Carried:
    """A plan in the columns of the newer version; `left` are the labels that keep what the portal proposed."""

    treatments: list[dict[str, Any]]
    roles: dict[str, str]
    k: int
    left: tuple[str, ...]


def earlier_of(dataset: Dataset) -> Dataset | None:
    """The dataset that this one is a newer version of."""
    version = getattr(dataset, "newer_version", None)
    return version.earlier if version else None


def changes_of(dataset: Dataset) -> tuple[ColumnChange, ...]:
    """What changed in the columns since the version before; nothing where one of them is not read, or erased."""
    earlier = earlier_of(dataset)
    if earlier is None or not all(one.profile and one.status != Dataset.Status.ERASED for one in (earlier, dataset)):
        return ()
    return table_changes(TableProfile.from_json(earlier.profile), TableProfile.from_json(dataset.profile))


def earlier_plan(dataset: Dataset) -> Plan | None:
    """The last plan that was confirmed for the version before."""
    earlier = earlier_of(dataset)
    return earlier.plans.filter(confirmed_at__isnull=False).first() if earlier else None


def carried_plan(dataset: Dataset, *, by: Person) -> Carried:
    """What the earlier plan says of each column that both have. One that is read as something else, or in which more
    was found, keeps what the portal proposed. Raises Conflict where there is nothing to carry over, or `by` sees none.
    """
    require_owner(dataset, by)
    earlier, plan, changes = earlier_of(dataset), earlier_plan(dataset), changes_of(dataset)
    is_seen = earlier is not None and datasets_for(by).filter(pk=earlier.pk).exists()
    if plan is None or not changes or not is_seen:
        raise Conflict("There is no confirmed plan of an earlier version to take over.")
    said = {one["column"]: one for one in plan.treatments}
    proposed = {one["column"]: one for one in latest_plan(dataset).treatments}
    treatments, roles, left = [], {}, []
    for change in changes:
        if change.after is None:
            continue
        name = change.after.name
        if change.before is None or change.is_retyped or change.found or change.before.name not in said:
            treatments.append(proposed[name])
            left.append(change.label)
            continue
        treatments.append(said[change.before.name] | {"column": name})
        if change.before.name in plan.roles:
            roles[name] = plan.roles[change.before.name]
    return Carried(treatments, roles, plan.k or 0, tuple(left))
