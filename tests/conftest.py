"""Fixtures that walk the real verbs, and the rules of the house: nothing is skipped silently where all is required."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import Client
from hypothesis import settings as hypothesis_settings
from xdist.scheduler import LoadFileScheduling

from synthportal.jobs import limited, sightings
from synthportal.models import Person
from synthportal.trail.heads import GENESIS, begin
from tests import cast, migrated
from tests.synthportal.jobs.forking import start_by_forking

# Tests don't time: on a busy machine an example takes as long as it takes.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")

REQUIRE_ALL = bool(os.environ.get("SYNTHPORTAL_REQUIRE_ALL"))
POSTGRES_URL = os.environ.get("SYNTHPORTAL_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("SYNTHPORTAL_TEST_REDIS", "redis://127.0.0.1:6379/9")


def find_chromium() -> str | None:
    """A browser on the PATH, else the newest that `playwright install chromium` has put into the user's cache."""
    on_path = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    installed = sorted(Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome"))
    return next((path for path in on_path if path), None) or (str(installed[-1]) if installed else None)


CHROMIUM = find_chromium()
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")


def answers(url: str) -> bool:
    """Whether a server listens at the host and port of the URL."""
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), timeout=1).close()
    except OSError:
        return False
    return True


NEEDS: dict[str, tuple[Callable[[], bool], str]] = {
    "postgres": (lambda: answers(POSTGRES_URL), "no PostgreSQL answers at SYNTHPORTAL_TEST_POSTGRES"),
    "redis": (lambda: answers(REDIS_URL), "no Redis answers at SYNTHPORTAL_TEST_REDIS"),
    "nginx": (lambda: NGINX is not None, "no nginx is installed"),
    "browser": (lambda: CHROMIUM is not None, "no Chromium is installed"),
}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The run of the tests `both` imports only files that have some: to import all takes as long as many tests."""
    if config.getoption("markexpr") == "both" and collection_path.match("test_*.py"):
        return "pytest.mark.both" not in collection_path.read_text(encoding="utf-8") or None
    return None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what cannot run here and say why; where everything is required, a missing server is a failure."""
    items.sort(key=_turn_in(items))
    for name, (is_there, reason) in NEEDS.items():
        needing = [item for item in items if item.get_closest_marker(name)]
        if not needing or is_there():
            continue
        if REQUIRE_ALL:
            raise pytest.UsageError(f"{reason}, and SYNTHPORTAL_REQUIRE_ALL is set.")
        for item in needing:
            item.add_marker(pytest.mark.skip(reason=reason))


# Folders whose tests share portals, which are costly to make: all of a folder goes to one process, and comes first.
SHARED = ("tests/faults/", "tests/e2e/")


def _turn_in(items: list[pytest.Item]) -> Callable[[pytest.Item], int]:
    """Shared folders first, then files with a slow test, or one process would work on while the others are done.

    Within a turn the order stays random.
    """
    long = {item.path for item in items if item.get_closest_marker("slow")}

    def turn(item: pytest.Item) -> int:
        shared = [at for at, folder in enumerate(SHARED) if item.nodeid.startswith(folder)]
        return shared[0] if shared else len(SHARED) + (item.path not in long)

    return turn


class _Files(LoadFileScheduling):
    """A file to a process, a shared folder to a process."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in SHARED if nodeid.startswith(folder)), super()._split_scope(nodeid))

    def remove_node(self, node: Any) -> str | None:
        """What a process ran when it died has failed, and is not run again: a test that hangs would hang each time."""
        units = self.assigned_work[node].values()
        running = next(((unit, test) for unit in units for test, is_done in unit.items() if not is_done), None)
        if running is None:
            return super().remove_node(node)
        unit, test = running
        unit[test] = True
        super().remove_node(node)
        return test


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _Files | None:
    """Used with `--dist loadfile`."""
    return _Files(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture(autouse=True, scope="session")
def _flush_past_triggers() -> Iterator[None]:
    flush = BaseDatabaseOperations.execute_sql_flush

    def execute_sql_flush(self: Any, sql_list: list[str]) -> None:
        with cast.without_triggers():
            flush(self, sql_list)

    BaseDatabaseOperations.execute_sql_flush = execute_sql_flush
    yield
    BaseDatabaseOperations.execute_sql_flush = flush


@pytest.fixture(autouse=True, scope="session")
def _children_are_forked() -> Iterator[None]:
    """The parser's children start at once; that a spawned one gives the same is tested with `limited`."""
    spawn, limited.START = limited.START, start_by_forking
    yield
    limited.START = spawn


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """A copy of the migrated database is gone on with, if there is one: `migrate` finds nothing to do."""
    return connection.vendor == "sqlite" and migrated.copy_database(Path(connection.settings_dict["TEST"]["NAME"]))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The migrated database, kept for the next session and for a process that comes later in this one."""
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock():
            connection.ensure_connection()
            migrated.keep_database(connection.connection)


@pytest.fixture(autouse=True)
def _heads_of_their_own(settings: Any, tmp_path: Any) -> None:
    """Each test's trail begins empty, or as a snapshot has it."""
    settings.AUDIT_HEADS = tmp_path / "audit-heads"
    begin(0, GENESIS)


@pytest.fixture(autouse=True)
def _nothing_was_sighted() -> None:
    """A process writes of a chore once a minute: what a test before has seen is no reason to be silent in this one."""
    sightings._written.clear()


@pytest.fixture
def people(db: None) -> dict[str, Person]:
    """Everybody of the cast by name."""
    return cast.make_people()


@pytest.fixture
def world(db: None) -> cast.World:
    """A minimised dataset, an evaluated run, an open review: see tests/cast.py."""
    return cast.world()


@pytest.fixture
def client_of(people: dict[str, Person]) -> Callable[[str], Client]:
    """A browser-like client signed in as somebody of the cast."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(people[name], backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        session["used_at"] = time.time() + 3600  # that it is used is not written, nor counted among a page's questions
        session.save()
        return client

    return sign_in
