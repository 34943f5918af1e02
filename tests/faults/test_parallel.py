"""Many at once: one release, no record held twice."""

from __future__ import annotations

import json

import pytest

from tests.faults.portal import Portal

THREADS = """
import json, threading
from django.db import connection
def at_once(count, act):
    barrier, results, errors = threading.Barrier(count), [], []
    def run(number):
        barrier.wait()
        try:
            results.append(act(number))
        except Exception as error:
            errors.append(type(error).__name__)
        finally:
            connection.close()
    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return results, errors
"""
CLAIM = (
    THREADS
    + """
from reviews.models import Review
from reviews.stages.review import claim_record
from synthportal.models import Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role
people = [Person.objects.create(username=f"annotator {number}") for number in range(100)]
[grant(person, Role.ANNOTATOR) for person in people]
review = Review.objects.get()
def claim(number):
    record = claim_record(review, by=people[number])
    return str(record.pk) if record else ""
print(json.dumps([*at_once(100, claim), review.records.count()]))
"""
)
RELEASE = (
    THREADS
    + """
from generation.models import GenerationRun
from reviews.models import Release, Review
from reviews.repositories.gate.dossier import collect
from reviews.stages.gate import waive_condition, why_not_sign
from reviews.stages.release import release_run
from reviews.stages.review import Judgement, claim_record, judge_record
from synthportal.models import AuditEvent, Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role
annotator, waiver, steward = (Person.objects.create(username=name) for name in ("ben", "cora", "cleo"))
grant(annotator, Role.ANNOTATOR)
grant(waiver, Role.STEWARD)
grant(steward, Role.STEWARD)
review, run = Review.objects.get(), GenerationRun.objects.get()
while record := claim_record(review, by=annotator):
    judge_record(record, Judgement("clean"), token=record.token, by=annotator)
for condition in ("utility", "fidelity", "diversity"):
    waive_condition(run, condition, reason="Only the format matters here.", by=waiver)
assert not why_not_sign(steward, run)
seen = collect(run)
assert not seen.unmet, seen.unmet
approval = {"dossier_hash": seen.hash, "seen": seen.needing_eyes}
released, errors = at_once(50, lambda number: str(release_run(run, by=steward, **approval).pk))
events = AuditEvent.objects.filter(action="released", subject_kind="release")
print(json.dumps([released, errors, Release.objects.count(), events.count()]))
"""
)
REQUEUE = """
import json, threading, time
from django.db import connection, transaction
from reviews.models import Review, ReviewRecord, Verdict
from reviews.stages.pause import requeue_verdicts
from reviews.stages.review import Judgement, claim_record, judge_record
from synthportal.models import Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role
ben, bea, cleo = (Person.objects.create(username=name) for name in ("ben", "bea", "cleo"))
grant(ben, Role.ANNOTATOR)
grant(cleo, Role.STEWARD)
review = Review.objects.get()
record = claim_record(review, by=ben)
verdict = judge_record(record, Judgement("clean"), token=record.token, by=ben)
holding, ended = threading.Barrier(2), []
def second_verdict():
    # What a second person's verdict does: it locks the record, and then, on its way into the table, the review.
    try:
        with transaction.atomic():
            ReviewRecord.objects.select_for_update().get(pk=record.pk)
            holding.wait()
            time.sleep(1)
            Verdict.objects.create(record=record, by=bea, decision="clean")
        ended.append("saved")
    except Exception as error:
        ended.append(type(error).__name__)
    finally:
        connection.close()
other = threading.Thread(target=second_verdict)
other.start()
holding.wait()
try:
    ended.append(requeue_verdicts(review, [str(verdict.pk)], reason="Too quick.", by=cleo))
except Exception as error:
    ended.append(type(error).__name__)
other.join()
print(json.dumps(ended))
"""


@pytest.fixture
def reviewing(reviewed: Portal, copied) -> Portal:
    """A portal with one run whose review is open."""
    return copied(reviewed)


@pytest.mark.slow
def test_a_hundred_annotators_claiming_at_once_never_hold_the_same_record(reviewing):
    claimed, errors, records = json.loads(reviewing.run(CLAIM))
    held = [record for record in claimed if record]
    assert errors == []
    assert len(held) == len(set(held)) == min(100, records)


@pytest.mark.slow
def test_fifty_releases_at_once_make_one_release_and_one_event(reviewing):
    released, errors, rows, events = json.loads(reviewing.run(RELEASE))
    assert (len(released), rows, events) == (1, 1, 1)
    assert errors == ["Conflict"] * 49


@pytest.mark.slow
def test_a_verdict_and_a_re_queueing_of_the_same_record_both_go_through(reviewing):
    assert json.loads(reviewing.run(REQUEUE)) == ["saved", 1]
