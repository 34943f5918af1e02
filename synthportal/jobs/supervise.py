"""The outside of a job: start its child process, keep the lease alive, kill it when the claim is void."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import time

from django.conf import settings
from django.db import close_old_connections

from synthportal.jobs.queue import give_back, heartbeat
from synthportal.jobs.telemetry.names import Fact, Span
from synthportal.jobs.telemetry.traces import Facts, traced
from synthportal.jobs.worker import Worker
from synthportal.models import Job

log = logging.getLogger(__name__)
POLL_SECONDS = 0.1


def supervise(worker: Worker) -> None:
    """Run the claimed job in a child process until it ends or the claim is void."""
    with traced(Span.JOB, lambda: _at_start(worker)) as tell:
        _run(worker)
        tell(lambda: {Fact.STATE: Job.objects.get(pk=worker.job_id).state})


def _at_start(worker: Worker) -> Facts:
    """What a job that was just claimed is, how long it waited, and how many still wait in its lane."""
    job = Job.objects.get(pk=worker.job_id)
    return {
        Fact.JOB: str(job.pk),
        Fact.KIND: job.kind,
        Fact.LANE: job.lane,
        Fact.ATTEMPT: job.attempt,
        Fact.WAITED: (job.started_at - job.created_at).total_seconds() if job.started_at else 0.0,
        Fact.DEPTH: Job.objects.filter(state=Job.State.QUEUED, lane=job.lane).count(),
    }


def _run(worker: Worker) -> None:
    child = subprocess.Popen(
        [
            sys.executable,
            str(settings.BASE_DIR / "manage.py"),
            "run_job",
            str(worker.job_id),
            f"--token={worker.token}",
            # The child ties itself to this process: code between fork and exec can hang where there are threads.
            f"--parent={os.getpid()}",
        ],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
    )
    try:
        _watch(child, worker)
    finally:
        _kill(child)
    if child.returncode < 0:
        log.warning("The child of job %s died by signal %d.", worker.job_id, -child.returncode)
        give_back(worker)


def _watch(child: subprocess.Popen[bytes], worker: Worker) -> None:
    next_beat = time.monotonic()
    while child.poll() is None:
        if time.monotonic() >= next_beat:
            close_old_connections()
            if not heartbeat(worker):
                return
            next_beat = time.monotonic() + settings.HEARTBEAT_SECONDS
        time.sleep(POLL_SECONDS)


def _kill(child: subprocess.Popen[bytes]) -> None:
    """End the child and all it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
