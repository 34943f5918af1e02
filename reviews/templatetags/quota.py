"""What a review policy asks and allows, and how far a run's review has come, for pages that may not import this app."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template

from generation.models import GenerationRun
from reviews import tally
from reviews.acceptance import ImpossiblePlan
from reviews.models import Review
from reviews.permissions import sees_inside
from reviews.policy import ReviewPolicy
from reviews.progress import progress_of
from reviews.tiers import current_tier
from reviews.workload import workload
from synthportal.templatetags.human import count, duration

register = template.Library()

MOST_DIGITS = 9  # of a lot; what is longer is no number of records
SECONDS_PER_REVIEW = 20  # the median that the plan command assumes too


@register.simple_tag
def tier_choices(choices: Sequence[Mapping[str, object]], rows: object) -> list[dict[str, object]]:
    """Radio cards of tiers with what each costs and allows for an artefact of `rows` records."""
    typed = str(rows)
    lot = int(typed) or None if typed.isdecimal() and len(typed) <= MOST_DIGITS else None
    return [{**choice, **_figures(current_tier(str(choice["value"])), lot)} for choice in choices]


def _figures(policy: ReviewPolicy, lot: int | None) -> dict[str, object]:
    try:
        cost = workload(policy, lot, SECONDS_PER_REVIEW)
    except ImpossiblePlan as error:
        return {"why_not": str(error)}
    people = f"{policy.min_annotators} annotator{'' if policy.min_annotators == 1 else 's'} or more"
    time = duration(cost.hours * 3600)
    return {
        "facts": f"At most {count(cost.records)} records to review, about {time} of work, {people}.",
        "claim": policy.sentence,
    }


@register.simple_tag
def whole_timeline(stages: Sequence[Mapping[str, str]], run: GenerationRun) -> list[Mapping[str, str]]:
    """The ten stages: those given, and sample, review, gate, release and export as far as the run's review has come."""
    review = Review.objects.filter(run=run).first()
    return [*stages, *_later(review)]


def _later(review: Review | None) -> list[dict[str, str]]:
    names = ("sample", "review", "gate", "release", "export")
    if review is None:
        return [{"name": name, "state": "waiting", "note": ""} for name in names]
    total, judged = tally.places_of(review), sum(tally.judged_in(review).values())
    states = dict.fromkeys(names, "waiting") | {"sample": "done", "review": "running" if judged < total else "done"}
    if review.status == Review.Status.REJECTED:
        states["review"] = "failed"
    if review.status in {Review.Status.ACCEPTED, Review.Status.RELEASED}:
        states |= {"review": "done", "gate": "done"}
    if review.status == Review.Status.RELEASED:
        states["release"] = "done"
    notes = {"sample": f"{count(total)} records", "review": f"{count(judged)} of {count(total)}"}
    return [{"name": name, "state": states[name], "note": notes.get(name, "")} for name in names]


@register.simple_tag(takes_context=True)
def live_claim(context: Mapping[str, Any], run: GenerationRun) -> str:
    """What the review of a run lets one say so far, counted now; "" without a review.

    Who can judge in the review reads counts alone until it is closed.
    """
    review = Review.objects.filter(run=run).first()
    if review is None:
        return ""
    found = progress_of(review)
    if not sees_inside(context["request"].user, review):
        return f"{count(found.total_judged)} of {count(found.total)} records judged"
    if review.status == Review.Status.REJECTED:
        leaks = found.leaks + found.leaks_in_hunt
        return f"Rejected: {count(leaks)} confirmed {'leak' if leaks == 1 else 'leaks'}"
    return found.claim.sentence
