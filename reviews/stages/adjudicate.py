"""adjudicate: a second person looks at every leak flag, blind first, and settles it."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from generation.permissions import has_owned
from reviews.engine.reading.judgement import LONGEST_NOTE, Judgement
from reviews.models import Adjudication, Review, SecondLook, Verdict
from reviews.permissions import has_edited
from reviews.repositories.progress import confirmed_leaks, progress_of, standing
from reviews.repositories.queue import PAUSED, pause_of
from reviews.repositories.samples import faults_of
from synthportal.errors import Conflict, DomainError
from synthportal.models import Person
from synthportal.roles import Role, has_role, require
from synthportal.trail.audit import record as record_event
from synthportal.transitions import move

Decision = Verdict.Decision
UNFOUNDED = (
    "Nothing was settled: a confirmed leak needs a note (note) that says what in the record could only come from a "
    "real one."
)
WHAT_A_LEAK_DOES = (
    "Confirming closes this review for good: the run is rejected, no record of it can be released, and there is no "
    "second review of these bytes."
)


def flags_for(person: Person, review: Review) -> QuerySet[Verdict]:
    """Leak flags that wait for this person: on records that they have not judged themselves, and that nobody else has
    begun to look at; a steward may also settle what another person has looked at. A flag on a control waits and is
    settled like any other: who could tell it apart would know which records are none of the artefact's.
    """
    return _flags_in(person, [review])


def flags_in(person: Person, reviews: Collection[Review]) -> dict[UUID, int]:
    """How many leak flags of each review wait for this person, in one query."""
    counted = _flags_in(person, reviews).order_by().values("record__review").annotate(n=Count("pk"))
    return {review.pk: 0 for review in reviews} | dict(counted.values_list("record__review", "n"))


def _flags_in(person: Person, reviews: Collection[Review]) -> QuerySet[Verdict]:
    flags = Verdict.objects.filter(record__review__in=reviews, decision=Decision.LEAKAGE, undone_at__isnull=True)
    open_flags = flags.filter(adjudication__isnull=True)
    judged = Verdict.objects.filter(record=OuterRef("record"), by=person, undone_at__isnull=True)
    mine = open_flags.exclude(Exists(judged)).order_by("created_at")
    if has_role(person, Role.STEWARD):
        return mine
    return mine.filter(Q(second_look__isnull=True) | Q(second_look__by=person))


def why_not_settle(person: Person, verdict: Verdict) -> list[str]:
    """Why this person cannot look at this flag and settle it; empty when they can."""
    review = verdict.record.review
    if review.status != Review.Status.OPEN:
        return [f"This review is {review.status}: its verdicts are frozen."]
    if verdict.by_id == person.pk:
        return ["A leak flag is settled by a second person, not by the one who raised it."]
    if review.run.requested_by_id == person.pk or has_owned(person, review.run.dataset):
        return ["A flag on one's own dataset or run is settled by somebody else."]
    if has_edited(person, review.run.dataset):
        return ["A flag on pairs of one's own edits is settled by somebody else."]
    if standing(verdict.record).filter(by=person).exists():
        return ["You have judged this record yourself: its flag is settled by somebody who has not."]
    return [PAUSED] if pause_of(person, review) else []


def look_again(verdict: Verdict, judgement: Judgement, *, by: Person) -> SecondLook:
    """What a second person says of a flagged record before seeing what the first one said. It is never changed."""
    require(by, Role.STEWARD, Role.ANNOTATOR)
    if faults := faults_of(judgement, verdict.record.review):
        raise Conflict(*faults)
    with transaction.atomic():
        verdict = _open_flag(verdict, by)
        if earlier := SecondLook.objects.filter(verdict=verdict).first():
            return _same_look(earlier, by)
        look = SecondLook.objects.create(
            verdict=verdict, by=by, decision=judgement.decision, reasons=sorted(set(judgement.reasons))
        )
        record_event("second look", look, by=by, **verdict.record.place, decision=judgement.decision)
    return look


def _same_look(earlier: SecondLook, person: Person) -> SecondLook:
    if earlier.by_id == person.pk:
        return earlier
    raise Conflict("Somebody else has begun to settle this flag. Go on with the next one.")


def _open_flag(verdict: Verdict, person: Person) -> Verdict:
    """The flag, still open and for this person, with its review locked."""
    Review.objects.select_for_update().filter(pk=verdict.record.review_id).values_list("pk").first()
    verdict = Verdict.objects.select_related("record__review__run__dataset").get(pk=verdict.pk)
    if reasons := why_not_settle(person, verdict):
        raise Conflict(*reasons)
    if verdict.undone_at or verdict.decision != Decision.LEAKAGE or hasattr(verdict, "adjudication"):
        raise Conflict("This flag is settled or was taken back meanwhile.")
    return verdict


def settle_flag(verdict: Verdict, *, is_leak: bool, note: str = "", by: Person) -> Adjudication:
    """Confirm or dismiss a leak flag, after a second look: one's own, or for a steward anybody's. Every other open flag
    on the record is settled with it. A confirmed leak rejects the review at once.

    A leak is confirmed with a note; without one a DomainError is raised, which answers 400.
    """
    require(by, Role.STEWARD, Role.ANNOTATOR)
    with transaction.atomic():
        verdict = _open_flag(verdict, by)
        look = SecondLook.objects.filter(verdict=verdict).first()
        if look is None or (look.by_id != by.pk and not has_role(by, Role.STEWARD)):
            raise Conflict("Look at the record yourself first: say what you see before you read what was said of it.")
        if is_leak and not note.strip():
            raise DomainError(UNFOUNDED)
        settled = _settled(verdict, is_leak, note, by)
        for other in _other_flags(verdict):
            _settled(other, is_leak, note, by)
        reject_if_leaked(verdict.record.review, by)
    return settled


def _other_flags(verdict: Verdict) -> QuerySet[Verdict]:
    flags = standing(verdict.record).filter(decision=Decision.LEAKAGE, adjudication__isnull=True)
    return flags.exclude(pk=verdict.pk)


def _settled(verdict: Verdict, is_leak: bool, note: str, by: Person) -> Adjudication:
    settled = Adjudication.objects.create(
        verdict=verdict, flagged_by=verdict.by, by=by, is_leak=is_leak, note=note[:LONGEST_NOTE]
    )
    record_event("adjudicated", settled, by=by, **verdict.record.place, is_leak=is_leak)
    return settled


def lock_if_leaks(review: Review) -> bool:
    """Lock a review that the next verdict may reject, so that two verdicts do not wait for each other; whether it may.
    A leak that is confirmed later rejects the review itself.
    """
    if is_leaked := confirmed_leaks(review).exists():
        Review.objects.select_for_update().filter(pk=review.pk).values_list("pk").first()
    return is_leaked


def reject_if_leaked(review: Review, by: Person) -> None:
    """Reject a review in which a leak is confirmed, in either lane: nobody releases a record that is known to leak."""
    if confirmed_leaks(review).exists():
        found = progress_of(review)
        move(review, Review.Status.REJECTED, by=by, closed_at=timezone.now(), facts={"leaks": found.leaks})
