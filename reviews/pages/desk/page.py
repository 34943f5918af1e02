"""What the review desk shows around a record: where the review and the person stand, what they said last, the keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from reviews.engine.acceptance.decision import Outcome
from reviews.engine.acceptance.progress import Progress
from reviews.engine.reading.judgement import REASONS, Judgement
from reviews.models import Review, ReviewRecord, Skip, Verdict
from reviews.pages.desk.card import card_of, key_of
from reviews.pages.desk.keys import ACTIONS, Keys
from reviews.pages.desk.seat import Seat
from reviews.repositories.samples import meanings_in
from reviews.stages.review import reserve_next
from synthportal.models import Person

BEATS_PER_HOLD = 5
MOST_PLACES = 5  # digits of a marked place
GUIDELINES = (
    ("Clean", "Nothing here points to a real person, and the record could exist."),
    (
        "Leakage",
        "Something that could only come from a real record: a name, number or address that reaches somebody, a text "
        "that reads as copied, a combination that singles somebody out. In doubt, flag: a second person decides.",
    ),
    (
        "Unrealistic",
        "It cannot exist, or would teach a model something false or harmful: broken formats, impossible combinations, "
        "a wrong order in time, a text that says nothing.",
    ),
    ("Always", "Mark what made you decide. Do not search for people outside this page."),
)


def judgement_from(post: QueryDict) -> Judgement:
    """What was chosen and typed, as it came; `Judgement.faults` says what is wrong with it."""
    places = [place for place in post.getlist("fields") if place.isascii() and place.isdigit()]
    fields = [int(place) for place in places if len(place) <= MOST_PLACES]
    return Judgement(post.get("verdict", ""), post.getlist("reasons"), fields, post.get("note", ""))


def token_from(post: QueryDict) -> int:
    """The fencing token that came with a form; 0, which no held record has, when it is none."""
    token = post.get("token", "")
    return int(token) if token.isascii() and token.isdigit() and len(token) < 19 else 0


def reasons_in_words(verdict: Verdict) -> list[str]:
    return [REASONS[verdict.decision].get(reason, reason) for reason in verdict.reasons]


def way_in(review: Review, person: Person) -> dict[str, str]:
    """The action that leads to the desk: the first word says whether this person has been there."""
    has_been = review.tallies.filter(person=person).exists()
    return {"label": "Continue reviewing" if has_been else "Start reviewing", "url": reverse("desk", args=[review.pk])}


def desk_context(
    record: ReviewRecord, seat: Seat, typed: Judgement | None = None, errors: Sequence[str] = ()
) -> dict[str, Any]:
    """Everything reviews/desk/_desk.html shows for a record that the person in the seat holds."""
    card = card_of(_with_review(record, seat.review), seat.person, seat.keys, typed, errors)
    return frame_context(seat) | {"card": card, "spare": spare_card(seat)}


def spare_card(seat: Seat) -> dict[str, Any] | None:
    """The card of the record after the held one, which is set aside for this person; None when no further one waits."""
    spare = reserve_next(seat.review, by=seat.person)
    return card_of(_with_review(spare, seat.review), seat.person, seat.keys) if spare else None


def _with_review(record: ReviewRecord, review: Review) -> ReviewRecord:
    """The record with the review that was read already, and its run and dataset with it."""
    record.review = review
    return record


def frame_context(seat: Seat) -> dict[str, Any]:
    """The desk without its card."""
    return {
        "review": seat.review,
        "title": str(seat.review.run),
        "standing": seat.standing,
        "keys_on": seat.keys.are_on,
        "keys": {action: key_of(seat.keys, action) for action in ACTIONS},
        "help": _help(seat.keys),
        "beat": max(1, settings.CLAIM_SECONDS // BEATS_PER_HOLD),
        "guidelines": GUIDELINES,
        # Asked for by the whole desk alone: a verdict's answer renders neither.
        "own": lambda: seat.review.run.dataset.guidelines.first(),
        "meanings": lambda: meanings_in(seat.review.run),
        **last_context(seat),
    }


def _help(keys: Keys) -> list[dict[str, Any]]:
    """The list of keys, in groups; the letters of reasons stand beside the reasons."""
    groups: dict[str, list[dict[str, str]]] = {}
    for action in ACTIONS.values():
        if not action.group.startswith("Reasons"):
            groups.setdefault(action.group, []).append({"shown": keys.shown(action.name), "words": action.words})
    return [{"name": name, "keys": found} for name, found in groups.items()]


def standing_in_words(found: Progress) -> str:
    """How far the review is, and the claim so far, as the server counts it. Never for the desk: see `Standing`."""
    sample = "random sample " if found.decision.outcome is Outcome.CONTINUE else ""
    return f"{found.total_judged:,} of {found.total:,} judged · {sample}{found.claim.sentence}"


def last_context(seat: Seat) -> dict[str, Any]:
    """What the person did last, which Undo takes back."""
    if seat.last is None:
        return {"last": None, "undo_url": ""}
    can_undo = seat.review.status == Review.Status.OPEN and not hasattr(seat.last, "adjudication")
    return {
        "last": _last(seat.last, seat.last_verdict),
        "undo_url": reverse("undo", args=[seat.review.pk]) if can_undo else "",
    }


def _last(last: Verdict | Skip, verdict: Verdict | None) -> dict[str, Any]:
    """In words. The address is that of the last verdict: a record that was skipped is not for this person."""
    return {
        "position": last.record.position,
        "words": "skipped" if isinstance(last, Skip) else last.get_decision_display().lower(),
        "url": reverse("my_verdict", args=[verdict.pk]) if verdict else "",
    }


def closed_as(review: Review) -> str:
    """The badge of a review; "" while it is open, which goes without saying. What was released may be withdrawn."""
    if review.status == Review.Status.RELEASED:
        return str(review.release.status)
    return "" if review.status == Review.Status.OPEN else str(review.status)
