"""The desk without a record: why there is none for this person, and what they can do about it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from reviews.engine.acceptance.progress import Progress
from reviews.models import Review, ReviewRecord, Skip, Verdict
from reviews.pages.desk.card import key_of
from reviews.pages.desk.page import closed_as, last_context
from reviews.pages.desk.seat import Seat
from reviews.repositories.progress import progress_of
from reviews.repositories.queue import PAUSED, pause_of
from reviews.repositories.standstill import standstills_in
from reviews.stages.adjudicate import flags_for
from reviews.stages.review import State
from synthportal.models import Person

SKIPS_SHOWN = 5  # the newest, each with a button that takes it back


def nothing_context(seat: Seat) -> dict[str, Any]:
    """The truth about an empty desk."""
    review, person = seat.review, seat.person
    flags, skips = flags_for(person, review).count(), _skips_to_take_back(seat)
    last = last_context(seat)
    if skips and isinstance(seat.last, Skip):
        last["undo_url"] = ""  # the first of the skips is what Undo would take back
    return {
        "review": review,
        "closed_as": closed_as(review),
        "title": str(review.run),
        "standing": seat.standing,
        "nothing": _why_nothing(review, person, flags),
        "flags_for_me": flags,
        "skips": skips,
        "keys_on": seat.keys.are_on,
        "undo_key": key_of(seat.keys, "undo"),
        **last,
    }


def _skips_to_take_back(seat: Seat) -> list[dict[str, Any]]:
    """One's own skips of records that are still needed, newest first."""
    if seat.review.status != Review.Status.OPEN or pause_of(seat.person, seat.review):
        return []
    skips = _skips_of(seat.person, _left(seat.review, progress_of(seat.review))).select_related("record")
    return [
        {
            "position": skip.record.position,
            "reason": skip.get_reason_display(),
            "url": reverse("take_back", args=[skip.record_id]),
        }
        for skip in skips.order_by("-created_at")[:SKIPS_SHOWN]
    ]


def _left(review: Review, found: Progress) -> QuerySet[ReviewRecord]:
    """Records that are still to be judged: only what the search named, once the plan has accepted early."""
    left = review.records.exclude(state=State.JUDGED)
    return left.filter(lane=ReviewRecord.Lane.HUNT) if found.unneeded else left


def _skips_of(person: Person, records: QuerySet[ReviewRecord]) -> QuerySet[Skip]:
    return Skip.objects.filter(record__in=records, by=person, undone_at__isnull=True)


def _why_nothing(review: Review, person: Person, flags_for_me: int) -> list[str]:
    if pause_of(person, review):
        return [PAUSED]
    found = progress_of(review)
    left = _left(review, found)
    with_others = Q(claimed_by__isnull=False, lease_until__gte=timezone.now()) & ~Q(claimed_by=person)
    held = left.filter(with_others).count()
    seen = left.exclude(with_others).count()
    skipped = _skips_of(person, left).count()
    reasons = []
    if held:
        reasons.append(f"{held} {_records(held)} held by others; they come back if they are not judged in time.")
    if second := seen - skipped:
        reasons.append(f"{second} {_waits(second, 'record')} for a second person: you have judged what you may.")
    reasons += _about_skips(review, person, found, skipped)
    reasons += _about_flags(review, person, flags_for_me)
    if found.unneeded:
        reasons.append(f"{found.unneeded} {_records(found.unneeded)} no longer needed: the plan has accepted without.")
    if found.is_complete:
        reasons.append("The review is complete: every record is judged and every flag is settled.")
    return reasons or ["You have judged every record that is left; the others wait for somebody else."]


def _about_skips(review: Review, person: Person, found: Progress, skipped: int) -> list[str]:
    """What one skipped waits for somebody else, or, where nobody else may judge it, for oneself."""
    standstills = standstills_in([review], {review.pk: found})[review.pk] if skipped else []
    mine = sum(one.number for one in standstills if one.waits_for_skip_of(person.pk))
    reasons = []
    if mine:
        them = "it" if mine == 1 else "them"
        reasons.append(
            f"{mine} {_waits(mine, 'record')} for you alone: you skipped {them}, and nobody else here may judge {them}."
            " Take your skip back, or ask a steward for one more annotator."
        )
    if others := skipped - mine:
        them = "it" if others == 1 else "them"
        reasons.append(f"{others} {_waits(others, 'record')} for somebody else, because you skipped {them}.")
    return reasons


def _about_flags(review: Review, person: Person, flags_for_me: int) -> list[str]:
    reasons = []
    if flags_for_me:
        reasons.append(f"{flags_for_me} leak {_waits(flags_for_me, 'flag')} for a second person: that can be you.")
    if _has_open_flag(review, person):
        reasons.append("Leak flags of yours wait for a second person; it cannot be you, you raised them.")
    return reasons


def _has_open_flag(review: Review, person: Person) -> bool:
    """Whether a flag of this person is unsettled; no number, or it would tell which of them were on controls."""
    mine = Verdict.objects.filter(record__review=review, by=person, undone_at__isnull=True)
    return mine.filter(decision=Verdict.Decision.LEAKAGE, adjudication__isnull=True).exists()


def _records(number: int) -> str:
    return "record is" if number == 1 else "records are"


def _waits(number: int, noun: str) -> str:
    return f"{noun} waits" if number == 1 else f"{noun}s wait"
