"""The counters of a review, kept in the transaction of what they count."""

from __future__ import annotations

from django.db.models import F, Sum

from reviews.models import Review, ReviewRecord, Tally


def count(record: ReviewRecord, person_id: int, *, verdicts: int, judged: int) -> None:
    """Add to what this person has done in the record's lane."""
    mine = Tally.objects.filter(review_id=record.review_id, person_id=person_id, lane=record.lane)
    if not mine.update(verdicts=F("verdicts") + verdicts, judged=F("judged") + judged):
        Tally.objects.get_or_create(review_id=record.review_id, person_id=person_id, lane=record.lane)
        mine.update(verdicts=F("verdicts") + verdicts, judged=F("judged") + judged)


def judged_in(review: Review) -> dict[str, int]:
    """Judged records by lane."""
    return {row["lane"]: row["n"] for row in review.tallies.values("lane").annotate(n=Sum("judged")).order_by()}


def places_of(review: Review) -> int:
    """All places in the queue: the sample, the search and the controls."""
    return sum(review.places.values())


def annotators_of(review: Review) -> int:
    """People with a standing verdict on a record of the artefact."""
    at_work = review.tallies.filter(verdicts__gt=0).exclude(lane=ReviewRecord.Lane.CONTROL)
    return at_work.values("person").distinct().count()
