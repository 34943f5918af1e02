"""pause: an annotator who misses too many controls judges no more until a steward has spoken to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from reviews.engine.policy.policy import ENOUGH_CONTROLS
from reviews.models import Pause, Requeue, Review, ReviewRecord, Verdict
from reviews.repositories import tally
from reviews.repositories.gate.parts import requeues_digest
from reviews.repositories.progress import hits_of
from reviews.repositories.queue import pause_of
from reviews.repositories.samples import policy_of
from synthportal.errors import Conflict, NotPermitted
from synthportal.models import Person
from synthportal.roles import Role, require
from synthportal.trail.audit import record as record_event

BY_A_PAUSE = "The annotator was paused: they had missed too many controls."

State, Lane = ReviewRecord.State, ReviewRecord.Lane


def pause_if_missing(review: Review, person: Person) -> Pause | None:
    """Pause somebody who found less than the policy's floor of at least ENOUGH_CONTROLS controls.

    What they found clean is judged anew by others, and so is every control they judged, found or missed: the claim
    then rests on the people who go on. Their flags and their unrealistic records stand, since they can only cost the
    artefact its release. Call inside the transaction of the verdict.
    """
    if not review.plan["planted"]:
        return None
    found, judged = hits_of(review, person)
    if judged < ENOUGH_CONTROLS or found / judged >= policy_of(review).control_floor or pause_of(person, review):
        return None
    pause = Pause.objects.create(review=review, person=person, found=found, judged=judged)
    theirs = Verdict.objects.filter(record__review=review, by=person, undone_at__isnull=True)
    again = theirs.filter(Q(decision=Verdict.Decision.CLEAN) | Q(record__lane=Lane.CONTROL))
    aside = set_aside(again, reason=BY_A_PAUSE, by=None)
    put_back(review, person)
    facts = {"found": found, "judged": judged, "set_aside": len(aside), "verdicts_of": aside, "requeues": _kept(aside)}
    record_event("paused", pause, by=person, review=str(review.pk), **facts)
    return pause


def lift_pause(pause: Pause, *, reason: str, by: Person) -> None:
    """Let a paused annotator go on. Their controls are counted anew; they never see again what was set aside."""
    require(by, Role.STEWARD)
    if not reason.strip():
        raise Conflict("Say why the pause is lifted: it is kept with the review.")
    if by.pk == pause.person_id:
        raise NotPermitted("A pause is lifted by somebody else.")
    now = timezone.now()
    with transaction.atomic():
        standing = Pause.objects.filter(pk=pause.pk, lifted_at__isnull=True)
        if not standing.update(lifted_by=by, lifted_reason=reason.strip(), lifted_at=now):
            raise Conflict("This pause was lifted already.")
        pause.refresh_from_db()
        record_event("pause lifted", pause, by=by, person=pause.person_id)


def requeue_verdicts(review: Review, verdict_ids: Iterable[str], *, reason: str, by: Person) -> int:
    """Set clean verdicts aside, so that other people judge those records anew; how many. The history keeps them.

    Only clean verdicts can go: a flag is settled by a second person, never erased, and a record that looked unrealistic
    stays counted. Nor can a control be asked again until somebody finds it.
    """
    require(by, Role.STEWARD)
    if not reason.strip():
        raise Conflict("Say why these records shall be judged anew: it is kept with the review.")
    with transaction.atomic():
        found = Verdict.objects.filter(pk__in=list(verdict_ids), record__review=review, undone_at__isnull=True)
        # The records before their review, as a verdict does: otherwise the two could wait for each other for ever.
        list(ReviewRecord.objects.select_for_update().filter(pk__in=found.values("record")).order_by("pk"))
        if Review.objects.select_for_update().get(pk=review.pk).status != Review.Status.OPEN:
            raise Conflict("This review is closed: its verdicts are frozen.")
        clean = found.filter(decision=Verdict.Decision.CLEAN).exclude(record__lane=Lane.CONTROL)
        aside = set_aside(clean, reason=reason.strip(), by=by)
        if not aside:
            raise Conflict("Nothing was set aside: choose clean verdicts. A flag is settled, never erased.")
        record_event("re-queued", review, by=by, verdicts=len(aside), verdicts_of=aside, requeues=_kept(aside))
    return len(aside)


def _kept(aside: Collection[str]) -> str:
    return requeues_digest(Requeue.objects.filter(verdict__pk__in=list(aside)))


def set_aside(verdicts: QuerySet[Verdict], *, reason: str, by: Person | None) -> list[str]:
    """Undo verdicts of somebody else; their records wait for another person. Which, for the event that says so."""
    chosen = list(verdicts.select_related("record"))
    Requeue.objects.bulk_create([Requeue(verdict=verdict, by=by, reason=reason) for verdict in chosen], batch_size=200)
    ids = [verdict.pk for verdict in chosen]
    Verdict.objects.filter(pk__in=ids).update(undone_at=timezone.now())
    opened = set(ReviewRecord.objects.filter(verdicts__pk__in=ids, state=State.JUDGED).values_list("pk", flat=True))
    ReviewRecord.objects.filter(pk__in=opened).update(state=State.WAITING)
    for verdict in chosen:
        tally.count(verdict.record, verdict.by_id, verdicts=-1, judged=-(verdict.record_id in opened))
        opened.discard(verdict.record_id)
    return sorted(str(pk) for pk in ids)


def put_back(review: Review, person: Person) -> None:
    """Give back what a person holds and what is reserved for them."""
    mine = review.records.filter(claimed_by=person).exclude(state=State.JUDGED)
    mine.update(state=State.WAITING, claimed_by=None, claimed_at=None, lease_until=None)
