"""The trail: nothing leaves it unnoticed, nothing enters it twice, on both databases."""

from __future__ import annotations

import json
import re
import threading
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from synthportal.models import AuditEvent, DataKey, Person
from synthportal.trail.audit import record
from synthportal.trail.heads import GENESIS
from synthportal.trail.verification import faults
from tests.faults.test_parallel import THREADS

pytestmark = pytest.mark.both


@contextmanager
def as_database_owner():
    """Past the triggers, as somebody with full rights on the database can go."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE synthportal_auditevent DISABLE TRIGGER USER")
            yield cursor
            cursor.execute("ALTER TABLE synthportal_auditevent ENABLE TRIGGER USER")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type='trigger' AND tbl_name='synthportal_auditevent'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        yield cursor
        for _, sql in triggers:
            cursor.execute(sql)


@pytest.fixture
def trail(people, django_capture_on_commit_callbacks):
    """Twelve events, whose heads are kept."""
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(12):
            record("tried", people["ana"], by=people["ana"], number=number)
    assert list(faults()) == []
    return people


def rows() -> list[AuditEvent]:
    return list(AuditEvent.objects.order_by("seq"))


def test_each_event_carries_the_digest_of_the_one_before(trail):
    events = rows()
    assert [event.seq for event in events] == list(range(1, 13))
    assert [event.previous for event in events] == [GENESIS, *(event.digest for event in events[:-1])]
    assert all(re.fullmatch("[0-9a-f]{64}", event.digest) for event in events)


def test_an_event_says_who_did_what_to_which(trail):
    event = rows()[3]
    assert (event.actor, event.action) == (f"person:{trail['ana'].pk}", "tried")
    assert (event.subject_kind, event.subject_id, event.facts) == ("person", str(trail["ana"].pk), {"number": 3})


def test_an_untouched_trail_is_reported_whole(trail):
    said = StringIO()
    call_command("verify_audit", stdout=said)
    assert "whole: 12 events" in said.getvalue()


CHANGES = {
    "at": "'2020-01-01 00:00:00+00:00'",
    "actor": "'person:1'",
    "action": "'released'",
    "subject_kind": "'release'",
    "subject_id": "'7'",
    "facts": "'{\"number\": 99}'",
    "previous": f"'{'ab' * 32}'",
    "digest": f"'{'cd' * 32}'",
}


@pytest.mark.parametrize("field", CHANGES)
def test_a_change_of_any_field_is_found_and_located(trail, field):
    with as_database_owner() as cursor:
        cursor.execute(f"UPDATE synthportal_auditevent SET {field} = {CHANGES[field]} WHERE seq = 5")
    found = list(faults())
    assert found
    assert "Event 5 " in found[0]


def test_a_deleted_event_is_found_and_located(trail):
    with as_database_owner() as cursor:
        cursor.execute("DELETE FROM synthportal_auditevent WHERE seq IN (5, 6)")
    assert next(faults()) == "Events 5 to 6 are missing."


def test_an_event_deleted_and_the_rest_renumbered_is_found(trail):
    with as_database_owner() as cursor:
        cursor.execute("DELETE FROM synthportal_auditevent WHERE seq = 5")
        for seq in range(6, 13):
            cursor.execute(f"UPDATE synthportal_auditevent SET seq = {seq - 1} WHERE seq = {seq}")
    assert "Event 5 " in next(faults())


def test_an_inserted_event_is_found_and_located(trail):
    with as_database_owner() as cursor:
        cursor.execute(
            "INSERT INTO synthportal_auditevent (seq, at, actor, action, subject_kind, subject_id, facts, previous, "
            "digest, content, seal) SELECT 13, at, actor, action, subject_kind, subject_id, facts, previous, "
            f"'{'ef' * 32}', content, seal FROM synthportal_auditevent WHERE seq = 12"
        )
    assert "Event 13 " in next(faults())


def test_two_events_swapped_are_found_and_located(trail):
    with as_database_owner() as cursor:
        for old, new in ((5, 100), (6, 5), (100, 6)):
            cursor.execute(f"UPDATE synthportal_auditevent SET seq = {new} WHERE seq = {old}")
    found = " ".join(faults())
    assert "Event 5 " in found
    assert "Event 6 " in found


def test_a_trail_cut_off_at_its_end_is_found_by_its_heads(trail):
    with as_database_owner() as cursor:
        cursor.execute("DELETE FROM synthportal_auditevent WHERE seq > 9")
    assert list(faults()) == ["The trail ends at event 9, but event 12 was its head: the end was cut off."]


def test_an_emptied_trail_is_found_by_its_heads(trail):
    with as_database_owner() as cursor:
        cursor.execute("DELETE FROM synthportal_auditevent")
    assert "cut off" in next(faults())


def test_a_trail_rewritten_with_sound_digests_is_found_by_its_heads(trail):
    with as_database_owner() as cursor:
        cursor.execute("DELETE FROM synthportal_auditevent WHERE seq > 9")
    with transaction.atomic():  # rolled back hooks: an attacker leaves the heads alone
        for _ in range(3):
            record("forged", trail["ana"], by=trail["ana"])
    assert list(faults()) == [
        f"Event {seq} is not the one that was the trail's head: the trail was rewritten." for seq in (10, 11, 12)
    ]


def test_a_broken_trail_makes_the_command_fail_and_name_the_place(trail):
    with as_database_owner() as cursor:
        cursor.execute("UPDATE synthportal_auditevent SET action = 'x' WHERE seq = 2")
    said = StringIO()
    with pytest.raises(CommandError, match="broken in 1 places"):
        call_command("verify_audit", stderr=said)
    assert "Event 2 was changed" in said.getvalue()


STATEMENTS = {
    "by the model": lambda: AuditEvent.objects.get(seq=3).delete(),
    "in bulk": lambda: AuditEvent.objects.filter(seq__gt=3).update(actor="nobody"),
    "by saving": lambda: AuditEvent(**dict(AuditEvent.objects.values().get(seq=3), action="x")).save(),
    "in bulk, deleting": lambda: AuditEvent.objects.all().delete(),
    "by an upsert": lambda: AuditEvent.objects.bulk_create(
        [AuditEvent(**AuditEvent.objects.values().get(seq=3))],
        update_conflicts=True,
        unique_fields=["seq"],
        update_fields=["action"],
    ),
    "raw": lambda: connection.cursor().execute("UPDATE synthportal_auditevent SET action = 'x'"),
    "raw, deleting": lambda: connection.cursor().execute("DELETE FROM synthportal_auditevent WHERE seq = 12"),
}


@pytest.mark.parametrize("way", STATEMENTS)
def test_the_database_refuses_to_change_an_event(trail, way):
    before = list(AuditEvent.objects.order_by("seq").values())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        STATEMENTS[way]()
    assert list(AuditEvent.objects.order_by("seq").values()) == before


def test_replacing_an_event_is_refused_too(trail):
    """SQLite's REPLACE deletes first, and fires the trigger only with recursive_triggers."""
    if connection.vendor != "sqlite":
        pytest.skip("REPLACE INTO is SQLite's")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("REPLACE INTO synthportal_auditevent SELECT * FROM synthportal_auditevent WHERE seq = 3")


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused():
    key = DataKey.objects.create()
    person = Person.objects.create(username="ana")
    with pytest.raises(RuntimeError, match="transaction"):
        record("tried", key, by=person)


