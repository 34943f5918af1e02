"""adjudicate: a second person settles every leak flag."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from reviews.acceptance import Outcome
from reviews.judgement import LONGEST_NOTE
from reviews.models import Adjudication, Review, Verdict
from reviews.progress import Progress, progress_of
from reviews.stages.sample import plan_of
from synthportal.audit import record as record_event
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.roles import Role, require
from synthportal.transitions import move

Decision = Verdict.Decision


def flags_for(person: Person, review: Review) -> QuerySet[Verdict]:
    """Leak flags that wait for a second person, other than the ones this person raised."""
    flags = Verdict.objects.filter(record__review=review, decision=Decision.LEAKAGE, undone_at__isnull=True)
    return flags.filter(adjudication__isnull=True).exclude(by=person).order_by("created_at")


def why_not_settle(person: Person, verdict: Verdict) -> list[str]:
    """Why this person cannot settle this flag; empty when they can."""
    review = verdict.record.review
    if review.status != Review.Status.OPEN:
        return [f"This review is {review.status}: its verdicts are frozen."]
    if verdict.by_id == person.pk:
        return ["A leak flag is settled by a second person, not by the one who raised it."]
    if review.run.dataset.owner_id == person.pk or review.run.requested_by_id == person.pk:
        return ["A flag on one's own dataset or run is settled by somebody else."]
    return []


def settle_flag(verdict: Verdict, *, is_leak: bool, note: str = "", by: Person) -> Adjudication:
    """Confirm or dismiss a leak flag. A review whose plan can no longer accept is rejected at once."""
    require(by, Role.STEWARD, Role.ANNOTATOR)
    with transaction.atomic():
        review = Review.objects.select_for_update().get(pk=verdict.record.review_id)
        verdict = Verdict.objects.get(pk=verdict.pk)
        if reasons := why_not_settle(by, verdict):
            raise Conflict(*reasons)
        if verdict.undone_at or verdict.decision != Decision.LEAKAGE or hasattr(verdict, "adjudication"):
            raise Conflict("This flag is settled or was taken back meanwhile.")
        settled = Adjudication.objects.create(
            verdict=verdict, flagged_by=verdict.by, by=by, is_leak=is_leak, note=note[:LONGEST_NOTE]
        )
        record_event("adjudicated", settled, by=by, record=str(verdict.record_id), is_leak=is_leak)
        reject_if_lost(review, by)
    return settled


def lock_if_leaks(review: Review) -> None:
    """Lock a review that the next verdict may reject, so that two verdicts do not wait for each other."""
    if _has_leak(review):
        Review.objects.select_for_update().filter(pk=review.pk).values_list("pk").first()


def _has_leak(review: Review) -> bool:
    confirmed = Adjudication.objects.filter(verdict__record__review=review, verdict__undone_at__isnull=True)
    return confirmed.filter(is_leak=True).exists()


def reject_if_lost(review: Review, by: Person) -> None:
    """Reject a review whose plan can no longer accept; without a confirmed leak it always can."""
    if not _has_leak(review):
        return
    found = progress_of(review)
    if found.decision.outcome is Outcome.REJECT or found.leaks_in_hunt or found.leaks > most_leaks(review, found):
        move(review, Review.Status.REJECTED, by=by, closed_at=timezone.now(), facts={"leaks": found.leaks})


def most_leaks(review: Review, found: Progress) -> int:
    """The confirmed leaks of the random lane that may still pass: those of the look that accepted, else the most that
    any look of the plan can accept.
    """
    plan = plan_of(review)
    if found.decision.outcome is not Outcome.ACCEPT:
        return plan.accept
    return max(look.accept for look in plan.looks if look.n <= found.decision.reviewed)
