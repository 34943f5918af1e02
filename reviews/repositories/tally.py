"""The counters of a review, kept in the transaction of what they count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from reviews.models import Review, ReviewRecord, Tally
from synthportal.models import Person


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
    """What the counters of a review say: judged records by lane, and standing verdicts by person and lane."""

    judged: dict[str, int]
    given: dict[tuple[int, str], int]

    @property
    def all_judged(self) -> int:
        return sum(self.judged.values())

    @property
    def annotators(self) -> int:
        """How many people have a standing verdict on a record of the artefact."""
        return len({person for (person, lane), n in self.given.items() if n > 0 and lane != ReviewRecord.Lane.CONTROL})

    def given_by(self, person: Person) -> int:
        """Standing verdicts of one person."""
        return sum(n for (one, _), n in self.given.items() if one == person.pk)


def judged_of(review: Review) -> int:
    """Judged records of all lanes together."""
    return counters_of(review).all_judged


def counters_of(review: Review) -> Counted:
    """The counters of one review."""
    return counted_in([review])[review.pk]


def counted_in(reviews: Collection[Review]) -> dict[UUID, Counted]:
    """The counters of several reviews by their ids, in one look."""
    judged: dict[UUID, Counter[str]] = {review.pk: Counter() for review in reviews}
    given: dict[UUID, Counter[tuple[int, str]]] = {review.pk: Counter() for review in reviews}
    for row in _rows(reviews):
        judged[row.review_id][row.lane] += row.judged
        given[row.review_id][row.person_id, row.lane] += row.verdicts
    return {pk: Counted(dict(lanes), dict(given[pk])) for pk, lanes in judged.items()}


def _rows(reviews: Collection[Review]) -> Iterable[Tally]:
    if all("tallies" in getattr(one, "_prefetched_objects_cache", {}) for one in reviews):
        return [row for one in reviews for row in one.tallies.all()]
    return Tally.objects.filter(review__in=reviews)
