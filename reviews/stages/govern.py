"""govern: what stewards decide for every review to come: versions of the tiers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from django.db import transaction

from generation.stages.changes.versions import NOT_WAITING, UNCHANGED, Current, Kind, add_version, require_decision
from reviews.engine.policy.floors import below_floor
from reviews.engine.policy.policy import ReviewPolicy
from reviews.models import TierDecision, TierVersion
from reviews.repositories.tiers import (
    FIXED,
    changed_tier,
    current_tier,
    floors,
    last_number,
    policy_of_version,
    waiting_version,
)
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.trail.audit import record

TIER = Kind("this tier", "A change of a policy needs a reason: whoever reads a certificate may ask for it.")


def change_tier(
    name: str, changes: Mapping[str, object], *, reason: str, by: Person, seen: int | None = None
) -> ReviewPolicy:
    """Add a version of a tier. It waits for a second steward; then it counts for reviews that open, running ones keep
    theirs.

    `seen` is the version that the person had before them. Raises what `add_version` raises, Conflict for a change that
    changes nothing, PolicyError for values that make no policy.
    """

    def current() -> Current:
        now = current_tier(name)
        waiting = waiting_version(name)
        return Current(now.version, now.reason, waiting.version if waiting else None)

    def add() -> ReviewPolicy:
        return _add_tier(current_tier(name), changes, reason, by)

    return add_version(TIER, current, add, reason=reason, by=by, seen=seen)


def _add_tier(now: ReviewPolicy, changes: Mapping[str, object], reason: str, by: Person) -> ReviewPolicy:
    policy = changed_tier(now, changes, reason=reason, number=last_number(now.name) + 1)
    moved = sorted(field for field, value in asdict(policy).items() if value != asdict(now)[field])
    fields = [field for field in moved if field not in FIXED]
    if not fields:
        raise Conflict(UNCHANGED)
    version = TierVersion.objects.create(
        tier=policy.name, version=policy.version, policy=asdict(policy), reason=policy.reason, by=by
    )
    record("tier changed", version, by=by, tier=policy.name, version=policy.version, fields=fields)
    return policy


def decide_tier(name: str, number: int, *, holds: bool, note: str, by: Person) -> ReviewPolicy:
    """Let the waiting version of a tier hold for reviews that open from now on, or refuse it.

    Raises NotPermitted for its author and for whoever is no steward, Conflict without a note, or where this version
    does not wait.
    """
    with transaction.atomic():
        waiting = waiting_version(name)
        if waiting is None or waiting.version != number:
            raise Conflict(NOT_WAITING)
        require_decision(by, waiting.by_id, holds=holds, note=note)
        policy = policy_of_version(waiting)
        if holds and (too_lax := below_floor(policy, floors())):
            raise Conflict(*too_lax)
        made = TierDecision.objects.create(version=waiting, holds=holds, note=note.strip(), by=by)
        action = "tier confirmed" if holds else "tier refused"
        record(action, waiting, by=by, tier=name, version=number, decision=str(made.pk))
        record("decided", made, by=by, holds=holds)
    return policy
