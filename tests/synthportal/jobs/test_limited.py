"""A limited child: its limits hold, it reaches nothing, and it answers the same spawned, as shipped, or forked."""

from __future__ import annotations

import json
import os
import socket
import uuid
from pathlib import Path

import pytest

from synthportal.errors import Conflict
from synthportal.jobs import limited
from synthportal.jobs.confined.child import KEPT_VARIABLES
from synthportal.jobs.confined.confinement import FILES, NETWORK
from synthportal.storage.keys import create_key, unwrap
from synthportal.storage.vault import lend_sealed, open_sealed, scratch, take_over, write_sealed
from tests.synthportal.jobs import errands
from tests.synthportal.jobs.forking import start_by_forking

SHIPPED = limited.START  # before the session's fixture has children forked
GIGABYTE = 1024**3
LIMITS = {"memory": 4 * GIGABYTE, "cpu": 50}


def silent(*_):
    pass


def done(function, *arguments, **more):
    return limited.run_limited(function, arguments, **{**LIMITS, "report": silent, **more})


@pytest.fixture(params=["spawned", "forked"], autouse=True)
def start(request, monkeypatch):
    monkeypatch.setattr(limited, "START", SHIPPED if request.param == "spawned" else start_by_forking)


@pytest.fixture
def confined():
    held = limited.confinement_here()
    if held != {NETWORK, FILES}:
        pytest.skip(f"this kernel holds a child to {sorted(held) or 'nothing'} only")


def test_the_portal_starts_its_children_alone():
    assert SHIPPED is limited.start_alone


def test_a_result_and_its_progress_come_back_from_another_process_under_its_limits():
    phases = []
    word, child, *limits = done(errands.told, "ciao", report=lambda *said: phases.append(said))
    assert (word, limits, phases) == ("ciao", [4 * GIGABYTE, 50], [("reading", 1, 2)])
    assert child != os.getpid()


def test_what_is_not_the_inputs_fault_comes_back_as_a_conflict():
    with pytest.raises(Conflict, match="The disk is full"):
        done(errands.in_the_way, "")


def test_a_full_disk_is_no_fault_of_the_input_and_is_told_in_words():
    with Path("/dev/full").open("r+b", buffering=0) as full, pytest.raises(Conflict, match="disk is full"):
        done(errands.written_to, full)


def test_too_much_memory_is_refused_in_words():
    with pytest.raises(limited.Refused, match="memory"):
        done(errands.filled, "")


def test_too_much_time_is_refused_in_words():
    with pytest.raises(limited.Refused, match="takes too long"):
        done(errands.turned, "", cpu=1)


def test_an_answer_of_another_type_than_declared_is_refused():
    assert done(errands.lied, {"number": 1}) == errands.Answer(1)
    for lie in ({"number": "1"}, {"number": 1, "more": 2}, {}, [1], None, "__reduce__"):
        with pytest.raises(limited.Refused, match="cannot be understood"):
            done(errands.lied, lie)


def test_its_environment_holds_no_variable_of_the_portal(monkeypatch):
    monkeypatch.setenv("SYNTHPORTAL_MASTER_KEY", "00" * 32)
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody:secret@nowhere/portal")
    found = done(errands.environment)
    assert set(found) <= {*KEPT_VARIABLES, "TMPDIR", "HOME", "NUMBA_CACHE_DIR", "LC_CTYPE"}
    assert Path(found["TMPDIR"]).exists() is False, "what it wrote is gone with it"


@pytest.mark.usefixtures("confined")
def test_it_opens_no_secret_no_data_and_no_process(settings, tmp_path):
    secret = tmp_path / "master_key"
    secret.write_text("secret")
    for path in (secret, f"/proc/{os.getpid()}/environ", "/etc/passwd", settings.BASE_DIR / "pyproject.toml"):
        assert Path(path).exists()
        assert done(errands.read, str(path)) == "PermissionError", path
    assert done(errands.read, str(secret), readable=[str(secret)]) == "done", "unless it was shown the file"
    assert done(errands.written, str(secret), readable=[str(secret)]) == "PermissionError"
    assert done(errands.written, str(Path(errands.__file__).parent / "planted.py")) == "PermissionError"


@pytest.mark.usefixtures("confined")
def test_it_reaches_no_network_and_no_other_process():
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
        assert done(errands.connected, int(family)) == "PermissionError"
    assert done(errands.traced) == "Permission denied"


@pytest.mark.usefixtures("confined")
def test_it_inherits_no_open_file(tmp_path):
    with (tmp_path / "open").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        inside = done(errands.descriptors)
    if limited.START is SHIPPED:
        assert len(inside) == 5, "the three standard ones, to nowhere, and its two pipes"


def test_what_the_kernel_does_not_hold_it_to_is_refused_where_that_is_demanded(settings, monkeypatch):
    monkeypatch.setattr(limited, "seen", lambda *_: {"readable": ["/"], "listable": []})
    settings.CONFINEMENT = [NETWORK, FILES, "more than any kernel has"]
    with pytest.raises(Conflict, match="more than any kernel has"):
        done(errands.told, "ciao")


def test_a_folder_of_programs_that_holds_the_keys_is_not_shown(settings):
    settings.SECRETS_DIR = Path("/usr/share/somewhere/secrets")
    assert "/usr" not in limited.seen("tests", [])["readable"]


def test_what_is_sent_to_it_holds_no_key_but_that_of_its_file(settings, monkeypatch, db):
    sent = []
    send = limited.wire.send
    monkeypatch.setattr(
        limited.wire, "send", lambda pipe, kind, payload: (sent.append(payload), send(pipe, kind, payload))
    )
    key, plain = unwrap(create_key().pk), uuid.uuid4().bytes
    with write_sealed(key) as draft:
        draft.file.write(plain)
    with lend_sealed(key, draft.written.sha256) as source, scratch() as sink:
        assert done(errands.turned_round, key, source, sink) == plain
        blob = take_over(key, sink)
    with open_sealed(key, blob.sha256) as file:
        assert file.read() == plain[::-1]
    everything = json.dumps([one.decode() for one in sent])
    for name in ("MASTER_KEY", "SIGNING_KEY", "SAMPLE_KEY"):
        secret = getattr(settings, name)
        assert secret.hex() not in everything
    assert settings.SECRET_KEY not in everything
