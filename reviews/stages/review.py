"""review: claim a record, see it, judge it, undo; a second person settles every leak flag."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from reviews.acceptance import Outcome
from reviews.models import Adjudication, Review, ReviewRecord, Verdict
from reviews.permissions import desk_reviews_for
from reviews.progress import progress_of, standing
from synthportal.audit import record as record_event
from synthportal.errors import Conflict, NotPermitted
from synthportal.models import Person
from synthportal.roles import Role, require
from synthportal.storage.vault import open_value
from synthportal.transitions import move

State, Decision = ReviewRecord.State, Verdict.Decision

REASONS: dict[str, dict[str, str]] = {
    Decision.LEAKAGE: {
        "direct_identifier": "direct identifier",
        "near_copy": "near copy of a real record",
        "memorised_text": "memorised text",
        "rare_combination": "rare combination",
        "secret": "password or key",
    },
    Decision.UNREALISTIC: {
        "impossible_combination": "impossible combination",
        "broken_format": "broken format",
        "wrong_order": "wrong order in time",
        "implausible_value": "implausible value",
        "nonsense_text": "nonsense text",
        "too_generic": "too generic",
    },
    Decision.CLEAN: {},
}
LONGEST_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an annotator says of a record: the decision, its reasons, the marked columns and a note."""

    decision: str
    reasons: Sequence[str] = ()
    fields: Sequence[int] = ()
    note: str = ""

    def faults(self) -> list[str]:
        """What is missing or unknown, as sentences."""
        if self.decision not in REASONS:
            return ["A verdict is clean, leakage or unrealistic."]
        known = REASONS[self.decision]
        found = []
        if known and not self.reasons:
            found.append(f"Say why it is {self.decision}: choose at least one reason.")
        if set(self.reasons) - set(known):
            found.append(f"Reasons for {self.decision} are: {', '.join(known) or 'none'}.")
        if len(self.note) > LONGEST_NOTE:
            found.append(f"A note has at most {LONGEST_NOTE:,} characters.")
        return found


def why_not_judge(person: Person, review: Review) -> list[str]:
    """Why this person cannot judge records of this review; empty when they can."""
    if review.status != Review.Status.OPEN:
        return [f"This review is {review.status}: its verdicts are frozen."]
    if not desk_reviews_for(person).filter(pk=review.pk).exists():
        return ["Records of one's own dataset or run are judged by somebody else."]
    return []


def claim_record(review: Review, *, by: Person) -> ReviewRecord | None:
    """The next record for this person, held for CLAIM_SECONDS; their present one if they hold one; None if none waits.

    Two people never hold the same record at once, and nobody gets a record they have judged.
    """
    _require_desk(review, by)
    now = timezone.now()
    with transaction.atomic():
        mine = review.records.filter(state=State.CLAIMED, claimed_by=by).first()
        found = mine or _locked(free_for(by, review, now).order_by("position")).first()
        if found is None:
            return None
        found.state, found.claimed_by = State.CLAIMED, by
        found.lease_until = now + timedelta(seconds=settings.CLAIM_SECONDS)
        if mine is None:
            found.token += 1
        found.save(update_fields=["state", "claimed_by", "lease_until", "token"])
    return found


def _require_desk(review: Review, person: Person) -> None:
    require(person, Role.ANNOTATOR)
    if reasons := why_not_judge(person, review):
        raise (Conflict if review.status != Review.Status.OPEN else NotPermitted)(*reasons)


def free_for(person: Person, review: Review, now: Any) -> QuerySet[ReviewRecord]:
    """Records that nobody holds at `now` and that this person has not judged."""
    free = Q(state=State.WAITING) | Q(state=State.CLAIMED, lease_until__lt=now)
    judged = Verdict.objects.filter(record=OuterRef("pk"), by=person, undone_at__isnull=True)
    return review.records.filter(free).exclude(Exists(judged))


def _locked(records: QuerySet[ReviewRecord]) -> QuerySet[ReviewRecord]:
    """PostgreSQL: skip what others are claiming. SQLite: one writer at a time already."""
    if connection.features.has_select_for_update_skip_locked:
        return records.select_for_update(skip_locked=True)
    return records