@pytest.mark.django_db(transaction=True)
def test_an_event_is_rolled_back_with_what_it_records():
    person = Person.objects.create(username="ana")
    with transaction.atomic():
        record("tried", person, by=person)
        transaction.set_rollback(True)
    with transaction.atomic():
        record("tried again", person, by=person)
    assert [event.action for event in rows()] == ["tried again"]
    assert list(faults()) == []


@given(
    st.dictionaries(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8),
        st.one_of(
            st.integers(),
            st.booleans(),
            st.none(),
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
        ),
        max_size=4,
    )
)
def test_whatever_the_facts_are_the_chain_verifies_after_reading_them_back(facts):
    assert json.loads(json.dumps(facts)) == facts
    with ephemeral() as person:
        record("tried", person, by=person, **{f"f{key}": value for key, value in facts.items()})
        assert list(faults()) == []


@contextmanager
def ephemeral():
    """A person and a transaction that is rolled back, once per example."""
    with transaction.atomic():
        yield Person.objects.create(username="ana")
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _database(db):
    """Every test here reads the trail."""


@pytest.mark.django_db(transaction=True)
def test_twenty_threads_append_one_chain_without_gaps():
    person = Person.objects.create(username="ana")
    names: dict[str, object] = {}
    exec(THREADS, names)

    def append(number: int) -> int:
        for _ in range(5):
            with transaction.atomic():
                record("tried", person, by=person, thread=number)
        return number

    done, errors = names["at_once"](20, append)
    assert errors == []
    assert sorted(done) == list(range(20))
    assert [event.seq for event in rows()] == list(range(1, 101))
    assert list(faults()) == []
    assert threading.active_count() < 20
