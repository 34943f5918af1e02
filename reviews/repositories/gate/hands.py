"""Whose hands shaped what a release rests on: none of these people can be the second person who signs it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, Q, QuerySet, UUIDField, Value

from generation.models import Evaluation, Limits, PrivacyLimit, PrivacySpend
from generation.repositories.budget import is_private
from generation.repositories.judged.limits import number_of
from reviews.models import Adjudication, Pause, Review, TierVersion, Verdict, Waiver
from synthportal.models import Person
from synthportal.roles import Role

Hands = Mapping["Hand", frozenset[int]]
Evaluations = Mapping[UUID, Evaluation | None]
_Row = tuple[UUID, int, str, str, str, str, str]
_STEWARD = "steward"


class Hand(StrEnum):
    """What somebody did to the evidence of a run, or to the rules that it is judged by."""

    SHARED = "shared"
    EDITED = "edited"
    JUDGED = "judged"
    EXCEPTED = "excepted"
    SETTLED = "settled"
    LIFTED = "lifted"
    WAIVED = "waived"
    POLICY = "policy"
    LIMITS = "limits"
    BUDGET = "budget"


# What the person did, after "you" or "who".
WORDS = {
    Hand.SHARED: "owned this dataset with others",
    Hand.EDITED: "edited a text of these pairs",
    Hand.JUDGED: "judged records of this run",
    Hand.EXCEPTED: "let direct identifiers of this dataset stay",
    Hand.SETTLED: "settled a leak flag of this review",
    Hand.LIFTED: "lifted a pause in this review",
    Hand.WAIVED: "waived a condition of this gate",
    Hand.POLICY: "wrote the review policy that this review was opened under",
    Hand.LIMITS: "wrote the limits that this evidence was judged by",
    Hand.BUDGET: "wrote the privacy limit that this run was asked under",
}


def hands_in(reviews: Collection[Review], evaluations: Evaluations) -> dict[UUID, Hands]:
    """By review: who did what, as keys of people. `evaluations` holds the one that counts, by review.

    The queries do not grow with the number of reviews.
    """
    return _sorted(reviews, evaluations, _rows(reviews))


@dataclass(frozen=True, slots=True)
class Involved:
    """Of one review: who did what, the people by their keys, and all stewards there are."""

    hands: Hands
    people: Mapping[int, Person]
    stewards: Sequence[Person]


def involved_in(review: Review, evaluation: Evaluation | None) -> Involved:
    """The same of one review, with names, in one query as long as whoever wrote its rules is still a steward."""
    signing = Person.objects.filter(groups__name=Role.STEWARD.value, is_active=True)
    no_review = signing.annotate(_review=Value(None, output_field=UUIDField()))
    rows = list(_rows([review], _named(no_review, _STEWARD, "_review", "")))
    hands = _sorted([review], {review.pk: evaluation}, (row for row in rows if row[2] != _STEWARD))[review.pk]
    names = {row[1]: Person(pk=row[1], first_name=row[4], last_name=row[5], username=row[6]) for row in rows}
    keys = {key for found in hands.values() for key in found}
    names |= Person.objects.in_bulk(keys - names.keys()) if keys - names.keys() else {}
    stewards = sorted((names[row[1]] for row in rows if row[2] == _STEWARD), key=lambda one: one.display_name)
    return Involved(hands, {key: names[key] for key in sorted(keys)}, stewards)


def _sorted(reviews: Collection[Review], evaluations: Evaluations, rows: Iterable[_Row]) -> dict[UUID, Hands]:
    found: dict[UUID, dict[Hand, set[int]]] = {review.pk: {hand: set() for hand in Hand} for review in reviews}
    for review, person, hand, digest, *_ in rows:
        counting = evaluations.get(review)
        if hand != Hand.WAIVED or (counting and counting.digest == digest):
            found[review][Hand(hand)].add(person)
    of_rules = (_authors_of_policies(reviews), _authors_of_limits(evaluations), _authors_of_budgets(reviews))
    for by_rule, review, person in chain(*of_rules):
        found[review][by_rule].add(person)
    return {pk: {hand: frozenset(people) for hand, people in hands.items()} for pk, hands in found.items()}


def _rows(reviews: Collection[Review], *more: QuerySet[Any, _Row]) -> Iterator[_Row]:
    """Who laid hands on the evidence itself, in one query. A waiver comes with the evidence it was made for."""
    ids = [review.pk for review in reviews]
    shared = Review.objects.filter(pk__in=ids, run__dataset__co_owners__isnull=False)
    granted = Review.objects.filter(pk__in=ids, run__dataset__exceptions__is_granted=True)
    edits = "run__dataset__pair_source__run__review__records__edits"
    edited = Review.objects.filter(pk__in=ids, **{f"{edits}__isnull": False})
    settled = Adjudication.objects.filter(verdict__record__review__in=ids)
    queries = (
        _named(Verdict.objects.filter(record__review__in=ids), Hand.JUDGED, "record__review", "by"),
        _named(shared, Hand.SHARED, "pk", "run__dataset__co_owners__person"),
        _named(edited, Hand.EDITED, "pk", f"{edits}__by"),
        _named(granted, Hand.EXCEPTED, "pk", "run__dataset__exceptions__by"),
        _named(settled, Hand.SETTLED, "verdict__record__review", "by"),
        _named(Pause.objects.filter(review__in=ids, lifted_by__isnull=False), Hand.LIFTED, "review", "lifted_by"),
        _named(Waiver.objects.filter(run__review__in=ids), Hand.WAIVED, "run__review", "by", "evaluation_digest"),
    )
    yield from queries[0].union(*queries[1:], *more)


def _named(rows: QuerySet[Any], hand: str, review: str, person: str, digest: str = "") -> QuerySet[Any, _Row]:
    """(review, person, hand, digest, names) of rows, without an order of their own: a union has none."""
    of = F(digest) if digest else Value("", output_field=CharField())
    named = rows.order_by().annotate(_hand=Value(str(hand), output_field=CharField()), _digest=of)
    way = f"{person}__" if person else ""
    names = (f"{way}{name}" for name in ("first_name", "last_name", "username"))
    found: QuerySet[Any, _Row] = named.values_list(review, person or "pk", "_hand", "_digest", *names)
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


def _authors_of_limits(evaluations: Evaluations) -> Iterator[tuple[Hand, UUID, int]]:
    """Shipped limits have no author."""
    changed = {review: one for review, one in evaluations.items() if one and number_of(one) > 1}
    if not changed:
        return
    rows = Limits.objects.filter(version__in={number_of(one) for one in changed.values()}).order_by()
    by = {(purpose, version): author for purpose, version, author in rows.values_list("purpose", "version", "by_id")}
    for review, one in changed.items():
        if author := by.get((one.run.dataset.purpose, number_of(one))):
            yield Hand.LIMITS, review, author


def _authors_of_budgets(reviews: Collection[Review]) -> Iterator[tuple[Hand, UUID, int]]:
    """Who wrote the limit that a run with differential privacy was paid under; the shipped limit has no author."""
    private = {one.run_id: one.pk for one in reviews if is_private(one.run.synthesizer)}
    if not private:
        return
    spends = PrivacySpend.objects.filter(run__in=private).order_by().values_list("run", "source", "limit")
    rows = PrivacyLimit.objects.filter(decision__holds=True, source__in={source for _, source, _ in spends}).order_by()
    wrote = list(rows.values_list("source", "epsilon", "by"))
    for run, source, limit in spends:
        yield from ((Hand.BUDGET, private[run], by) for of, epsilon, by in wrote if (of, epsilon) == (source, limit))
