"""Whoever writes the database as its owner does not rewrite the trail unnoticed; nor does who takes its heads away."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from synthportal.models import AuditEvent
from synthportal.roles import Operator
from synthportal.trail.audit import digest_of, record
from synthportal.trail.heads import GENESIS, read_lines
from synthportal.trail.verification import accept, faults, standing, verify
from tests.synthportal.trail.test_audit import as_database_owner

pytestmark = pytest.mark.both


@pytest.fixture
def more(people, django_capture_on_commit_callbacks):
    """Write so many ordinary events, whose transactions end."""

    def write(number: int) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            for _ in range(number):
                record("tried", people["ana"], by=people["ana"])

    write(12)
    assert standing().alarm == ""
    assert list(faults()) == []
    return write


def rewrite(without: set[int], *, actor: str) -> None:
    """Drop events, change the actor of the fourth and compute a sound chain anew, as a database's owner can."""
    kept = [event for event in AuditEvent.objects.order_by("seq") if event.seq not in without]
    with as_database_owner() as cursor:
        cursor.execute("DELETE FROM synthportal_auditevent")
        previous = GENESIS
        for seq, event in enumerate(kept, start=1):
            event.seq, event.previous = seq, previous
            event.actor = actor if seq == 4 else event.actor
            event.digest = previous = digest_of(event)
            cursor.execute(
                "INSERT INTO synthportal_auditevent (seq, at, actor, action, subject_kind, subject_id, facts, "
                "previous, digest, seal) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                [event.seq, event.at if connection.vendor == "postgresql" else str(event.at).replace("+00:00", ""),
                 event.actor, event.action, event.subject_kind, event.subject_id, json.dumps(event.facts),
                 event.previous, event.digest, event.seal],
            )  # fmt: skip


def test_a_chain_computed_anew_is_an_alarm_at_once_and_named_after_six_ordinary_events(more):
    rewrite({6, 7, 8}, actor="person:1002")
    assert standing().alarm
    more(6)
    assert standing().alarm
    found = list(faults())
    assert "Event 4 was not written by the portal: its seal does not fit." in found
    assert "Event 5 was not written by the portal: its seal does not fit." in found


def test_a_trail_cut_off_is_still_an_alarm_when_it_has_grown_past_its_old_end(more):
    with as_database_owner() as cursor:
        cursor.execute("DELETE FROM synthportal_auditevent WHERE seq > 9")
    assert "cut off" in standing().alarm
    more(6)
    assert (
        standing().alarm == "Event 10 was written twice, with different words: the end of the trail was cut off before."
    )
    assert any("Event 10 " in fault for fault in faults())


def test_events_that_are_gone_from_the_middle_are_an_alarm_of_every_gate(more):
    with as_database_owner() as cursor:
        cursor.execute("DELETE FROM synthportal_auditevent WHERE seq IN (5, 6)")
    assert standing().alarm == "Events are missing."


def test_heads_that_were_taken_away_are_an_alarm_that_stays(more, settings):
    settings.AUDIT_HEADS.unlink()
    assert "missing or empty" in standing().alarm
    more(6)
    assert "missing or empty" in standing().alarm
    assert verify()


@pytest.mark.parametrize("change", ["a line less", "a word changed", "the last line changed"])
def test_heads_that_were_edited_are_named(more, settings, change):
    lines = settings.AUDIT_HEADS.read_bytes().splitlines(keepends=True)
    if change == "a line less":
        del lines[5]
    else:
        at = 5 if change == "a word changed" else -1
        lines[at] = lines[at].replace(b'"seq":', b'"seq":1')
    settings.AUDIT_HEADS.write_bytes(b"".join(lines))
    assert any("heads" in fault for fault in faults())
    assert (standing().alarm != "") is (change == "the last line changed")


def test_a_head_kept_elsewhere_tells_what_an_insider_with_every_key_has_rewritten(more, settings, tmp_path):
    outside = tmp_path / "outside"
    outside.write_bytes(settings.AUDIT_HEADS.read_bytes())
    with as_database_owner() as cursor:
        cursor.execute("DELETE FROM synthportal_auditevent WHERE seq > 5")
    settings.AUDIT_HEADS.unlink()
    accept("Nothing to see here.", by=Operator())
    more(8)
    assert list(faults()) == []
    said = StringIO()
    with pytest.raises(CommandError, match="broken"):
        call_command("verify_audit", "--heads", str(outside), stdout=StringIO(), stderr=said)
    assert "The head kept elsewhere for event 7 is another one than here." in said.getvalue()


