"""prepare: what a steward does before and beside the judging: guidelines of a dataset, and who judges by when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from generation.models import Dataset
from reviews.engine.reading.judgement import LONGEST_REASON, REASONS, Decision
from reviews.models import Assignment, Guidelines, Review
from reviews.permissions import desk_reviews_for
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.roles import Role, require
from synthportal.trail.audit import record

LONGEST_WORDS, MOST_EXAMPLES, LONGEST_EXAMPLE, MOST_REASONS, MOST_DAYS = 5_000, 5, 300, 4, 365

NOTHING: dict[str, Any] = {"words": "", "flags": [], "false_alarms": [], "reasons": {}}


def write_guidelines(
    dataset: Dataset,
    *,
    words: str,
    flags: Sequence[str],
    false_alarms: Sequence[str],
    reasons: Mapping[str, Sequence[str]] = MappingProxyType({}),
    by: Person,
) -> Guidelines:
    """A new version of what annotators are told of this dataset, and of the reasons they can give.

    Raises NotPermitted or Conflict. Stewards alone: an owner would tell those who judge what to overlook.
    """
    require(by, Role.STEWARD)
    said: dict[str, Any] = {"words": words.strip(), "flags": _examples(flags), "false_alarms": _examples(false_alarms)}
    said["reasons"] = _own_reasons(reasons)
    if len(said["words"]) > LONGEST_WORDS:
        raise Conflict(f"Guidelines have at most {LONGEST_WORDS:,} characters.")
    now = dataset.guidelines.first()
    before = {name: getattr(now, name) for name in said} if now else NOTHING
    if said == before:
        raise Conflict("Nothing is changed.")
    try:
        with transaction.atomic():
            version = now.version + 1 if now else 1
            kept = Guidelines.objects.create(dataset=dataset, version=version, by=by, **said)
            # Beside the queue, so that no verdict asks for them.
            Review.objects.filter(run__dataset=dataset, status=Review.Status.OPEN).update(own_reasons=said["reasons"])
            record("guidelines written", kept, by=by, dataset=str(dataset.pk), version=version)
    except IntegrityError:
        raise Conflict("Somebody else wrote a version meanwhile: read it, then save yours again.") from None
    return kept


def _own_reasons(said: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Reasons by decision, in words that no other reason has."""
    found: dict[str, list[str]] = {}
    for decision in (Decision.LEAKAGE, Decision.UNREALISTIC):
        given = list(dict.fromkeys(one.strip() for one in said.get(decision, ()) if one.strip()))
        if len(given) > MOST_REASONS or any(len(one) > LONGEST_REASON for one in given):
            raise Conflict(
                f"At most {MOST_REASONS} reasons of its own for each kind of flag, each of at most {LONGEST_REASON} "
                "characters."
            )
        there = {known.casefold() for pair in REASONS[decision].items() for known in pair}
        if twice := [one for one in given if one.casefold() in there]:
            raise Conflict(f"This reason is there for all datasets: {twice[0]}.")
        if given:
            found[decision.value] = given
    return found


def _examples(said: Sequence[str]) -> list[str]:
    found = [one.strip() for one in said if one.strip()]
    if len(found) > MOST_EXAMPLES or any(len(one) > LONGEST_EXAMPLE for one in found):
        raise Conflict(f"At most {MOST_EXAMPLES} examples of each kind, each of at most {LONGEST_EXAMPLE} characters.")
    return found


def why_not_assign(person: Person, review: Review) -> list[str]:
    """Why this person cannot be asked to judge in this review; empty when they can."""
    if not desk_reviews_for(person).filter(pk=review.pk).exists():
        return [f"{person.display_name} cannot judge in this review."]
    if review.assignments.filter(person=person, ended_at__isnull=True).exists():
        return [f"{person.display_name} is assigned already: end that first."]
    return []


def assign_person(review: Review, person: Person, *, due: date, by: Person) -> Assignment:
    """Ask a person to judge until a day. Raises NotPermitted or Conflict."""
    require(by, Role.STEWARD)
    if reasons := why_not_assign(person, review):
        raise Conflict(*reasons)
    today = timezone.localdate()
    if not today <= due <= today + timedelta(days=MOST_DAYS):
        raise Conflict(f"The day is from today on, at most {MOST_DAYS} days ahead.")
    with transaction.atomic():
        made = Assignment.objects.create(review=review, person=person, due=due, by=by)
        record("assigned", review, by=by, person=person.audit_name, due=due.isoformat())
    return made


def end_assignment(assignment: Assignment, *, by: Person) -> None:
    """It is asked of them no more. Raises NotPermitted; ending it twice changes nothing."""
    require(by, Role.STEWARD)
    with transaction.atomic():
        standing = Assignment.objects.filter(pk=assignment.pk, ended_at__isnull=True)
        if standing.update(ended_at=timezone.now()):
            record("assignment ended", assignment.review, by=by, person=assignment.person.audit_name)


def finish_practice(review: Review, *, right: int, of: int, by: Person) -> None:
    """Write down that somebody practised before they judged, and how many they had right."""
    with transaction.atomic():
        record("practised", review, by=by, right=right, of=of)
