"""Tiers as they are now: the shipped policy, or the newest version that one steward wrote and another confirmed."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace

from django.conf import settings
from django.db.models import Max

from reviews.engine.acceptance.plans import ImpossiblePlan
from reviews.engine.policy.floors import Floors, below_floor
from reviews.engine.policy.policy import TIERS, PolicyError, ReviewPolicy, plan_for, policy_from_json
from reviews.models import TierVersion
from synthportal.errors import Conflict

# What names a version is not part of what a steward changes.
FIXED = ("name", "version", "reason", "reading_speed")


def current_tier(name: str) -> ReviewPolicy:
    """The policy that a review opened now would have. Conflict for a tier that does not exist."""
    if name not in TIERS:
        raise Conflict(f"There is no such tier; the tiers are {', '.join(TIERS)}.")
    newest = TierVersion.objects.filter(tier=name, decision__holds=True).order_by("-version").first()
    return policy_of_version(newest) if newest else TIERS[name]


def policy_of_version(version: TierVersion) -> ReviewPolicy:
    """The policy that a version holds."""
    return policy_from_json(json.dumps(version.policy))


def changed_tier(
    current: ReviewPolicy, changes: Mapping[str, object], *, reason: str, number: int | None = None
) -> ReviewPolicy:
    """The next version of a policy, of this number. PolicyError says what keeps it from being one, a sentence each."""
    unknown = changes.keys() - (asdict(current).keys() - set(FIXED))
    if unknown:
        raise PolicyError([f"{len(unknown)} of the fields are not fields of a policy that can be changed."])
    wanted = asdict(current) | dict(changes) | {"version": number or current.version + 1, "reason": reason.strip()}
    policy = policy_from_json(json.dumps(wanted))
    if too_lax := below_floor(policy, floors()):
        raise PolicyError(too_lax)
    try:
        plan_for(policy, None)
    except ImpossiblePlan as impossible:
        raise PolicyError([str(impossible)]) from impossible
    return policy


def floors() -> Floors:
    """Below this nobody goes: an administrator's settings."""
    return Floors(settings.LEAST_CONFIDENCE, settings.LARGEST_LEAK_RATE, settings.LEAST_CONTROLS)


def version_of(policy: ReviewPolicy) -> list[TierVersion]:
    """The version that a review names, with what was decided about it; none of a shipped policy."""
    if policy.version == TIERS[policy.name].version:
        return []
    return list(TierVersion.objects.filter(tier=policy.name, version=policy.version).select_related("decision"))


def policy_faults(policy: ReviewPolicy, rows: Collection[TierVersion]) -> tuple[str, ...]:
    """What a review's policy is not of the version that it names, whose row is the only one of `rows`. A draw fits two
    things: the reading speed, and no controls where none can be made.
    """
    if policy.version == TIERS[policy.name].version:
        return ()
    if not rows:
        return ("The version of the policy that the review names is gone.",)
    (found,) = map(policy_of_version, rows)
    fitted = replace(policy, reading_speed=found.reading_speed, control_rate=policy.control_rate or found.control_rate)
    return () if fitted == found else ("The review has another policy than the version that it names.",)


def waiting_version(name: str) -> TierVersion | None:
    """The version of a tier that waits for a second steward; only the newest can."""
    waiting = TierVersion.objects.filter(tier=name, decision__isnull=True)
    return waiting.select_related("by").order_by("-version").first()


def is_confirmed(row: TierVersion) -> bool:
    """Whether a second steward let the version hold."""
    return hasattr(row, "decision") and row.decision.holds


def last_number(name: str) -> int:
    """The number of the newest version, whether it holds, waits or was refused."""
    return TierVersion.objects.filter(tier=name).aggregate(last=Max("version"))["last"] or 1


def versions_of(name: str) -> list[tuple[ReviewPolicy, TierVersion | None]]:
    """Every version of a tier, newest first, also what waits or was refused; the shipped one has no row."""
    rows = TierVersion.objects.filter(tier=name).select_related("by", "decision__by").order_by("-version")
    return [*((policy_of_version(row), row) for row in rows), (TIERS[name], None)]
