"""Who may be given which record of a review, and in which order. Nothing here is written."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from reviews import tally
from reviews.models import Pause, Requeue, Review, ReviewRecord, Skip, Verdict
from reviews.permissions import desk_reviews_for
from reviews.progress import has_accepted_early
from synthportal.models import Person

State = ReviewRecord.State
PAUSED = (
    "You are paused in this review: a steward will speak to you about it and can let you go on. "
    "Nothing that you did is lost."
)


def pause_of(person: Person, review: Review) -> Pause | None:
    """The pause that keeps this person from judging in this review, if one stands."""
    return Pause.objects.filter(review=review, person=person, lifted_at__isnull=True).first()


def why_not_judge(person: Person, review: Review) -> list[str]:
    """Why this person cannot judge records of this review now; empty when they can."""
    return why_not_at_desk(person, review) or ([PAUSED] if pause_of(person, review) else [])


def why_not_at_desk(person: Person, review: Review) -> list[str]:
    """Why this person has no place at the desk of this review, paused or not; empty when they have."""
    if review.status != Review.Status.OPEN:
        return [f"This review is {review.status}: its verdicts are frozen."]
    if not desk_reviews_for(person).filter(pk=review.pk).exists():
        return ["Records of one's own dataset or run are judged by somebody else."]
    return []


def free_for(person: Person, review: Review, now: datetime) -> tuple[QuerySet[ReviewRecord], ...]:
    """Records that this person may be given at `now`, those to be given first in front: what is reserved for them, what
    others let go, what nobody holds.

    Never what they have judged or skipped, nor that on which a verdict of theirs was set aside. None while they are
    paused; only what the search named when the plan has accepted early. Three questions, since each of them follows an
    index through a long queue and all in one do not.
    """
    if pause_of(person, review):
        return ()
    records = review.records.filter(lane=ReviewRecord.Lane.HUNT) if has_accepted_early(review) else review.records.all()
    judged = Verdict.objects.filter(record=OuterRef("pk"), by=person, undone_at__isnull=True)
    skipped = Skip.objects.filter(record=OuterRef("pk"), by=person, undone_at__isnull=True)
    set_aside = Requeue.objects.filter(verdict__record=OuterRef("pk"), verdict__by=person)
    new = records.exclude(Exists(judged)).exclude(Exists(skipped)).exclude(Exists(set_aside)).order_by("position")
    reserved = list(reserved_for(person, review, now).values_list("pk", flat=True))
    return (
        new.filter(pk__in=reserved, claimed_by=person, state=State.WAITING),
        new.filter(claimed_by__isnull=False, lease_until__lt=now),
        new.filter(claimed_by__isnull=True, state=State.WAITING),
    )


def held_by(person: Person, review: Review) -> QuerySet[ReviewRecord]:
    """The record that this person holds in this review: at most one. Its hold may have run out."""
    return review.records.filter(state=State.CLAIMED, claimed_by=person)


def reserved_for(person: Person, review: Review, now: datetime) -> QuerySet[ReviewRecord]:
    """The record that is set aside for this person at `now`: at most one."""
    return review.records.filter(state=State.WAITING, claimed_by=person, lease_until__gte=now)


def waiting_for(person: Person, review: Review) -> int:
    """How many records this person could judge now, the one they hold included.

    Reckoned from the counters and from what people hold or have said: the queue itself may be very long.
    """
    now = timezone.now()
    if pause_of(person, review):
        return held_by(person, review).count()
    if has_accepted_early(review):
        free = sum(records.exclude(claimed_by=person).count() for records in free_for(person, review, now))
        return free + held_by(person, review).count()
    with_others = review.records.filter(claimed_by__isnull=False, lease_until__gte=now).exclude(claimed_by=person)
    said = [
        Verdict.objects.filter(by=person, undone_at__isnull=True).values("record"),
        Skip.objects.filter(by=person, undone_at__isnull=True).values("record"),
        Requeue.objects.filter(verdict__by=person).values("verdict__record"),
    ]
    still_open = review.records.filter(state__in=[State.WAITING, State.CLAIMED])
    mine_no_more = set()
    for records in said:
        mine_no_more |= set(still_open.filter(pk__in=records).values_list("pk", flat=True))
    mine_no_more |= set(with_others.values_list("pk", flat=True))
    mine_no_more -= set(held_by(person, review).values_list("pk", flat=True))
    return tally.places_of(review) - sum(tally.judged_in(review).values()) - len(mine_no_more)


def locked(records: QuerySet[ReviewRecord], *, wait: bool = False) -> QuerySet[ReviewRecord]:
    """PostgreSQL: skip what others are claiming, or wait for it. SQLite: one writer at a time already."""
    return records.select_for_update(skip_locked=not wait)
