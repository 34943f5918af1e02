"""The embedded portal in one command: web server and a worker for each lane side by side, stopped together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from synthportal.jobs.broker import QUEUES
from synthportal.jobs.confined.confinement import die_with_parent

POLL_SECONDS = 0.2
GRACE_SECONDS = 8
# Celery warns root about pickled messages; ours are JSON ids.
QUIET = ("-W", "ignore::UserWarning:celery.platforms")

# On one machine, what signs is done by the worker of what is short: both have every key anyway.
LANES = {"short": ("short", "sign"), "long": ("long",)}
# Where a second worker is asked for it is one more process, the only one that reads the worker key.
SECOND = "recompute"


class Command(BaseCommand):
    help = "Serve the portal with its workers until Ctrl-C: one for short jobs, one for long ones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--address", default=settings.ADDRESS, metavar="HOST:PORT", help="left out: SYNTHPORTAL_ADDRESS"
        )
        parser.add_argument("--jobs", type=int, default=1, help="jobs run side by side in each lane (1)")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_if_taken(options["address"])
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        parts = [start_web(options["address"]), *(start_worker(options["jobs"], lane) for lane in LANES)]
        parts += [start_worker(1, SECOND)] if settings.SECOND_WORKERS else []
        try:
            while all(part.poll() is None for part in parts):
                time.sleep(POLL_SECONDS)
            raise CommandError("The web server or a worker stopped; see its last lines above.")
        except KeyboardInterrupt:
            self.stdout.write("\nStopping.")
        finally:
            stop(parts)


def refuse_if_taken(address: str) -> None:
    """CommandError where something listens at the address, or nothing can; an address of another form is gunicorn's."""
    host, _, port = address.rpartition(":")
    if not port.isdigit():
        return
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host.strip("[]"), int(port)))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Nothing can be served at {address}: {getattr(error, 'strerror', None) or error}. "
                "Stop what listens there, or name another place with --address HOST:PORT or SYNTHPORTAL_ADDRESS."
            ) from None


def start_web(address: str) -> subprocess.Popen[bytes]:
    """gunicorn with threads: one process, small memory."""
    command = ["gunicorn", "synthportal.wsgi", "--bind", address, "--worker-class", "gthread", "--threads", "8"]
    return _start([*command, "--timeout", "600", "--log-level", "warning", "--worker-tmp-dir", _shared_memory()])


def start_worker(jobs: int, lane: str) -> subprocess.Popen[bytes]:
    """A Celery worker for one of LANES or the second one, whose threads only watch over child processes."""
    command = ["celery", "--quiet", "-A", "synthportal.celery", "worker", "--pool", "threads", f"--concurrency={jobs}"]
    command += ["-Q", ",".join(QUEUES[each] for each in LANES.get(lane, (lane,))), "--hostname", f"{lane}@%h"]
    named = {"SYNTHPORTAL_PROCESS": "recomputer", "SYNTHPORTAL_WORKER_NAME": next(iter(settings.SECOND_WORKERS), "")}
    more = named if lane == SECOND else {}
    return _start([*command, "--without-gossip", "--without-mingle", "--loglevel", "WARNING"], **more)


def _start(command: list[str], **more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *QUIET, "-m", *command],
        cwd=settings.BASE_DIR,
        env=os.environ | more,
        start_new_session=True,
        preexec_fn=die_with_parent,
    )


def _shared_memory() -> str:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp"  # noqa: S108 - gunicorn's heartbeat file only


def stop(parts: list[subprocess.Popen[bytes]]) -> None:
    """Ask, wait, then insist."""
    for part in parts:
        if part.poll() is None:
            os.killpg(part.pid, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    for part in parts:
        try:
            part.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(part.pid, signal.SIGKILL)
            part.wait()
