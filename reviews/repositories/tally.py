"""The counters of a review, kept in the transaction of what they count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from reviews.models import Review, ReviewRecord, Tally


def count(record: ReviewRecord, person_id: int, *, verdicts: int, judged: int) -> None:
    """Add to what this person has done in the record's lane."""
    mine = Tally.objects.filter(review_id=record.review_id, person_id=person_id, lane=record.lane)
    if not mine.update(verdicts=F("verdicts") + verdicts, judged=F("judged") + judged):
        Tally.objects.get_or_create(review_id=record.review_id, person_id=person_id, lane=record.lane)
        mine.update(verdicts=F("verdicts") + verdicts, judged=F("judged") + judged)


def places_of(review: Review) -> int:
    """All places in the queue: the sample, the search and the controls."""
    return sum(review.places.values())


@dataclass(frozen=True, slots=True)
class Counted:
    """What the counters of a review say: judged records by lane, standing verdicts by person, and how many people have
    one on a record of the artefact.
    """

    judged: dict[str, int]
    verdicts: dict[int, int]
    annotators: int

    @property
    def all_judged(self) -> int:
        return sum(self.judged.values())


def judged_of(review: Review) -> int:
    """Judged records of all lanes together."""
    return counted_in([review])[review.pk].all_judged


def counted_in(reviews: Collection[Review]) -> dict[UUID, Counted]:
    """The counters of several reviews by their ids, in one look."""
    judged: dict[UUID, Counter[str]] = {review.pk: Counter() for review in reviews}
    said: dict[UUID, Counter[int]] = {review.pk: Counter() for review in reviews}
    people: dict[UUID, set[int]] = {review.pk: set() for review in reviews}
    rows = Tally.objects.filter(review__in=reviews)
    for review, lane, person, verdicts, number in rows.values_list("review", "lane", "person", "verdicts", "judged"):
        judged[review][lane] += number
        said[review][person] += verdicts
        if verdicts > 0 and lane != ReviewRecord.Lane.CONTROL:
            people[review].add(person)
    return {pk: Counted(dict(lanes), dict(said[pk]), len(people[pk])) for pk, lanes in judged.items()}