SYSLOG = b"<109>1 2026-11-28T08:51:00.000Z portal synthportal 7 trail-head - "


@pytest.mark.parametrize("order", [[0, 1, 0, 1, 2, 3], [0, 0, 1, 2, 1, 2, 3, 3]])
@pytest.mark.parametrize(("before", "after"), [(b"", b"\n"), (SYSLOG, b"\n"), (SYSLOG, b"\r\n"), (SYSLOG, b"")])
def test_heads_that_were_sent_again_after_a_failure_or_by_a_log_server_are_read(
    more, settings, tmp_path, order, before, after
):
    kept = settings.AUDIT_HEADS.read_bytes().splitlines()
    lines = [before + kept[at] + (after or b"\n") for at in order]
    outside = tmp_path / "outside"
    outside.write_bytes(b"".join(lines).removesuffix(b"" if after else b"\n"))
    said = StringIO()
    call_command("verify_audit", "--heads", str(outside), stdout=said)
    assert "whole" in said.getvalue()


def test_a_head_that_is_missing_elsewhere_is_told_whatever_was_sent_again(more, settings, tmp_path):
    kept = settings.AUDIT_HEADS.read_bytes().splitlines(keepends=True)
    outside = tmp_path / "outside"
    outside.write_bytes(b"".join(kept[at] for at in (0, 1, 0, 1, 3)))
    with pytest.raises(CommandError, match="Line 5 of the heads does not follow the line before it"):
        call_command("verify_audit", "--heads", str(outside))


def test_heads_kept_elsewhere_that_nobody_signed_are_refused(more, settings, tmp_path):
    outside = tmp_path / "outside"
    outside.write_bytes(settings.AUDIT_HEADS.read_bytes())
    with pytest.raises(CommandError, match="not signed by the audit key"):
        call_command("verify_audit", "--heads", str(outside), "--key", "ab" * 32)


def test_what_was_accepted_with_a_reason_is_no_alarm_until_it_is_touched_again(more):
    rewrite({6, 7, 8}, actor="person:1002")
    call_command("verify_audit", "--accept", "The database was brought back by hand.", stdout=StringIO())
    assert standing().alarm == ""
    assert AuditEvent.objects.get(action="trail accepted").facts["reason"] == "The database was brought back by hand."
    more(3)
    assert list(faults()) == []
    with as_database_owner() as cursor:
        cursor.execute("UPDATE synthportal_auditevent SET actor = 'person:7' WHERE seq = 2")
    assert "What was accepted up to event 9 was changed since." in list(faults())


def test_a_broken_trail_that_was_read_is_an_alarm_also_where_its_head_is_sound(more):
    with as_database_owner() as cursor:
        cursor.execute("UPDATE synthportal_auditevent SET actor = 'person:7' WHERE seq = 2")
    assert standing().alarm == ""
    assert verify() == ["Event 2 was changed after it was written."]
    assert standing().alarm == "Event 2 was changed after it was written."
    more(3)
    assert standing().alarm == "Event 2 was changed after it was written."


def test_a_head_that_a_crash_cut_short_is_no_line_and_the_next_one_is_whole(more, settings):
    with settings.AUDIT_HEADS.open("ab") as file:
        file.write(b'{"seq":13,"dig')
    more(1)
    assert list(faults()) == []
    assert standing().alarm == ""


def test_a_look_at_the_head_costs_one_question_whatever_the_length(more, django_assert_num_queries):
    more(200)
    with django_assert_num_queries(1):
        assert standing().last == 212
    verify()
    with django_assert_num_queries(1):
        assert standing().verified == 212


def test_every_head_says_which_line_it_follows_and_none_is_rolled_back_into_the_file(more, people, settings):
    with transaction.atomic():
        record("tried", people["ana"], by=people["ana"])
        transaction.set_rollback(True)
    with settings.AUDIT_HEADS.open("rb") as file:
        heads = list(read_lines(file))
    assert [head.seq for head in heads] == list(range(13))
