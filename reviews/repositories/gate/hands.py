"""Whose hands shaped what a release rests on: none of these people can be the second person who signs it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, Q, QuerySet, Value

from generation.models import Evaluation, Limits
from generation.repositories.judged.limits import number_of
from reviews.models import Adjudication, Pause, Review, TierVersion, Verdict, Waiver

Hands = Mapping["Hand", frozenset[int]]
_Row = tuple[UUID, int, str, str]


class Hand(StrEnum):
    """What somebody did to the evidence of a run, or to the rules that it is judged by."""

    JUDGED = "judged"
    EXCEPTED = "excepted"
    SETTLED = "settled"
    LIFTED = "lifted"
    WAIVED = "waived"
    POLICY = "policy"
    LIMITS = "limits"


# What the person did, after "you" or "who".
WORDS = {
    Hand.JUDGED: "judged records of this run",
    Hand.EXCEPTED: "let direct identifiers of this dataset stay",
    Hand.SETTLED: "settled a leak flag of this review",
    Hand.LIFTED: "lifted a pause in this review",
    Hand.WAIVED: "waived a condition of this gate",
    Hand.POLICY: "wrote the review policy that this review was opened under",
    Hand.LIMITS: "wrote the limits that this evidence was judged by",
}


def hands_in(reviews: Collection[Review], evaluations: Mapping[UUID, Evaluation | None]) -> dict[UUID, Hands]:
    """By review: who did what, as keys of people. `evaluations` holds the one that counts, by review.

    The queries do not grow with the number of reviews.
    """
    found: dict[UUID, dict[Hand, set[int]]] = {review.pk: {hand: set() for hand in Hand} for review in reviews}
    for review, person, hand, digest in _rows(reviews):
        counting = evaluations.get(review)
        if hand != Hand.WAIVED or (counting and counting.digest == digest):
            found[review][Hand(hand)].add(person)
    for hand, review, person in [*_authors_of_policies(reviews), *_authors_of_limits(evaluations)]:
        found[review][hand].add(person)
    return {pk: {hand: frozenset(people) for hand, people in hands.items()} for pk, hands in found.items()}


def _rows(reviews: Collection[Review]) -> Iterator[_Row]:
    """Who laid hands on the evidence itself, in one query. A waiver comes with the evidence it was made for."""
    ids = [review.pk for review in reviews]
    mine = Review.objects.filter(pk__in=ids)
    granted = mine.filter(run__dataset__exceptions__is_granted=True)
    queries = (
        _named(Verdict.objects.filter(record__review__in=ids), Hand.JUDGED, "record__review", "by"),
        _named(granted, Hand.EXCEPTED, "pk", "run__dataset__exceptions__by"),
        _named(
            Adjudication.objects.filter(verdict__record__review__in=ids), Hand.SETTLED, "verdict__record__review", "by"
        ),
        _named(Pause.objects.filter(review__in=ids, lifted_by__isnull=False), Hand.LIFTED, "review", "lifted_by"),
        _named(Waiver.objects.filter(run__review__in=ids), Hand.WAIVED, "run__review", "by", "evaluation_digest"),
    )
    yield from queries[0].union(*queries[1:])


def _named(rows: QuerySet[Any], hand: Hand, review: str, person: str, digest: str = "") -> QuerySet[Any, _Row]:
    """(review, person, hand, digest) of rows, without an order of their own: a union has none."""
    of = F(digest) if digest else Value("", output_field=CharField())
    named = rows.order_by().annotate(_hand=Value(str(hand), output_field=CharField()), _digest=of)
    found: QuerySet[Any, _Row] = named.values_list(review, person, "_hand", "_digest")
    return found


def _authors_of_policies(reviews: Collection[Review]) -> Iterator[tuple[Hand, UUID, int]]:
    """A shipped policy has no author."""
    changed = [review for review in reviews if review.policy["version"] > 1]
    wanted = [Q(tier=one.policy["name"], version=one.policy["version"]) for one in changed]
    if not wanted:
        return
    rows = TierVersion.objects.filter(Q(*wanted, _connector=Q.OR)).order_by()
    by = {(tier, version): author for tier, version, author in rows.values_list("tier", "version", "by_id")}
    for one in changed:
        if author := by.get((one.policy["name"], one.policy["version"])):
            yield Hand.POLICY, one.pk, author


def _authors_of_limits(evaluations: Mapping[UUID, Evaluation | None]) -> Iterator[tuple[Hand, UUID, int]]:
    """Shipped limits have no author."""
    changed = {review: one for review, one in evaluations.items() if one and number_of(one) > 1}
    if not changed:
        return
    rows = Limits.objects.filter(version__in={number_of(one) for one in changed.values()}).order_by()
    by = {(purpose, version): author for purpose, version, author in rows.values_list("purpose", "version", "by_id")}
    for review, one in changed.items():
        if author := by.get((one.run.dataset.purpose, number_of(one))):
            yield Hand.LIMITS, review, author
