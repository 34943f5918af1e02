"""The queue is the Job table. A message may be lost or doubled: the claim decides, the reaper finds what is left."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError

from synthportal.errors import Conflict
from synthportal.jobs.broker import QUEUES, RUN_JOB, app
from synthportal.jobs.lanes import expected_of, lane_for
from synthportal.jobs.registry import DUTIES, KINDS, ON_FAILURE, Duty
from synthportal.jobs.sightings import saw_chore
from synthportal.jobs.worker import Worker
from synthportal.models import Job
from synthportal.roles import Actor
from synthportal.trail.audit import record

log = logging.getLogger(__name__)

# A worker that is restarted takes its jobs along, and they are no worse for it; but what takes every worker along ends.
MOST_CLAIMS = 50


def enqueue(kind: str, subject_id: UUID, *, person_id: int) -> Job:
    """Queue a job and send its message when the transaction commits. Asking twice gives the live job back."""
    if kind not in KINDS:
        raise KeyError(kind)
    live = Q(kind=kind, subject_id=subject_id, state__in=[Job.State.QUEUED, Job.State.RUNNING])
    with transaction.atomic():
        job = Job.objects.filter(live).first()
        if job is None:
            seconds = expected_of(kind, subject_id)
            job = Job.objects.create(
                kind=kind,
                subject_id=subject_id,
                requested_by_id=person_id,
                expected_seconds=seconds,
                lane=KINDS[kind].lane or lane_for(seconds),
            )
        transaction.on_commit(lambda: send(job.pk, job.lane))
    return job


def send(job_id: UUID, lane: str) -> None:
    """Tell the workers of a lane that there is a job. A broker that is down costs nothing: the reaper sends again."""
    Job.objects.filter(pk=job_id, state__in=[Job.State.QUEUED, Job.State.RUNNING]).update(sent_at=timezone.now())
    try:
        app.send_task(RUN_JOB, (str(job_id),), queue=QUEUES[lane], retry=False, ignore_result=True)
    except (OperationalError, OSError):
        log.warning("The broker is down; job %s waits in the database.", job_id)


def claim(job_id: UUID) -> Worker | None:
    """Take the job if it waits or its lease ran out; None when somebody else has it, it is over, or it is not for this
    process.
    """
    now = timezone.now()
    if not all(map(may_take, Job.objects.filter(pk=job_id))):
        return None
    free = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    with transaction.atomic():
        taken = Job.objects.filter(free & ~_is_hopeless(), pk=job_id).update(
            state=Job.State.RUNNING,
            attempt=F("attempt") + 1,
            token=F("token") + 1,
            lease_until=now + timedelta(seconds=settings.LEASE_SECONDS),
            started_at=now,
            phase="starting",
            phase_started_at=now,
            done=0,
            total=0,
        )
        if not taken:
            return None
        job = Job.objects.get(pk=job_id)
    return Worker(job.pk, job.token, job.requested_by_id)


def may_take(job: Job) -> bool:
    """Whether this process may do the job: some are for others."""
    kind = KINDS.get(job.kind)
    return kind is None or kind.may_take is None or kind.may_take(job.subject_id)


def heartbeat(worker: Worker) -> bool:
    """Extend the lease; False when the job was cancelled or taken over, so the work must stop."""
    until = timezone.now() + timedelta(seconds=settings.LEASE_SECONDS)
    return bool(_held(worker).update(lease_until=until))


def give_back(worker: Worker) -> None:
    """The child died without a word: let the lease run out now, so that the next worker starts again."""
    _held(worker).update(lease_until=timezone.now() - timedelta(seconds=1), crashes=F("crashes") + 1)


def finish(worker: Worker) -> None:
    """The work is done: close the job and queue what follows it, in one transaction."""
    with transaction.atomic():
        worker.hold()
        _held(worker).update(state=Job.State.DONE, finished_at=timezone.now(), lease_until=None)
        job = Job.objects.get(pk=worker.job_id)
        if following := KINDS[job.kind].then:
            enqueue(following, job.subject_id, person_id=worker.person_id)


def fail(worker: Worker, reason: str) -> None:
    """Close the job with its reason (a sentence without cell values) and tell its subject."""
    with transaction.atomic():
        worker.hold()
        job = Job.objects.get(pk=worker.job_id)
        failed = KINDS[job.kind].failed
        if failed:
            failed(job.subject_id, worker, reason)
        record("failed", job, by=worker, kind=job.kind, attempt=job.attempt)
        for told in ON_FAILURE:
            told(job, reason)
        _held(worker).update(state=Job.State.FAILED, error=reason, finished_at=timezone.now(), lease_until=None)


def cancel(job: Job, *, by: Actor) -> None:
    """Cancel a job that is not over. Its supervisor sees it at the next heartbeat and kills the child."""
    with transaction.atomic():
        live = Job.objects.filter(pk=job.pk, state__in=[Job.State.QUEUED, Job.State.RUNNING])
        if not live.update(state=Job.State.CANCELLED, token=F("token") + 1, finished_at=timezone.now()):
            raise Conflict("This job is already over.")
        record("cancelled", job, by=by, kind=job.kind)


def take_over(subject_id: UUID) -> bool:
    """Whether nobody is at work on a subject, so that the caller may do it. A job that still waits is withdrawn."""
    mine = Job.objects.filter(subject_id=subject_id)
    lapsed = Q(state=Job.State.RUNNING, lease_until__lt=timezone.now())
    mine.filter(Q(state=Job.State.QUEUED) | lapsed).update(
        state=Job.State.CANCELLED, token=F("token") + 1, finished_at=timezone.now()
    )
    return not mine.filter(state=Job.State.RUNNING).exists()


def reap() -> int:
    """Send again what waits without being claimed, end what failed too often, and do the duties of the apps; returns
    how many were sent.
    """
    now = timezone.now()
    silent = now - timedelta(seconds=settings.LEASE_SECONDS)
    waiting = Q(state=Job.State.QUEUED) & (Q(sent_at__isnull=True) | Q(sent_at__lt=silent))
    lapsed = Q(state=Job.State.RUNNING, lease_until__lt=now)
    for job in Job.objects.filter(lapsed & _is_hopeless()):
        _give_up(job)
    found = list(Job.objects.filter(waiting | lapsed).values_list("pk", "lane")[:1000])
    for job_id, lane in found:
        send(job_id, lane)
    for look_after in DUTIES:
        _do(look_after)
    return len(found)


def _do(look_after: Duty) -> None:
    """One duty; what stops it is told on the system page, and the others are done all the same."""
    try:
        found = look_after()
    except Exception as error:
        saw_chore(look_after.__name__, f"stopped: {type(error).__name__}", is_well=False)
        log.exception("A duty of the reaper stopped: %s.", look_after.__name__)
    else:
        saw_chore(look_after.__name__, found or "done")


def _give_up(job: Job) -> None:
    """The job's process died every time it was tried, or its worker did: fail it in words."""
    worker = Worker(job.pk, job.token, job.requested_by_id)
    reason = f"The work was killed {job.crashes} times, most likely for lack of memory. Try fewer rows."
    if job.crashes < settings.JOB_ATTEMPTS:
        reason = f"The worker stopped {job.attempt} times while at this. Ask your administrator to look at its log."
    try:
        fail(worker, reason)
    except Conflict:
        log.info("Job %s was taken over meanwhile.", job.pk)


def _is_hopeless() -> Q:
    return Q(crashes__gte=settings.JOB_ATTEMPTS) | Q(attempt__gte=MOST_CLAIMS)


def _held(worker: Worker) -> QuerySet[Job]:
    return Job.objects.filter(pk=worker.job_id, token=worker.token, state=Job.State.RUNNING)
