"""Who may be given which record of a review, and in which order. Nothing here is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from reviews.models import Pause, Requeue, Review, ReviewRecord, Skip, Verdict
from reviews.permissions import may_judge
from reviews.repositories import tally
from reviews.repositories.progress import accepted_early, has_accepted_early
from synthportal.models import Person

State, Lane = ReviewRecord.State, ReviewRecord.Lane
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
    if not may_judge(person, review):
        return ["Records of one's own dataset or run are judged by somebody else."]
    return []


def free_for(person: Person, review: Review, now: datetime) -> Iterator[QuerySet[ReviewRecord]]:
    """Records that this person may be given at `now`, those to be given first in front: what is reserved for them, what
    others let go, what nobody holds.

    Never what they have judged or skipped, nor that on which a verdict of theirs was set aside. None while they are
    paused; only what the search named when the plan has accepted early. Three questions, since each of them follows an
    index through a long queue and all in one do not; each is asked when those before it gave nothing.
    """
    if pause_of(person, review):
        return
    records = review.records.filter(lane=ReviewRecord.Lane.HUNT) if has_accepted_early(review) else review.records.all()
    judged = Verdict.objects.filter(record=OuterRef("pk"), by=person, undone_at__isnull=True)
    skipped = Skip.objects.filter(record=OuterRef("pk"), by=person, undone_at__isnull=True)
    set_aside = Requeue.objects.filter(verdict__record=OuterRef("pk"), verdict__by=person)
    new = records.exclude(Exists(judged)).exclude(Exists(skipped)).exclude(Exists(set_aside)).order_by("position")
    reserved = list(reserved_for(person, review, now).order_by().values_list("pk", flat=True))
    yield new.filter(pk__in=reserved, claimed_by=person, state=State.WAITING) if reserved else records.none()
    let_go = {"claimed_by__isnull": False, "lease_until__lt": now}
    yield new.filter(**let_go) if records.filter(**let_go).order_by().exists() else records.none()
    yield new.filter(claimed_by__isnull=True, state=State.WAITING)


def held_by(person: Person, review: Review) -> QuerySet[ReviewRecord]:
    """The record that this person holds in this review: at most one. Its hold may have run out."""
    return review.records.filter(state=State.CLAIMED, claimed_by=person)


def reserved_for(person: Person, review: Review, now: datetime) -> QuerySet[ReviewRecord]:
    """The record that is set aside for this person at `now`: at most one."""
    return review.records.filter(state=State.WAITING, claimed_by=person, lease_until__gte=now)


def waiting_in(person: Person, reviews: Collection[Review]) -> dict[UUID, int]:
    """How many records of each review this person could judge now, in as many queries as for one review.

    Reckoned from the counters and from what people hold or have said: the queue itself may be very long. Only what the
    search named counts where the plan has accepted early, and only what they hold while they are paused.
    """
    hunt_only, counted = accepted_early(reviews), tally.counted_in(reviews)
    paused = set(Pause.objects.filter(review__in=reviews, person=person, lifted_at__isnull=True).values_list("review"))
    held, gone = _held_in(person, reviews), _gone_in(person, reviews)
    found = {}
    for review in reviews:
        mine = held.get(review.pk, set())
        lanes = [Lane.HUNT] if review.pk in hunt_only else list(Lane)
        still_open = sum(review.places.get(lane, 0) - counted[review.pk].judged.get(lane, 0) for lane in lanes)
        no_more = {pk for lane in lanes for pk in gone.get((review.pk, lane), ())} - {pk for _, pk in mine}
        elsewhere = sum(lane not in lanes for lane, _ in mine)
        found[review.pk] = len(mine) if (review.pk,) in paused else still_open - len(no_more) + elsewhere
    return found


def _held_in(person: Person, reviews: Collection[Review]) -> dict[UUID, set[tuple[str, UUID]]]:
    """By review: (lane, record) of what this person holds."""
    found: dict[UUID, set[tuple[str, UUID]]] = {}
    rows = ReviewRecord.objects.filter(review__in=reviews, state=State.CLAIMED, claimed_by=person)
    for review, lane, record in rows.values_list("review", "lane", "pk"):
        found.setdefault(review, set()).add((lane, record))
    return found


def _gone_in(person: Person, reviews: Collection[Review]) -> dict[tuple[UUID, str], set[UUID]]:
    """By (review, lane): the open records that this person does not get, since they have judged or skipped them, a
    verdict of theirs was set aside, or somebody else holds them.
    """
    still_open = [State.WAITING, State.CLAIMED]
    in_hand = ReviewRecord.objects.filter(review__in=reviews, claimed_by__isnull=False, lease_until__gte=timezone.now())
    said = (
        (Verdict.objects.filter(by=person, undone_at__isnull=True), "record"),
        (Skip.objects.filter(by=person, undone_at__isnull=True), "record"),
        (Requeue.objects.filter(verdict__by=person), "verdict__record"),
    )
    found: dict[tuple[UUID, str], set[UUID]] = {}
    rows: list[QuerySet[Any, tuple[UUID, str, UUID]]] = [
        in_hand.exclude(claimed_by=person).values_list("review", "lane", "pk")
    ]
    for acts, record in said:
        mine = acts.filter(**{f"{record}__review__in": reviews, f"{record}__state__in": still_open})
        rows.append(mine.order_by().values_list(f"{record}__review", f"{record}__lane", record))
    for review, lane, pk in chain.from_iterable(rows):
        found.setdefault((review, lane), set()).add(pk)
    return found


def locked(records: QuerySet[ReviewRecord], *, wait: bool = False) -> QuerySet[ReviewRecord]:
    """PostgreSQL: skip what others are claiming, or wait for it. SQLite: one writer at a time already."""
    return records.select_for_update(skip_locked=not wait)
