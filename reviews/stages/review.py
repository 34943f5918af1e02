"""review: claim a record, hold it, see it, judge or skip it. What takes it back is in undo.py."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from reviews.engine.reading.judgement import LONGEST_NOTE, Judgement
from reviews.engine.reading.pace import MOST_SECONDS, SEVERAL, is_too_quick, least_seconds
from reviews.models import Review, ReviewRecord, Skip, Verdict
from reviews.repositories import tally
from reviews.repositories.progress import standing
from reviews.repositories.queue import PAUSED, free_for, held_by, locked, pause_of, reserved_for, why_not_at_desk
from reviews.repositories.samples import content_of, faults_of, told_reasons
from reviews.stages.adjudicate import lock_if_leaks, reject_if_leaked
from reviews.stages.pause import pause_if_missing
from synthportal.errors import Conflict, NotPermitted
from synthportal.models import Person
from synthportal.roles import Role, require
from synthportal.trail.audit import record as record_event

State, Decision = ReviewRecord.State, Verdict.Decision
RESERVE_SECONDS = 120
NOTHING_ELSE_KNOWN = "Chosen for the sample; nothing else is known."


def claim_record(review: Review, *, by: Person) -> ReviewRecord | None:
    """The next record for this person, held for CLAIM_SECONDS: the one they hold, else the one reserved for them, else
    the first that is free. None when none waits for them, or while they are paused.

    Two people never hold the same record at once, and nobody gets a record they have judged or skipped.
    """
    require_desk(review, by)
    now = timezone.now()
    with transaction.atomic():
        one_claim_at_a_time(by)
        mine = locked(held_by(by, review), wait=True).first()
        found = mine or _next(review, by, now)
        if found is None:
            return None
        found.lease_until = _lease(now)
        if mine is None:
            found.token += 0 if found.claimed_by_id == by.pk else 1
            found.state, found.claimed_by, found.claimed_at = State.CLAIMED, by, now
        found.save(update_fields=["state", "claimed_by", "claimed_at", "lease_until", "token"])
    return found


def reserve_next(review: Review, *, by: Person) -> ReviewRecord | None:
    """Set the record after the held one aside for this person, so that it can be shown without waiting.

    It stays "waiting" in every count and carries the token its claim will have. Nobody else gets it for
    RESERVE_SECONDS; asking again starts them anew, and so does `hold_record`. None when no further record waits.
    """
    require_desk(review, by)
    now = timezone.now()
    with transaction.atomic():
        one_claim_at_a_time(by)
        found = _next(review, by, now, but_not=list(held_by(by, review).values_list("pk", flat=True)))
        if found is None:
            return None
        found.token += 0 if found.claimed_by_id == by.pk and found.state == State.WAITING else 1
        found.state, found.claimed_by = State.WAITING, by
        found.lease_until = now + timedelta(seconds=RESERVE_SECONDS)
        found.save(update_fields=["state", "claimed_by", "lease_until", "token"])
    return found


def _next(review: Review, person: Person, now: datetime, but_not: Collection[UUID] = ()) -> ReviewRecord | None:
    """What is reserved for this person, else what others let go, else the first that waits; locked."""
    for place, records in enumerate(free_for(person, review, now)):
        # What is reserved for this person is nobody else's: worth waiting for.
        if found := locked(records.exclude(pk__in=but_not), wait=place == 0).first():
            return found
    return None


def one_claim_at_a_time(person: Person) -> None:
    """Two tabs of one person claim one after the other, so that both show the same record."""
    Person.objects.select_for_update(no_key=True).filter(pk=person.pk).values_list("pk").first()


def _lease(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.CLAIM_SECONDS)


def require_desk(review: Review, person: Person) -> None:
    """Raise in words unless this person has a place at the desk of this review, paused or not."""
    require(person, Role.ANNOTATOR)
    if reasons := why_not_at_desk(person, review):
        raise (Conflict if review.status != Review.Status.OPEN else NotPermitted)(*reasons)


def hold_record(record: ReviewRecord, *, token: int, by: Person) -> datetime:
    """Hold a record for longer, and what is reserved for this person with it; until when. Also after the hold ran out,
    as long as nobody else has the record: then it raises Conflict, in words.
    """
    now = timezone.now()
    with transaction.atomic():
        record = _still_held(_locked_record(record), token, by)
        ReviewRecord.objects.filter(pk=record.pk).update(lease_until=_lease(now))
        reserved_for(by, record.review, now).update(lease_until=now + timedelta(seconds=RESERVE_SECONDS))
    return _lease(now)


def require_holder(record: ReviewRecord, person: Person) -> None:
    """Raise in words unless this person holds the record now: nobody else reads what is in it."""
    require_desk(record.review, person)
    if record.state != State.CLAIMED or record.claimed_by_id != person.pk:
        raise Conflict("You do not hold this record any more. Go back to the desk.")


def _locked_record(record: ReviewRecord) -> ReviewRecord:
    """The record and its review as they are now, the record nobody else's until the transaction ends. The run stays as
    it was read: what the desk needs of it never changes.
    """
    now = ReviewRecord.objects.select_related("review").select_for_update(of=("self",)).get(pk=record.pk)
    now.review.run = record.review.run
    return now


def _still_held(record: ReviewRecord, token: int, person: Person) -> ReviewRecord:
    """The locked record, if this person still has it with this token; else Conflict in words."""
    require_desk(record.review, person)
    if pause_of(person, record.review):
        raise Conflict(PAUSED)
    if record.claimed_by_id != person.pk or record.token != token:
        raise Conflict(
            "Your hold on this record ran out and it went to somebody else, so this was not saved. "
            "Nothing else is lost: go on with the next record."
        )
    return record


def judge_record(record: ReviewRecord, judgement: Judgement, *, token: int, by: Person) -> Verdict:
    """Save a verdict on a record this person holds with this token. The same verdict sent twice is saved once.

    Raises Conflict, in words, when the hold ran out and somebody else has the record, or the review has closed.
    """
    if faults := faults_of(judgement, record.review):
        raise Conflict(*faults)
    with transaction.atomic():
        record = _locked_record(record)
        said = list(standing(record))
        if again := next((one for one in said if one.by_id == by.pk), None):
            return _same_or_conflict(again, judgement)
        record = _still_held(record, token, by)
        if too_quick := _too_quick(record, by):
            record_event("too quick", record.review, by=by, record=str(record.pk), **too_quick)
        else:
            return _saved(record, judgement, by, is_last=len(said) + 1 >= record.needed)
    # After the transaction: the refusal must not take back that the verdict came.
    raise Conflict(
        f"This was not saved: it came after {max(too_quick['seconds'], 0.1):.1f} s, "
        f"and nobody reads this record in less than {too_quick['least']:.1f} s. "
        "Read it, then judge it. Stewards see how often this happens."
    )


def _saved(record: ReviewRecord, judgement: Judgement, person: Person, *, is_last: bool) -> Verdict:
    is_leaked = lock_if_leaks(record.review)
    verdict = Verdict.objects.create(
        record=record,
        by=person,
        decision=judgement.decision,
        reasons=sorted(set(judgement.reasons)),
        fields=sorted(set(judgement.fields)),
        note=judgement.note,
        seconds=_seconds_held(record),
    )
    _give_back(record, is_judged=is_last)
    tally.count(record, person.pk, verdicts=1, judged=int(is_last))
    record_event("judged", verdict, by=person, **record.place, decision=judgement.decision)
    pause_if_missing(record.review, person)
    if is_leaked:
        reject_if_leaked(record.review, person)
    return verdict


def _too_quick(record: ReviewRecord, person: Person) -> dict[str, float]:
    """The seconds that a record was held and that it takes to read it, where its verdict comes sooner than that; else
    empty. Such a verdict never counts, so no estimate has to ignore it; stewards see how often it came.
    """
    held, speed = _seconds_held(record), record.review.policy.get("reading_speed", 0)
    if not speed or held >= MOST_SECONDS:
        return {}
    least = least_seconds(content_of(record), speed)
    if held >= least or not is_too_quick(held, least, _seconds_since(record.review, person)):
        return {}
    return {"seconds": round(held, 1), "least": round(least, 1)}


def _seconds_since(review: Review, person: Person) -> list[float]:
    """How long ago this person's last few verdicts in the review were, the newest first."""
    mine, now = Verdict.objects.filter(record__review=review, by=person), timezone.now()
    last = mine.order_by("-created_at").values_list("created_at", flat=True)[:SEVERAL]
    return [(now - at).total_seconds() for at in last]


