"""Do queued work in this process: for commands that wait for their result, and for tests."""

from __future__ import annotations

import time
from uuid import UUID

from synthportal.jobs.child import run_claimed
from synthportal.jobs.progress import Progress
from synthportal.jobs.queue import claim, may_take
from synthportal.models import Job

WAIT_SECONDS = 0.2


class JobFailed(Exception):
    """The job ended without success; `reason` is its own sentence."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.error)
        self.reason = job.error or f"The job was {job.state}."


def work_through(*subjects: UUID, echo: Progress | None = None) -> list[Job]:
    """Run every queued job of these subjects, and what follows from them, until none is left; the jobs in order. What
    is for another process is left to it.

    A job that a worker took first is waited for. Raises JobFailed with the reason of the first that fails.
    """
    done: list[Job] = []
    while job := _next(subjects):
        worker = claim(job.pk)
        if worker is None:
            time.sleep(WAIT_SECONDS)
            continue
        run_claimed(worker, echo)
        job.refresh_from_db()
        done.append(job)
        if job.state != Job.State.DONE:
            raise JobFailed(job)
    return done


def _next(subjects: tuple[UUID, ...]) -> Job | None:
    live = Job.objects.filter(subject_id__in=subjects, state__in=[Job.State.QUEUED, Job.State.RUNNING])
    return next(filter(may_take, live.order_by("created_at")), None)
