"""Portals on both databases. What several tests start from is made once and copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.cast import ADULT
from tests.conftest import POSTGRES_URL
from tests.faults.orders import CONFIRM, UPLOAD, WORK
from tests.faults.portal import Portal, fresh_postgres

Copies = Callable[[Portal], Portal]
Makes = Callable[[str, str, Callable[[Portal], object]], Portal]


@contextmanager
def database_on(server_url: str, copy_of: str = "template1") -> Iterator[str]:
    """The address of a database of its own; no address where the server is none, for SQLite lies in the home."""
    if server_url:
        yield from fresh_postgres(server_url, copy_of)
    else:
        yield ""


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def server(request: pytest.FixtureRequest) -> str:
    """The database server's address: SQLite has none."""
    return POSTGRES_URL if request.param == "postgres" else ""


@pytest.fixture
def portal(server: str, tmp_path: Path) -> Iterator[Portal]:
    """An empty portal."""
    with database_on(server) as url:
        yield Portal(tmp_path, url)


@pytest.fixture(scope="session")
def copied(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copies]:
    """Makes a copy of a portal at rest, as often as is asked."""
    with ExitStack() as stack:

        def copy(made: Portal) -> Portal:
            url = stack.enter_context(database_on(server, urlsplit(made.database_url).path.removeprefix("/")))
            return Portal(tmp_path_factory.mktemp("copy"), url, copy_of=made)

        yield copy


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Makes]:
    """Makes a portal on a server the first time it is asked for: tests of both servers may take turns."""
    made: dict[tuple[str, str], Portal] = {}
    with ExitStack() as stack:

        def make(server: str, name: str, build: Callable[[Portal], object]) -> Portal:
            if (server, name) not in made:
                portal = Portal(tmp_path_factory.mktemp(name), stack.enter_context(database_on(server)))
                build(portal)
                made[server, name] = portal
            return made[server, name]

        yield make


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
        "pipeline", str(ADULT), "--purpose=testing", "--synthesizer=gaussian_copula", "--rows=2000", "--tier=quick",
        "--seed=3", f"--out={portal.home / 'out'}", "--json",
    )  # fmt: skip
