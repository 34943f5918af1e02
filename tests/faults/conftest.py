"""Portals on both databases. What several tests start from is made once and copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest

from tests.cast import ADULT
from tests.conftest import POSTGRES_URL
from tests.faults.orders import CONFIRM, UPLOAD, WORK
from tests.faults.portal import Portal, fresh_postgres

Copies = Callable[[Portal], Portal]
Makes = Callable[[str, str, Callable[[Portal], object]], Portal]
EMPTY = "empty"


@contextmanager
def database_on(server_url: str, copy_of: str = "template1") -> Iterator[str]:
    """The address of a database of its own; no address where the server is none, for SQLite lies in the home."""
    if server_url:
        yield from fresh_postgres(server_url, copy_of)
    else:
        yield ""


def name_in(made: Portal | None) -> str:
    """The name of its database on the server, to copy; that of an empty one."""
    return urlsplit(made.database_url).path.removeprefix("/") if made else "template1"


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def server(request: pytest.FixtureRequest) -> str:
    """The database server's address: SQLite has none."""
    return POSTGRES_URL if request.param == "postgres" else ""


@pytest.fixture
def portal(empty: Portal, copied: Copies) -> Portal:
    """An empty portal."""
    return copied(empty)


@pytest.fixture(scope="session")
def copied(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copies]:
    """Makes a copy of a portal at rest, as often as is asked."""
    with ExitStack() as stack:

        def copy(made: Portal) -> Portal:
            url = stack.enter_context(database_on(server, name_in(made)))
            return Portal(tmp_path_factory.mktemp("copy"), url, copy_of=made)

        yield copy


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Makes]:
    """Makes a portal on a server the first time it is asked for: tests of both servers may take turns."""
    made: dict[tuple[str, str], Portal] = {}
    with ExitStack() as stack:

        def make(server: str, name: str, build: Callable[[Portal], object]) -> Portal:
            if (server, name) not in made:
                start = None if name == EMPTY else make(server, EMPTY, lambda portal: None)
                url = stack.enter_context(database_on(server, name_in(start)))
                portal = Portal(tmp_path_factory.mktemp(name), url, copy_of=start)
                build(portal)
                made[server, name] = portal
            return made[server, name]

        yield make


@pytest.fixture(scope="session")
def empty(server: str, made_once: Makes) -> Portal:
    """A portal with nothing in it. Tests work on copies."""
    return made_once(server, EMPTY, lambda portal: None)


@pytest.fixture(scope="session")
def minimised(server: str, made_once: Makes) -> Portal:
    """A portal with a minimised dataset. Tests work on copies."""
    return made_once(server, "minimised", lambda portal: portal.run(UPLOAD + WORK + CONFIRM + WORK))


@pytest.fixture(scope="session")
def reviewed(server: str, made_once: Makes) -> Portal:
    """A portal with one run whose review is open. Tests work on copies."""
    return made_once(server, "reviewed", _review)


def _review(portal: Portal) -> None:
    portal.manage(
        "pipeline", str(ADULT), "--purpose=testing", "--synthesizer=copula", "--rows=2000", "--tier=quick",
        "--seed=3", f"--out={portal.home / 'out'}", "--json",
    )  # fmt: skip
