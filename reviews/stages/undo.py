"""undo: take back one's last verdict or skip, or any skip of one's own; what was taken back stays in the history."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from reviews.models import Adjudication, Review, ReviewRecord, Skip, Verdict
from reviews.repositories import tally
from reviews.repositories.queue import PAUSED, pause_of
from reviews.repositories.samples import told_reasons
from reviews.stages.pause import put_back
from reviews.stages.review import State, hold_again, one_claim_at_a_time, require_desk
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.trail.audit import record as record_event


def last_verdict(review: Review, person: Person) -> Verdict | None:
    """The newest standing verdict of a person in a review."""
    mine = Verdict.objects.filter(record__review=review, by=person, undone_at__isnull=True)
    return mine.select_related("record").order_by("-created_at").first()


def last_skip(review: Review, person: Person) -> Skip | None:
    """The newest skip of a person in a review that was not taken back."""
    mine = Skip.objects.filter(record__review=review, by=person, undone_at__isnull=True)
    return mine.select_related("record").order_by("-created_at").first()


def last_action(review: Review, person: Person) -> Verdict | Skip | None:
    """What Undo takes back: the newest standing verdict or skip of a person in a review."""
    return later_of(last_verdict(review, person), last_skip(review, person))


def later_of(verdict: Verdict | None, skip: Skip | None) -> Verdict | Skip | None:
    """The one that was said later, if there is one."""
    both = [action for action in (verdict, skip) if action is not None]
    return max(both, key=lambda action: action.created_at, default=None)


def undo_verdict(review: Review, *, by: Person) -> ReviewRecord:
    """Take back one's last verdict or skip and hold its record again.

    When somebody else is judging that record just now, they keep it and it comes back later; one that others have
    judged since it was skipped stays judged. `where_it_is` says which.
    """
    require_desk(review, by)
    with transaction.atomic():
        one_claim_at_a_time(by)
        action = last_action(review, by)
        if action is None:
            raise Conflict("There is nothing to undo: you have no verdict in this review.")
        _take_back(action, by)
    return ReviewRecord.objects.get(pk=action.record_id)


def take_back_skip(record: ReviewRecord, *, by: Person) -> ReviewRecord:
    """Take back one's own skip of this record, whatever one has said since, and hold the record again, as Undo does."""
    nothing = "There is nothing to take back: no skip of yours stands on this record."
    return _open_again(record, Skip.objects.all(), nothing, by)


def judge_again(record: ReviewRecord, *, by: Person) -> ReviewRecord:
    """Take back one's own verdict on a record that the search named, whatever one has said since, and hold the record
    again. Only on these: the search's records stand beside each other, where one that looked clean may look otherwise.
    """
    named = Verdict.objects.all() if told_reasons(record) else Verdict.objects.none()
    nothing = "There is nothing to judge again: no verdict of yours stands on a record the search named."
    return _open_again(record, named, nothing, by)


def _open_again(
    record: ReviewRecord, actions: QuerySet[Verdict] | QuerySet[Skip], nothing: str, by: Person
) -> ReviewRecord:
    """Take back what a person said of this record among these, and hold it again; Conflict with `nothing` for none."""
    require_desk(record.review, by)
    if pause_of(by, record.review):
        raise Conflict(PAUSED)
    with transaction.atomic():
        one_claim_at_a_time(by)
        action = actions.filter(record=record, by=by, undone_at__isnull=True).first()
        if action is None:
            raise Conflict(nothing)
        _take_back(action, by)
    return ReviewRecord.objects.get(pk=record.pk)


def _take_back(action: Verdict | Skip, person: Person) -> None:
    """A verdict opens its record again; a skip does not open what others have judged since."""
    record = ReviewRecord.objects.select_related("review").select_for_update(of=("self",)).get(pk=action.record_id)
    require_desk(record.review, person)  # as it is now: it may have been closed since it was read
    if isinstance(action, Verdict) and Adjudication.objects.filter(verdict_id=action.pk).exists():
        raise Conflict("This verdict was settled by a second person and cannot be undone.")
    action.undone_at = timezone.now()
    action.save(update_fields=["undone_at"])
    opens = isinstance(action, Verdict) and record.state == State.JUDGED
    if opens or record.state != State.JUDGED:
        put_back(record.review, person)
        hold_again(record, person)
    tally.count(record, person.pk, verdicts=-isinstance(action, Verdict), judged=-opens)
    record_event("undone", action, by=person, record=str(action.record_id))


def where_it_is(record: ReviewRecord, person: Person) -> str:
    """Where a record is after what was said of it was taken back, in words."""
    if record.claimed_by_id == person.pk:
        return "is yours again"
    if record.state == State.JUDGED:
        return "was judged by somebody else meanwhile"
    return "is with somebody else and comes back later"
