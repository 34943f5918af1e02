"""A job's phase, percentage and time left, written a few times a second at most."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from django.utils import timezone

from synthportal.models import Job

WRITE_SECONDS = 0.5


class Progress(Protocol):
    """Hears where a piece of work is."""

    def __call__(self, phase: str, done: int, total: int) -> None: ...


class Report:
    """A Progress callback that writes to the job's row, as long as the claim still holds."""

    def __init__(self, job_id: UUID, token: int, echo: Progress | None = None) -> None:
        self._row = Job.objects.filter(pk=job_id, token=token)
        self._phase, self._written, self._echo = "", 0.0, echo

    def __call__(self, phase: str, done: int, total: int) -> None:
        if self._echo:
            self._echo(phase, done, total)
        now, is_new = time.monotonic(), phase != self._phase
        if not is_new and now - self._written < WRITE_SECONDS:
            return
        self._phase, self._written = phase, now
        changes = {"phase_started_at": timezone.now()} if is_new else {}
        self._row.update(phase=phase[:80], done=max(done, 0), total=max(total, 0), **changes)


def eta_seconds(job: Job) -> int | None:
    """Seconds left in the present phase, from its speed so far; None when that cannot be told yet."""
    if job.state != Job.State.RUNNING or not job.phase_started_at or not 0 < job.done <= job.total:
        return None
    spent: timedelta = timezone.now() - job.phase_started_at
    return round(spent.total_seconds() * (job.total - job.done) / job.done)


def percent(job: Job) -> int | None:
    """How far the present phase is; None when its size is unknown."""
    return min(100, 100 * job.done // job.total) if job.total else None
