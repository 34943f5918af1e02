"""Tiers as they are now: the shipped policy, or the newest version that a steward made of it, with the reason."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

from django.db import IntegrityError, transaction

from reviews.models import TierVersion
from reviews.plans import ImpossiblePlan
from reviews.policy import TIERS, PolicyError, ReviewPolicy, plan_for, policy_from_json
from synthportal.audit import record
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.roles import Role, require

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


def change_tier(
    name: str, changes: Mapping[str, object], *, reason: str, by: Person, seen: int | None = None
) -> ReviewPolicy:
    """Add a version of a tier; it counts for reviews that open from now on, and running ones keep theirs.

    `seen` is the version that the person had before them: Conflict when another one counts by now. Conflict too for a
    change that changes nothing or has no reason; PolicyError for values that make no policy.
    """
    require(by, Role.STEWARD)
    try:
        with transaction.atomic():
            return _add_version(current_tier(name), changes, reason=reason, by=by, seen=seen)
    except IntegrityError as lost_race:
        raise Conflict(_moved(current_tier(name))) from lost_race


def _add_version(
    current: ReviewPolicy, changes: Mapping[str, object], *, reason: str, by: Person, seen: int | None
) -> ReviewPolicy:
    if seen is not None and seen != current.version:
        raise Conflict(_moved(current))
    if not reason.strip():
        raise Conflict("A change of a policy needs a reason: whoever reads a certificate may ask for it.")
    policy = changed_tier(current, changes, reason=reason)
    moved = sorted(field for field, value in asdict(policy).items() if value != asdict(current)[field])
    if not set(moved) - set(FIXED):
        raise Conflict("Nothing was changed, so there is no new version.")
    version = TierVersion.objects.create(
        tier=policy.name, version=policy.version, policy=asdict(policy), reason=policy.reason, by=by
    )
    fields = [field for field in moved if field not in FIXED]
    record("tier changed", version, by=by, tier=policy.name, version=policy.version, fields=fields)
    return policy


def _moved(current: ReviewPolicy) -> str:
    return (
        f"Somebody else changed this tier meanwhile: version {current.version} counts now, because: {current.reason} "
        "Nothing of yours was saved. Look at the new version, then save again."
    )


def versions_of(name: str) -> list[tuple[ReviewPolicy, TierVersion | None]]:
    """Every version of a tier, newest first; the shipped one has no row."""
    rows = TierVersion.objects.filter(tier=name).select_related("by").order_by("-version")
    return [*((policy_of_version(row), row) for row in rows), (TIERS[name], None)]
