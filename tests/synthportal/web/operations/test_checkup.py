"""The doctor finds what is broken and says what to do; a portal that is well has nothing to do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone
from kombu import Connection

from generation.tasks import submit_look
from synthportal.jobs.broker import app
from synthportal.models import Job
from synthportal.storage.keys import create_key
from synthportal.web.operations.checkup import State, check_up


def found(name: str):
    return next(line for line in check_up() if line.name == name)


def test_a_portal_that_is_well_has_nothing_broken(world):
    assert [line.name for line in check_up() if line.state is State.BROKEN] == []
    call_command("doctor")


def test_another_master_key_is_found_and_said(db, settings, capsys):
    create_key()
    settings.MASTER_KEY = bytes(range(32))
    assert found("Keys").state is State.BROKEN
    with pytest.raises(CommandError, match="1 thing is broken"):
        call_command("doctor")
    assert "Give back the master key" in capsys.readouterr().out


def test_a_job_that_no_worker_takes_is_found(world):
    Job.objects.all().delete()
    submit_look(world.dataset, by=world.dataset.owner)
    assert found("Queue").state is State.WELL
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    line = found("Queue")
    assert (line.state, "start one for each lane" in line.todo) == (State.BROKEN, True)


def test_a_broker_that_is_down_is_told_and_the_other_checks_go_on(world, client_of, monkeypatch):
    monkeypatch.setattr(app, "connection_for_write", lambda: Connection("redis://127.0.0.1:1/0"))
    line = found("Broker")
    assert (line.state, "OperationalError" in line.found) == (State.BROKEN, True)
    assert found("Trail").state is State.WELL
    with pytest.raises(CommandError, match="1 thing is broken"):
        call_command("doctor")
    assert "OperationalError" in client_of("root").get("/system/").content.decode()


def test_a_broken_trail_is_found(world):
    if connection.vendor != "sqlite":
        pytest.skip("the triggers of SQLite are dropped")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'synthportal_auditevent'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute("UPDATE synthportal_auditevent SET actor = 'person:999' WHERE seq = 2")
    assert found("Trail").state is State.BROKEN


def test_a_portal_that_was_never_backed_up_is_told_how(db):
    line = found("Backups")
    assert line.state is State.LOOK
    assert "manage.py backup" in line.todo


def test_production_without_a_known_proxy_is_asked_about(db, settings):
    settings.IS_PRODUCTION, settings.PROXIES = True, 0
    assert found("Proxies").state is State.LOOK
