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
from synthportal.jobs.worker import Worker

log = logging.getLogger(__name__)
POLL_SECONDS = 0.1


def supervise(worker: Worker) -> None:
    """Run the claimed job in a child process until it ends or the claim is void."""
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