def content_of(record: ReviewRecord) -> list[tuple[str, Any]]:
    """The record as (label, value) in column order, for whoever holds it, has judged it or settles a flag on it."""
    key_id = record.review.run.dataset.key_id
    pairs = json.loads(open_value(key_id, bytes(record.sealed), record.pk.bytes))
    return [(label, value) for label, value in pairs]


def judge_record(record: ReviewRecord, judgement: Judgement, *, token: int, by: Person) -> Verdict:
    """Save a verdict on a record this person holds with this token. The same verdict sent twice is saved once.

    Raises Conflict, in words, when the hold ran out and somebody else has the record, or the review has closed.
    """
    if faults := judgement.faults():
        raise Conflict(*faults)
    with transaction.atomic():
        record = ReviewRecord.objects.select_for_update().get(pk=record.pk)
        if again := standing(record).filter(by=by).first():
            return _same_or_conflict(again, judgement)
        _require_desk(record.review, by)
        if record.claimed_by_id != by.pk or record.token != token:
            raise Conflict(
                "Your hold on this record ran out and it went to somebody else, so this verdict was not saved. "
                "Nothing else is lost: go on with the next record."
            )
        verdict = Verdict.objects.create(
            record=record,
            by=by,
            decision=judgement.decision,
            reasons=sorted(set(judgement.reasons)),
            fields=sorted(set(judgement.fields)),
            note=judgement.note,
            seconds=_seconds_held(record),
        )
        ReviewRecord.objects.filter(pk=record.pk).update(state=State.JUDGED, claimed_by=None, lease_until=None)
        record_event("judged", verdict, by=by, record=str(record.pk), decision=judgement.decision)
    return verdict


def _same_or_conflict(verdict: Verdict, judgement: Judgement) -> Verdict:
    if verdict.decision == judgement.decision and verdict.reasons == sorted(set(judgement.reasons)):
        return verdict
    raise Conflict("You have judged this record already. Undo that verdict first to change it.")


def _seconds_held(record: ReviewRecord) -> float:
    if record.lease_until is None:
        return 0.0
    claimed_at = record.lease_until - timedelta(seconds=settings.CLAIM_SECONDS)
    return max(0.0, (timezone.now() - claimed_at).total_seconds())


def last_verdict(review: Review, person: Person) -> Verdict | None:
    """The newest standing verdict of a person in a review: the one that Undo takes back."""
    mine = Verdict.objects.filter(record__review=review, by=person, undone_at__isnull=True)
    return mine.order_by("-created_at").first()


def undo_verdict(review: Review, *, by: Person) -> ReviewRecord:
    """Take back one's last verdict and hold its record again. The undone verdict stays in the history."""
    _require_desk(review, by)
    with transaction.atomic():
        verdict = last_verdict(review, by)
        if verdict is None:
            raise Conflict("There is nothing to undo: you have no verdict in this review.")
        if hasattr(verdict, "adjudication"):
            raise Conflict("This verdict was settled by a second person and cannot be undone.")
        _put_back_held(review, by)
        now = timezone.now()
        verdict.undone_at = now
        verdict.save(update_fields=["undone_at"])
        ReviewRecord.objects.filter(pk=verdict.record_id).update(
            state=State.CLAIMED,
            claimed_by=by,
            token=F("token") + 1,
            lease_until=now + timedelta(seconds=settings.CLAIM_SECONDS),
        )
        record_event("undone", verdict, by=by, record=str(verdict.record_id))
    return ReviewRecord.objects.get(pk=verdict.record_id)


def _put_back_held(review: Review, person: Person) -> None:
    held = review.records.filter(state=State.CLAIMED, claimed_by=person)
    held.update(state=State.WAITING, claimed_by=None, lease_until=None)


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
        _reject_if_lost(review, by)
    return settled


def _reject_if_lost(review: Review, by: Person) -> None:
    found = progress_of(review)
    if found.decision.outcome is Outcome.REJECT or found.leaks_in_hunt:
        move(review, Review.Status.REJECTED, by=by, closed_at=timezone.now(), facts={"leaks": found.leaks})
