"""A served portal with people of every role."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.faults.portal import ROOT, Portal, wait_for

PASSWORD = "a long enough passphrase"
# What is waited for comes late on a busy machine; what is too slow for a person is measured where it matters.
expect.set_options(timeout=20_000)
PEOPLE = """
import json
from synthportal.models import Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role
from synthportal.people.tokens.tokens import create_token
secrets = {}
for name, first, role in (
    ("ana", "Ana", Role.OWNER), ("ben", "Ben", Role.ANNOTATOR), ("bea", "Bea", Role.ANNOTATOR),
    ("cleo", "Cleo", Role.STEWARD), ("cora", "Cora", Role.STEWARD), ("dan", "Dan", Role.ENGINEER),
    ("eve", "Eve", Role.AUDITOR),
):
    person = Person(username=name, first_name=first)
    person.set_password("a long enough passphrase")
    person.save()
    grant(person, role)
    secrets[name] = create_token(person, "test", days=1, can_write=True)[1]
print(json.dumps(secrets))
"""


@dataclass(frozen=True)
class Served:
    """A running portal: its address, its people's API tokens, and its insides for setting up."""

    portal: Portal
    address: str
    tokens: dict[str, str]


# A poll of a page that its visitor leaves is cut off by the browser, and htmx says so; what goes wrong says more.
CUT_OFF = ("htmx:afterRequest,", "htmx:sendAbort,")


def listen(page: Page) -> list[str]:
    """What the page's console will complain of from now on."""
    complaints: list[str] = []

    def hear(said: ConsoleMessage) -> None:
        if said.type == "error" and not said.text.startswith(CUT_OFF):
            complaints.append(said.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One portal for all the walks of a session, started by the one command."""
    portal = Portal(tmp_path_factory.mktemp("served"))
    tokens = json.loads(portal.run(PEOPLE))
    host = f"127.0.0.1:{free_port()}"
    server = subprocess.Popen(
        [sys.executable, "manage.py", "portal", "--address", host], cwd=ROOT, env=portal.env, start_new_session=True
    )
    try:
        wait_for(lambda: is_up(f"http://{host}/login/"), "the portal to answer")
        yield Served(portal, f"http://{host}", tokens)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)


def is_up(url: str) -> bool:
    try:
        return bool(urlopen(url, timeout=2).status == 200)
    except (URLError, OSError):
        return False


@pytest.fixture(scope="session")
def adult_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's table as a visitor would upload it: plain CSV."""
    from generation.demo.people import write_demo_table

    path = tmp_path_factory.mktemp("files") / "customers.csv"
    with path.open("w", newline="") as sink:
        write_demo_table(sink)
    return path
