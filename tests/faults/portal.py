"""A portal of its own for a test: a home, a database, and real worker processes that can be killed."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import psycopg

from tests import migrated

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 240
T = TypeVar("T")


class Portal:
    """Paths, environment and processes of one portal."""

    def __init__(
        self,
        home: Path,
        database_url: str = "",
        broker_url: str = "",
        *,
        copy_of: Portal | None = None,
        settings: str = "synthportal.settings",
    ) -> None:
        """A new and empty one; or what another portal, at rest, has: its folder, and `database_url` its database."""
        self.home, self.database_url = home, database_url
        self.env = {
            "SYNTHPORTAL_READING_SPEED": "0",  # nobody of a test reads
            "SYNTHPORTAL_LARGEST_LEAK_RATE": "0.5",
            "SYNTHPORTAL_LEAST_CONFIDENCE": "0.5",
            "SYNTHPORTAL_LEAST_CONTROLS": "0",
            "SYNTHPORTAL_PRIVACY_LIMIT_FACTOR": "20",
            **{name: value for name, value in os.environ.items() if not name.startswith("SYNTHPORTAL_TEST_HOME")},
            "DJANGO_SETTINGS_MODULE": settings,
            "PYTHONFAULTHANDLER": "1",  # SIGABRT makes a process say where it stands
            "SYNTHPORTAL_HOME": str(home),
            "SYNTHPORTAL_LEASE_SECONDS": "4",
            "SYNTHPORTAL_HEARTBEAT_SECONDS": "0.5",
            "SYNTHPORTAL_REAP_SECONDS": "0.5",
            "SYNTHPORTAL_JOB_ATTEMPTS": "20",
            "SYNTHPORTAL_REAUTHENTICATION_MINUTES": "60",  # a long walk on a busy machine is not asked again
        }
        if database_url:
            self.env["DATABASE_URL"] = database_url
        if broker_url:
            self.env["CELERY_BROKER_URL"] = broker_url
        if copy_of is not None:
            shutil.copytree(copy_of.home, home, dirs_exist_ok=True)
        elif database_url or any(home.glob("*/*")):
            self.manage("migrate", "-v0")
        elif not migrated.copy_home(home):
            self.manage("migrate", "-v0")
            migrated.keep_home(home)

    def manage(self, *words: str) -> str:
        """Run a management command; its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def run(self, code: str) -> str:
        """Run Python with the portal's verbs at hand; what it printed."""
        return self.manage("shell", "--no-imports", "-v0", "-c", code).strip()

    def start_worker(self, jobs: int = 1) -> subprocess.Popen[bytes]:
        """A real Celery worker."""
        words = ["-m", "celery", "-A", "synthportal.celery", "worker", "--pool", "threads", "--concurrency", str(jobs)]
        return subprocess.Popen(
            [sys.executable, *words, "--without-gossip", "--without-mingle", "--loglevel", "ERROR"],
            cwd=ROOT,
            env=self.env,
            start_new_session=True,
        )

    def query(self, sql: str) -> list[Any]:
        """Look into the database past the portal."""
        if self.database_url:
            with psycopg.connect(self.database_url) as postgres:
                return postgres.execute(sql).fetchall()
        sqlite = sqlite3.connect(self.home / "data" / "portal.sqlite3", timeout=20)
        try:
            return sqlite.execute(sql).fetchall()
        finally:
            sqlite.close()

    def has_done(self, kind: str) -> bool:
        """Whether its newest job of this kind is done; one that failed or was cancelled ends the test with its row."""
        row = self._newest(kind)
        assert not row or row[0] not in ("failed", "cancelled"), row
        return bool(row) and row[0] == "done"

    def wait_until_done(self, kind: str, worker: subprocess.Popen[bytes]) -> None:
        """Wait until the worker has done its newest job of this kind."""
        self.wait_for_job(kind, worker, lambda: self.has_done(kind), "to be done")

    def wait_for_job(self, kind: str, worker: subprocess.Popen[bytes], found: Callable[[], bool], what: str) -> None:
        """Poll; in vain, where the jobs stand is told, and worker and children say where they stand, and end."""
        try:
            wait_for(found, f"{kind} {what}")
        except AssertionError as error:
            children, ended = children_of_jobs(self.home), worker.poll()
            jobs = self.query("SELECT kind, state, phase, attempt, crashes, lease_until, sent_at FROM synthportal_job")
            for process in (*children, *([] if ended is not None else [worker.pid])):
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGABRT)
                time.sleep(1)
            raise AssertionError({"jobs": jobs, "children": children, "worker ended": ended}) from error

    def _newest(self, kind: str) -> tuple[Any, ...]:
        rows = self.query(
            "SELECT state, error, attempt, crashes, phase, done, total, lease_until, sent_at FROM synthportal_job"
            f" WHERE kind = '{kind}' ORDER BY created_at DESC LIMIT 1"
        )
        return tuple(rows[0]) if rows else ()


def wait_for(found: Callable[[], T], what: str) -> T:
    """Poll until `found()` is true; its value."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if value := found():
            return value
        time.sleep(0.03)
    raise AssertionError(f"Waited in vain for {what}.")


def kill(worker: subprocess.Popen[bytes]) -> None:
    """kill -9 of the worker itself; its children must follow by themselves."""
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()


def stop(worker: subprocess.Popen[bytes]) -> None:
    """End a worker at the close of a test."""
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def children_of_jobs(home: Path) -> list[int]:
    """Process ids of running job children of this portal."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
                is_ours = f"SYNTHPORTAL_HOME={home}".encode() in (folder / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"run_job" in words and is_ours:
                found.append(int(folder.name))
    return found


def fresh_postgres(server_url: str, copy_of: str = "template1") -> Iterator[str]:
    """A new database on the server, empty or a copy of another one that nobody is using; dropped at the end."""
    name = f"synthportal_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {copy_of}")
        try:
            yield urlsplit(server_url)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
