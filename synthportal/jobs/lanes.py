"""Lanes: short work never waits behind long work. A job's expected seconds choose its lane when it is queued."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from statistics import median
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from synthportal.jobs.progress import eta_seconds
from synthportal.jobs.registry import KINDS
from synthportal.models import Job

# What a kind of job takes that this portal has never finished, and how many finished ones tell what it takes.
UNKNOWN_SECONDS = 30.0
LEARNT_FROM = 15


def expected_of(kind: str, subject_id: UUID) -> float:
    """Seconds that a job will take: as its kind reckons it, else the median of the last ones on this portal."""
    reckon = KINDS[kind].expects
    reckoned = reckon(subject_id) if reckon else None
    return usual_seconds(kind) if reckoned is None else reckoned


def usual_seconds(kind: str) -> float:
    """The median of the last finished jobs of a kind."""
    spent = [seconds_of(job) for job in finished(kind)[:LEARNT_FROM]]
    return median(spent) if spent else UNKNOWN_SECONDS


def finished(kind: str) -> QuerySet[Job]:
    """The jobs of a kind that went well at the first attempt, the newest first: their times are whole."""
    done = Job.objects.filter(kind=kind, state=Job.State.DONE, attempt=1, finished_at__isnull=False)
    return done.exclude(started_at=None).order_by("-finished_at")


def seconds_of(job: Job) -> float:
    """What a finished job took, from its claim to its end; 0 without both."""
    if job.started_at is None or job.finished_at is None:
        return 0.0
    spent: timedelta = job.finished_at - job.started_at
    return spent.total_seconds()


def lane_for(seconds: float) -> Job.Lane:
    """The lane of a job that will take so long."""
    return Job.Lane.LONG if seconds > settings.LONG_JOB_SECONDS else Job.Lane.SHORT


def live_jobs() -> list[Job]:
    """What waits or runs, in the order in which it was queued."""
    return list(Job.objects.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING]).order_by("created_at", "pk"))


def ahead_of(job: Job, live: Sequence[Job]) -> list[Job]:
    """What runs or waits before a queued job in its lane, what runs first; nothing before a job that runs."""
    if job.state != Job.State.QUEUED:
        return []
    others = [one for one in live if one.lane == job.lane and one.pk != job.pk]
    running = [one for one in others if one.state == Job.State.RUNNING]
    place = (job.created_at, job.pk)
    return running + [one for one in others if one.state == Job.State.QUEUED and (one.created_at, one.pk) < place]


def left_seconds(job: Job) -> int | None:
    """Seconds until a running job is done: what is left of the expected time, or of its phase if that is more."""
    if job.state != Job.State.RUNNING or job.started_at is None:
        return None
    of_phase, spent = eta_seconds(job), (timezone.now() - job.started_at).total_seconds()
    rest = (job.expected_seconds or 0.0) - spent
    known = [seconds for seconds in (of_phase, round(rest) if rest > 0 else None) if seconds is not None]
    return max(known, default=None)
