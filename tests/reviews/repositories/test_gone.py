"""What was said and is gone keeps the gate shut, though its counters were made to agree and the record judged again."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection, transaction

from reviews.engine.reading.judgement import Judgement
from reviews.models import Skip, Verdict
from reviews.repositories.gate.dossier import collect
from reviews.stages.adjudicate import look_again, settle_flag
from reviews.stages.review import claim_record, judge_record, skip_record
from reviews.stages.sample import refresh_statistics
from synthportal.models import AuditEvent
from synthportal.trail.audit import record
from synthportal.trail.heads import note_verified
from tests.cast import World, without_triggers
from tests.reviews.repositories.test_queue import counting

pytestmark = pytest.mark.both
GONE = "Something that was recorded in the review is gone: "


def run_past_triggers(*statements: str) -> None:
    with without_triggers(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def judged(world: World, by, decision: str = "clean", *reasons: str):
    held = claim_record(world.review, by=by)
    return judge_record(held, Judgement(decision, reasons), token=held.token, by=by)


def touched(world: World) -> str:
    return " ".join(collect(world.run).facts.touched)


def test_a_verdict_that_was_deleted_with_its_counter_and_given_again_opens_no_gate(world, people):
    flag = judged(world, people["ben"], "leakage", "near_copy")
    assert touched(world) == ""
    run_past_triggers(
        "DELETE FROM reviews_verdict",
        "DELETE FROM reviews_tally",
        "UPDATE reviews_reviewrecord SET state = 'waiting', claimed_by_id = NULL WHERE state = 'judged'",
    )
    assert judged(world, people["bea"]).record_id == flag.record_id
    assert touched(world) == GONE + "verdict."


def test_a_confirmed_leak_that_was_deleted_and_settled_again_opens_no_gate(world, people):
    flag = judged(world, people["ben"], "leakage", "near_copy")
    look_again(flag, Judgement("leakage", ("near_copy",)), by=people["bea"])
    settle_flag(flag, is_leak=True, note="The same person.", by=people["bea"])
    run_past_triggers(
        "DELETE FROM reviews_adjudication",
        "UPDATE reviews_review SET status = 'open', closed_at = NULL",
    )
    flag.refresh_from_db()
    settle_flag(type(flag).objects.get(pk=flag.pk), is_leak=False, by=people["bea"])
    assert GONE + "adjudication." in touched(world)


def test_a_second_look_that_was_deleted_opens_no_gate(world, people):
    flag = judged(world, people["ben"], "leakage", "near_copy")
    look_again(flag, Judgement("leakage", ("near_copy",)), by=people["bea"])
    run_past_triggers("DELETE FROM reviews_secondlook")
    assert touched(world) == GONE + "second look."


def test_a_skip_that_was_deleted_opens_no_gate(world, people):
    held = claim_record(world.review, by=people["ben"])
    skip_record(held, "cannot_tell", token=held.token, by=people["ben"])
    assert (Skip.objects.count(), touched(world)) == (1, "")
    run_past_triggers("DELETE FROM reviews_skip")
    assert touched(world) == GONE + "skip."


def steps_of_the_gate(world: World) -> int:
    refresh_statistics()
    last = AuditEvent.objects.latest("seq")
    note_verified(last.seq, last.digest)  # as every night: what came since then is counted by every gate
    with counting() as steps:
        collect(world.run)
    return steps[0]


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="counts the steps of SQLite's own machine")
def test_the_gate_costs_no_more_for_what_was_said_in_other_reviews(world, people):
    judged(world, people["ben"])
    before = steps_of_the_gate(world)
    with transaction.atomic():
        for _ in range(1_000):
            elsewhere = Verdict(record_id=uuid4(), by=people["ben"], decision="clean", reasons=[], fields=[], seconds=0)
            record("judged", elsewhere, by=people["ben"], review=str(uuid4()), record="", decision="clean")
    assert steps_of_the_gate(world) < 1.5 * before
