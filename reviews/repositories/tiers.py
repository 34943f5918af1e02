"""Tiers as they are now: the shipped policy, or the newest version that a steward made of it, with the reason."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

from reviews.engine.acceptance.plans import ImpossiblePlan
from reviews.engine.policy.policy import TIERS, PolicyError, ReviewPolicy, plan_for, policy_from_json
from reviews.models import TierVersion
from synthportal.errors import Conflict

# What names a version is not part of what a steward changes.
FIXED = ("name", "version", "reason")


def current_tier(name: str) -> ReviewPolicy:
    """The policy that a review opened now would have. Conflict for a tier that does not exist."""
    if name not in TIERS:
        raise Conflict(f"There is no such tier; the tiers are {', '.join(TIERS)}.")
    newest = TierVersion.objects.filter(tier=name).order_by("-version").first()
    return policy_of_version(newest) if newest else TIERS[name]


def policy_of_version(version: TierVersion) -> ReviewPolicy:
    """The policy that a version holds."""
    return policy_from_json(json.dumps(version.policy))


def changed_tier(current: ReviewPolicy, changes: Mapping[str, object], *, reason: str) -> ReviewPolicy:
    """The next version of a policy. PolicyError says what keeps it from being one, a sentence each."""
    unknown = changes.keys() - (asdict(current).keys() - set(FIXED))
    if unknown:
        raise PolicyError([f"{len(unknown)} of the fields are not fields of a policy that can be changed."])
    wanted = asdict(current) | dict(changes) | {"version": current.version + 1, "reason": reason.strip()}
    policy = policy_from_json(json.dumps(wanted))
    try:
        plan_for(policy, None)
    except ImpossiblePlan as impossible:
        raise PolicyError([str(impossible)]) from impossible
    return policy


def versions_of(name: str) -> list[tuple[ReviewPolicy, TierVersion | None]]:
    """Every version of a tier, newest first; the shipped one has no row."""
    rows = TierVersion.objects.filter(tier=name).select_related("by").order_by("-version")
    return [*((policy_of_version(row), row) for row in rows), (TIERS[name], None)]
