"""Celery as the messenger: a message carries a job's id and nothing else."""

from __future__ import annotations

import logging
import os
import threading
import time
from typing import Any
from uuid import UUID

from celery import bootsteps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "synthportal.settings")

from django.conf import settings

from synthportal.jobs.broker import RUN_JOB, app

log = logging.getLogger(__name__)


@app.task(name=RUN_JOB)
def run_job(job_id: str) -> None:
    """Claim the job and run it; a message that says anything but a known, free job's id does nothing."""
    from synthportal.jobs.queue import claim
    from synthportal.jobs.supervise import supervise

    try:
        worker = claim(UUID(job_id))
    except (ValueError, AttributeError, TypeError):
        log.warning("A message without a job's id was thrown away.")
        return
    if worker:
        supervise(worker)


SWEEP_SECONDS = 3_600.0


def sweep_leftovers() -> None:
    """Remove what nobody needs any more, and tell the system page how much it was."""
    from synthportal.jobs.sightings import saw_chore
    from synthportal.people.sign_in.outlived import forget_outlived
    from synthportal.storage.leftovers import sweep

    swept, gone = sweep(), forget_outlived()
    saw_chore("sweep", f"{swept.files:,} files and {swept.keys:,} keys that nobody kept are gone")
    saw_chore(
        "sign-in",
        f"{gone.sessions:,} sessions that were over, {gone.failures:,} failures that no longer count and "
        f"{gone.lines:,} old lines of the sign-in log are gone",
    )


class Reaper(bootsteps.StartStopStep):
    """A thread in every worker that looks for lost messages and lapsed leases, and once an hour for leftovers."""

    def __init__(self, parent: Any, **kwargs: Any) -> None:
        self._name = str(getattr(parent, "hostname", "") or "worker")
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="reaper", daemon=True)

    def start(self, parent: Any) -> None:
        import django

        django.setup()
        self._thread.start()

    def stop(self, parent: Any) -> None:
        self._stop.set()

    def _loop(self) -> None:
        from django.db import DatabaseError, close_old_connections

        from synthportal.jobs.queue import reap
        from synthportal.jobs.sightings import saw_worker

        next_sweep = time.monotonic()
        while not self._stop.wait(settings.REAP_SECONDS):
            close_old_connections()
            try:
                saw_worker(self._name, sorted(app.amqp.queues.consume_from))
                reap()
                if time.monotonic() >= next_sweep:
                    next_sweep = time.monotonic() + SWEEP_SECONDS
                    sweep_leftovers()
            except (DatabaseError, OSError) as error:
                log.warning("The reaper was held up (%s); it tries again.", type(error).__name__)


app.steps["worker"].add(Reaper)