def _same_or_conflict(verdict: Verdict, judgement: Judgement) -> Verdict:
    if verdict.decision == judgement.decision and verdict.reasons == sorted(set(judgement.reasons)):
        return verdict
    raise Conflict("You have judged this record already. Undo that verdict first to change it.")


def _seconds_held(record: ReviewRecord) -> float:
    return max(0.0, (timezone.now() - record.claimed_at).total_seconds()) if record.claimed_at else 0.0


def _give_back(record: ReviewRecord, *, is_judged: bool) -> None:
    """Judged when as many people as it needs have said so, else it waits for the next one."""
    state = State.JUDGED if is_judged else State.WAITING
    ReviewRecord.objects.filter(pk=record.pk).update(state=state, claimed_by=None, claimed_at=None, lease_until=None)


def skip_record(record: ReviewRecord, reason: str, *, note: str = "", token: int, by: Person) -> Skip:
    """Pass a held record on to others, with a reason. It never counts as judged, and this person does not get it again
    unless they undo the skip.
    """
    if reason not in Skip.Reason.values:
        raise Conflict("Say why you skip this record: choose a reason.")
    if len(note) > LONGEST_NOTE:
        raise Conflict(f"A note has at most {LONGEST_NOTE:,} characters.")
    with transaction.atomic():
        if again := Skip.objects.filter(record=record, by=by, undone_at__isnull=True).first():
            return again
        record = _still_held(_locked_record(record), token, by)
        skip = Skip.objects.create(record=record, by=by, reason=reason, note=note)
        _give_back(record, is_judged=standing(record).count() >= record.needed)
        record_event("skipped", skip, by=by, **record.place, reason=reason)
    return skip


def hold_again(record: ReviewRecord, person: Person) -> None:
    """Give a locked record back to who took back what they had said of it, unless somebody else holds it now."""
    now = timezone.now()
    if record.claimed_by_id not in {None, person.pk} and record.lease_until and record.lease_until >= now:
        return
    ReviewRecord.objects.filter(pk=record.pk).update(
        state=State.CLAIMED, claimed_by=person, token=F("token") + 1, claimed_at=now, lease_until=_lease(now)
    )


def ask_why(record: ReviewRecord, *, by: Person) -> list[str]:
    """Why a record is here, in words, for who holds it or has judged it; the question is recorded.

    Only the search names reasons: everything else answers the same sentence.
    """
    require_desk(record.review, by)
    held = ReviewRecord.objects.filter(pk=record.pk, claimed_by=by).exists()
    if not held and not record.verdicts.filter(by=by).exists():
        raise Conflict("You can ask this of a record that you hold or have judged.")
    with transaction.atomic():
        record_event("asked_why", record, by=by)
    return told_reasons(record) or [NOTHING_ELSE_KNOWN]
