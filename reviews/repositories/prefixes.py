"""What counts of a review's sample: the records that are not clean, and the completed prefix of the draw."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, Value, When
from django.utils import timezone

from reviews.engine.acceptance.waiting import Wait, WaitsFor
from reviews.models import Review, ReviewRecord, Skip, Verdict

Lane, State = ReviewRecord.Lane, ReviewRecord.State


@dataclass(frozen=True, slots=True)
class Odd:
    """The few records of a review that somebody did not find clean: by lane, their positions in the queue.

    `leaked` are confirmed by a second person, `flagged` have a flag that waits for one, `unrealistic` are judged so.
    """

    leaked: dict[str, set[int]]
    flagged: dict[str, set[int]]
    unrealistic: dict[str, set[int]]


def odd_in(reviews: Collection[Review]) -> dict[UUID, Odd]:
    """One look at the verdicts that are not clean: few, however long the queue."""
    found = {review.pk: Odd(*(_no_positions() for _ in range(3))) for review in reviews}
    not_clean = Verdict.objects.filter(
        record__review__in=reviews,
        undone_at__isnull=True,
        decision__in=[Verdict.Decision.LEAKAGE, Verdict.Decision.UNREALISTIC],
    )
    rows = not_clean.order_by().values_list(
        "record__review", "record__lane", "record__position", "record__state", "decision", "adjudication__is_leak"
    )
    for review, lane, position, state, decision, is_leak in rows:
        if decision == Verdict.Decision.LEAKAGE:
            _flags(found[review])[is_leak][lane].add(position)
        elif state == State.JUDGED:
            # A record that waits for a second person is not counted on either side yet.
            found[review].unrealistic[lane].add(position)
    return found


def _flags(odd: Odd) -> dict[bool | None, dict[str, set[int]]]:
    """Where a flag goes by what a second person said of it: None while nobody has."""
    return {None: odd.flagged, True: odd.leaked, False: _no_positions()}


def _no_positions() -> dict[str, set[int]]:
    return {lane.value: set() for lane in Lane}


@dataclass(frozen=True, slots=True)
class Prefix:
    """How many records of the random lane, in the order of the draw, are settled before the first that is still open,
    the places (from 0) of the confirmed leaks, and what that first one waits for.
    """

    completed: int
    leaks: list[int]
    wait: Wait | None


def completed_prefixes(reviews: Collection[Review], odd: Mapping[UUID, Odd]) -> dict[UUID, Prefix]:
    """By review. A confirmed leak is settled, whoever else is asked."""
    leaked = {review.pk: odd[review.pk].leaked[Lane.RANDOM] for review in reviews}
    edges = {
        pk: min(still_open) if (still_open := firsts | (odd[pk].flagged[Lane.RANDOM] - leaked[pk])) else None
        for pk, firsts in _first_open(reviews, leaked).items()
    }
    asked = {(pk, position) for pk, leaks in leaked.items() for position in leaks}
    places = _places(asked | {(pk, edge) for pk, edge in edges.items() if edge is not None})
    return {one.pk: _prefix(one, odd[one.pk], edges[one.pk], places) for one in reviews}


Place = tuple[int, WaitsFor]


def _prefix(review: Review, odd: Odd, edge: int | None, places: Mapping[tuple[UUID, int], Place]) -> Prefix:
    leaks = sorted(places[review.pk, position][0] for position in odd.leaked[Lane.RANDOM])
    if edge is None:
        return Prefix(review.places.get(Lane.RANDOM, 0), leaks, None)
    completed, waits_for = places[review.pk, edge]
    waits_for = WaitsFor.FLAG if edge in odd.flagged[Lane.RANDOM] else waits_for
    return Prefix(completed, leaks, Wait(completed + 1, edge, waits_for))


def _first_open(reviews: Collection[Review], leaked: Mapping[UUID, set[int]]) -> dict[UUID, set[int]]:
    """Where the first record of the random lane waits and where the first one is held, if any."""
    settled = Q(pk__in=[])
    for pk, positions in leaked.items():
        if positions:
            settled |= Q(review=pk, position__in=positions)
    sample = ReviewRecord.objects.filter(review=OuterRef("pk"), lane=Lane.RANDOM).exclude(settled)
    # Two questions, since each follows an index through a long queue and both in one do not.
    waiting, claimed = (
        Subquery(sample.filter(state=state).order_by("position").values("position")[:1])
        for state in (State.WAITING, State.CLAIMED)
    )
    chosen = Review.objects.filter(pk__in=[review.pk for review in reviews]).order_by()
    rows = chosen.annotate(waiting=waiting, claimed=claimed).values_list("pk", "waiting", "claimed")
    return {pk: {position for position in firsts if position is not None} for pk, *firsts in rows}


def _places(asked: Collection[tuple[UUID, int]]) -> dict[tuple[UUID, int], Place]:
    """The place (from 0) in the random lane of what stands at a position of the whole queue (from 1), and what it waits
    for if it is open.
    """
    if not asked:
        return {}
    others = ReviewRecord.objects.filter(
        review=OuterRef("review"), lane__in=[Lane.HUNT, Lane.CONTROL], position__lt=OuterRef("position")
    )
    before = Subquery(others.order_by().values("review").annotate(n=Count("pk")).values("n"))
    these = Q(pk__in=[])
    for review, position in asked:
        these |= Q(review=review, position=position)
    rows = ReviewRecord.objects.filter(these).order_by().annotate(before=before, waits_for=_waits_for())
    return {
        (review, position): (position - 1 - (number or 0), WaitsFor(waits_for))
        for review, position, number, waits_for in rows.values_list("review", "position", "before", "waits_for")
    }


def _waits_for() -> Case:
    """What a record that is open waits for."""
    skips, verdicts = (model.objects.filter(record=OuterRef("pk"), undone_at__isnull=True) for model in (Skip, Verdict))
    return Case(
        When(Q(state=State.CLAIMED, lease_until__gte=timezone.now()), then=Value(WaitsFor.HOLDER)),
        When(Exists(skips), then=Value(WaitsFor.SKIP)),
        When(Exists(verdicts), then=Value(WaitsFor.SECOND)),
        default=Value(WaitsFor.VERDICT),
    )
