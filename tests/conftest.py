"""Fixtures that walk the real verbs, and the rules of the house: nothing is skipped silently where all is required."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import Client

from synthportal.models import Person
from tests import cast

REQUIRE_ALL = bool(os.environ.get("SYNTHPORTAL_REQUIRE_ALL"))
POSTGRES_URL = os.environ.get("SYNTHPORTAL_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("SYNTHPORTAL_TEST_REDIS", "redis://127.0.0.1:6379/9")


def find_chromium() -> str | None:
    """A browser on the PATH, else the newest that `playwright install chromium` has put into the user's cache."""
    on_path = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    installed = sorted(Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome"))
    return next((path for path in on_path if path), None) or (str(installed[-1]) if installed else None)


CHROMIUM = find_chromium()


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
    "browser": (lambda: CHROMIUM is not None, "no Chromium is installed"),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what cannot run here and say why; where everything is required, a missing server is a failure."""
    for name, (is_there, reason) in NEEDS.items():
        needing = [item for item in items if item.get_closest_marker(name)]
        if not needing or is_there():
            continue
        if REQUIRE_ALL:
            raise pytest.UsageError(f"{reason}, and SYNTHPORTAL_REQUIRE_ALL is set.")
        for item in needing:
            item.add_marker(pytest.mark.skip(reason=reason))


@contextmanager
def _without_triggers() -> Iterator[None]:
    """Emptying tables between tests is the one thing that may go past the append-only triggers."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            yield
            cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for _, sql in triggers:
            cursor.execute(sql)


@pytest.fixture(autouse=True, scope="session")
def _flush_past_triggers() -> Iterator[None]:
    flush = BaseDatabaseOperations.execute_sql_flush

    def execute_sql_flush(self: Any, sql_list: list[str]) -> None:
        with _without_triggers():
            flush(self, sql_list)

    BaseDatabaseOperations.execute_sql_flush = execute_sql_flush
    yield
    BaseDatabaseOperations.execute_sql_flush = flush


@pytest.fixture(autouse=True)
def _anchor_of_its_own(settings: Any, tmp_path: Any) -> None:
    settings.AUDIT_ANCHOR = tmp_path / "audit-anchor"


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
        return client

    return sign_in
