"""govern: what stewards decide for every review to come: versions of the tiers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from generation.stages.versions import UNCHANGED, Current, Kind, add_version
from reviews.engine.policy.policy import ReviewPolicy
from reviews.models import TierVersion
from reviews.repositories.tiers import FIXED, changed_tier, current_tier
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.trail.audit import record

TIER = Kind("this tier", "A change of a policy needs a reason: whoever reads a certificate may ask for it.")


def change_tier(
    name: str, changes: Mapping[str, object], *, reason: str, by: Person, seen: int | None = None
) -> ReviewPolicy:
    """Add a version of a tier; it counts for reviews that open from now on, and running ones keep theirs.

    `seen` is the version that the person had before them. Raises what `add_version` raises, Conflict for a change that
    changes nothing, PolicyError for values that make no policy.
    """

    def current() -> Current:
        now = current_tier(name)
        return Current(now.version, now.reason)

    def add() -> ReviewPolicy:
        return _add_tier(current_tier(name), changes, reason, by)

    return add_version(TIER, current, add, reason=reason, by=by, seen=seen)


def _add_tier(now: ReviewPolicy, changes: Mapping[str, object], reason: str, by: Person) -> ReviewPolicy:
    policy = changed_tier(now, changes, reason=reason)
    moved = sorted(field for field, value in asdict(policy).items() if value != asdict(now)[field])
    fields = [field for field in moved if field not in FIXED]
    if not fields:
        raise Conflict(UNCHANGED)
    version = TierVersion.objects.create(
        tier=policy.name, version=policy.version, policy=asdict(policy), reason=policy.reason, by=by
    )
    record("tier changed", version, by=by, tier=policy.name, version=policy.version, fields=fields)
    return policy
