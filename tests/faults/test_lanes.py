"""One command serves two workers: a long fit runs, and what is short goes on beside it."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.e2e.conftest import free_port
from tests.faults.conftest import Copies
from tests.faults.orders import UPLOAD, run
from tests.faults.portal import ROOT, Portal, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def embedded(minimised: Portal, copied: Copies) -> Iterator[Portal]:
    """The portal that `manage.py portal` serves, workers and all."""
    portal = copied(minimised)
    words = ["manage.py", "portal", "--address", f"127.0.0.1:{free_port()}"]
    server = subprocess.Popen([sys.executable, *words], cwd=ROOT, env=portal.env, start_new_session=True)
    yield portal
    server.send_signal(signal.SIGINT)
    server.wait(timeout=30)


def state_of(portal: Portal, kind: str, subject: str) -> str:
    sql = f"SELECT state FROM synthportal_job WHERE kind = '{kind}' AND REPLACE(CAST(subject_id AS TEXT), '-', '') = "
    found = portal.query(sql + f"'{subject.replace('-', '')}'")
    return found[0][0] if found else ""


def test_an_upload_is_profiled_while_a_long_fit_runs(embedded: Portal) -> None:
    long_run = embedded.run(run("ctgan", 100, {"epochs": 5000, "batch_size": 100})).splitlines()[-1]
    wait_for(lambda: state_of(embedded, "generate", long_run) == "running", "the long fit to begin")
    dataset = embedded.run(UPLOAD.replace("'incomes'", "'others'")).splitlines()[-1]
    wait_for(lambda: state_of(embedded, "profile", dataset) == "done", "the upload to be profiled")
    assert state_of(embedded, "generate", long_run) == "running"
    lanes = dict(embedded.query("SELECT kind, lane FROM synthportal_job WHERE kind IN ('generate', 'profile')"))
    assert lanes == {"generate": "long", "profile": "short"}
