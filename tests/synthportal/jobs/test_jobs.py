"""Jobs: the database owns them; messages, workers and brokers may fail as they like."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from generation.models import Dataset
from synthportal import celery
from synthportal.errors import Conflict
from synthportal.jobs import broker, queue, supervise
from synthportal.jobs.child import run_claimed
from synthportal.jobs.here import JobFailed, work_through
from synthportal.jobs.progress import Report, eta_seconds, percent
from synthportal.jobs.registry import KINDS, JobKind
from synthportal.models import AuditEvent, Job, Person
from synthportal.transitions import move
from tests.faults.portal import ROOT, Portal, stop, wait_for
from tests.faults.test_parallel import THREADS
from tests.synthportal.storage.test_vault import free_port
from tests.synthportal.test_transitions import Row

CANARY = "CANARY-51d0"


@pytest.fixture
def ana(db) -> Person:
    return Person.objects.create(username="ana")


@pytest.fixture
def sent(monkeypatch) -> list[str]:
    """The messages that would have gone to the broker."""
    messages: list[str] = []
    monkeypatch.setattr(broker.app, "send_task", lambda name, args, **_: messages.append(args[0]))
    return messages


@pytest.fixture
def kind(monkeypatch):
    """Register a kind of job for the test: `kind(function)`; its name is "test"."""

    def register(run, then=None, failed=None) -> str:
        monkeypatch.setitem(KINDS, "test", JobKind(run, then, failed))
        return "test"

    return register


@pytest.fixture
def job(ana, sent, kind, django_capture_on_commit_callbacks) -> Job:
    kind(lambda subject_id, worker, report: None)
    with django_capture_on_commit_callbacks(execute=True):
        return queue.enqueue("test", uuid4(), person_id=ana.pk)


def now_of(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def lapse(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_job_is_sent_when_its_transaction_commits_and_its_message_is_its_id(job, sent):
    assert sent == [str(job.pk)]
    assert now_of(job).sent_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_transaction_is_rolled_back_is_never_sent(ana, sent, kind):
    kind(lambda *_: None)
    with transaction.atomic():
        queue.enqueue("test", uuid4(), person_id=ana.pk)
        transaction.set_rollback(True)
    assert sent == []
    assert not Job.objects.exists()


def test_asking_twice_gives_the_live_job(job, ana):
    assert queue.enqueue("test", job.subject_id, person_id=ana.pk).pk == job.pk
    with pytest.raises(IntegrityError, match=r"one_live_job|UNIQUE"), transaction.atomic():
        Job.objects.create(kind="test", subject_id=job.subject_id, requested_by=ana)


def test_an_unknown_kind_of_job_is_refused(ana):
    with pytest.raises(KeyError):
        queue.enqueue("rm", uuid4(), person_id=ana.pk)


@pytest.mark.both
def test_of_two_claims_the_second_loses(job):
    assert queue.claim(job.pk) is not None
    assert queue.claim(job.pk) is None


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_of_twenty_threads_one_wins_the_claim():
    ana = Person.objects.create(username="ana")
    job = Job.objects.create(kind="ingest", subject_id=uuid4(), requested_by=ana)
    names: dict[str, object] = {}
    exec(THREADS, names)
    claims, errors = names["at_once"](20, lambda number: queue.claim(job.pk))
    assert errors == []
    assert sum(claim is not None for claim in claims) == 1
    assert (now_of(job).attempt, now_of(job).token) == (1, 1)


def test_a_message_delivered_twice_runs_the_job_once(job, monkeypatch):
    watched = []
    monkeypatch.setattr(supervise, "supervise", watched.append)
    celery.run_job(str(job.pk))
    celery.run_job(str(job.pk))
    assert [worker.job_id for worker in watched] == [job.pk]


@pytest.mark.parametrize(
    "message",
    [
        "rm -rf /",
        "",
        "1",
        str(UUID(int=7)),
        {"job": 1},
        [1],
        None,
        7,
        "'; DROP TABLE synthportal_job; --",
        "A" * 100_000,
    ],
    ids=repr,
)
def test_a_crafted_message_does_nothing(job, message, monkeypatch, caplog):
    monkeypatch.setattr(supervise, "supervise", pytest.fail)
    celery.run_job(message)
    assert Job.objects.get().state == "queued"
    assert not message or all(str(message) not in said for said in caplog.messages)


def test_a_message_for_a_job_that_is_over_does_nothing(job, ana, monkeypatch):
    monkeypatch.setattr(supervise, "supervise", pytest.fail)
    queue.cancel(job, by=ana)
    celery.run_job(str(job.pk))
    assert now_of(job).state == "cancelled"


def test_the_worker_takes_json_only():
    assert celery.app.conf.accept_content == ["json"]
    assert celery.app.conf.task_serializer == "json"


def test_a_lost_message_is_found_and_sent_again(job, sent, settings):
    assert queue.reap() == 0
    late = timezone.now() - timedelta(seconds=settings.LEASE_SECONDS + 1)
    Job.objects.filter(pk=job.pk).update(sent_at=late)
    assert queue.reap() == 1
    assert sent == [str(job.pk)] * 2
    assert queue.reap() == 0


def test_a_job_that_was_never_sent_is_found(job, sent):
    Job.objects.filter(pk=job.pk).update(sent_at=None)
    assert queue.reap() == 1


def test_a_lapsed_lease_is_found_and_the_next_claim_has_a_larger_token(job, sent):
    first = queue.claim(job.pk)
    assert queue.reap() == 0
    lapse(job)
    assert queue.reap() == 1
    second = queue.claim(job.pk)
    assert (first.token, second.token, now_of(job).attempt) == (1, 2, 2)


def test_a_heartbeat_extends_the_lease_of_the_claim_that_counts_only(job, settings):
    first = queue.claim(job.pk)
    lapse(job)
    assert queue.heartbeat(first)
    assert now_of(job).lease_until > timezone.now() + timedelta(seconds=settings.LEASE_SECONDS - 5)
    lapse(job)
    second = queue.claim(job.pk)
    assert not queue.heartbeat(first)
    assert queue.heartbeat(second)


def test_a_worker_that_gives_back_lets_the_next_one_start_at_once(job):
    queue.give_back(queue.claim(job.pk))
    assert queue.claim(job.pk).token == 2


@pytest.mark.both
def test_the_child_of_a_worker_that_is_gone_ends_before_it_does_anything(tmp_path):
    words = [sys.executable, "manage.py", "run_job", str(uuid4()), "--token=1", "--parent=1"]
    ended = subprocess.run(words, cwd=ROOT, env=os.environ | {"SYNTHPORTAL_HOME": str(tmp_path)}, check=False)
    assert ended.returncode == -signal.SIGKILL


def test_a_stale_worker_cannot_finish_fail_report_or_move(job):
    stale = queue.claim(job.pk)
    lapse(job)
    queue.claim(job.pk)
    for act in (
        lambda: queue.finish(stale),
        lambda: queue.fail(stale, "no"),
        lambda: move(Row(Dataset, "uploaded"), "ingested", by=stale),
    ):
        with pytest.raises(Conflict, match="taken it over"), transaction.atomic():
            act()
    Report(job.pk, stale.token)("fitting", 5, 10)
    kept = now_of(job)
    assert (kept.state, kept.token, kept.phase, kept.done) == ("running", 2, "starting", 0)
    assert not AuditEvent.objects.filter(action__in=["failed", "ingested"]).exists()


def test_a_cancelled_job_cannot_be_claimed_beaten_or_finished_and_says_who(job, ana):
    worker = queue.claim(job.pk)
    queue.cancel(job, by=ana)
    assert now_of(job).state == "cancelled"
    assert queue.claim(job.pk) is None
    assert not queue.heartbeat(worker)
    with pytest.raises(Conflict):
        queue.finish(worker)
    with pytest.raises(Conflict, match="already over"):
        queue.cancel(job, by=ana)
    assert AuditEvent.objects.get(action="cancelled").actor == ana.audit_name


def test_what_follows_a_job_is_queued_with_its_end(ana, sent, kind, monkeypatch):
    monkeypatch.setitem(KINDS, "next", JobKind(lambda *_: None, None, None))
    subject = uuid4()
    queue.enqueue(kind(lambda *_: None, then="next"), subject, person_id=ana.pk)
    done = work_through(subject)
    assert [(one.kind, one.state, one.requested_by) for one in done] == [("test", "done", ana), ("next", "done", ana)]


class Parsing(Exception):
    """An error of a library: its message quotes a cell."""


def fail_on_a_cell(subject_id, worker, report):
    cell = CANARY
    raise Parsing(f"could not convert {cell!r}")


def test_a_failing_job_keeps_its_reason_without_the_cell_it_failed_on(ana, sent, kind, caplog, capfd):
    told = []
    kind(fail_on_a_cell, failed=lambda subject_id, worker, reason: told.append(reason))
    job = queue.enqueue("test", uuid4(), person_id=ana.pk)
    with caplog.at_level(logging.DEBUG):
        assert run_claimed(queue.claim(job.pk)) is False
    kept = now_of(job)
    assert kept.state == "failed"
    assert kept.error.startswith("The work stopped on an unexpected error (Parsing at test_jobs.py:")
    assert told == [kept.error]
    said = "".join([kept.error, caplog.text, *capfd.readouterr(), str(list(AuditEvent.objects.values()))])
    assert "Parsing at test_jobs.py" in caplog.text
    assert CANARY not in said


def test_an_error_made_for_people_is_kept_word_for_word(ana, sent, kind):
    def refuse(*_):
        raise Conflict("Ask for fewer rows.", "Or add memory.")

    job = queue.enqueue(kind(refuse), uuid4(), person_id=ana.pk)
    with pytest.raises(JobFailed, match=r"Ask for fewer rows\. Or add memory\."):
        work_through(job.subject_id)


def test_a_lack_of_memory_is_said_in_words(ana, sent, kind):
    def swell(*_):
        raise MemoryError

    job = queue.enqueue(kind(swell), uuid4(), person_id=ana.pk)
    assert run_claimed(queue.claim(job.pk)) is False
    assert "not enough memory" in now_of(job).error


def test_a_database_that_goes_away_is_no_failure_of_the_work(ana, sent, kind):
    def lose(*_):
        raise DatabaseError("the connection is closed")

    job = queue.enqueue(kind(lose), uuid4(), person_id=ana.pk)
    with pytest.raises(DatabaseError):
        run_claimed(queue.claim(job.pk))
    assert now_of(job).state == "running"


def test_a_job_whose_process_died_too_often_fails_in_words(job, sent, settings):
    for _ in range(settings.JOB_ATTEMPTS):
        queue.give_back(queue.claim(job.pk))
    assert queue.claim(job.pk) is None
    queue.reap()
    kept = now_of(job)
    assert (kept.state, kept.attempt) == ("failed", settings.JOB_ATTEMPTS)
    assert kept.error == "The work was killed 5 times, most likely for lack of memory. Try fewer rows."
    assert sent == [str(job.pk)]


def test_workers_that_are_restarted_are_no_failure_of_the_job(job, sent, settings):
    for _ in range(settings.JOB_ATTEMPTS + 1):
        assert queue.claim(job.pk) is not None
        lapse(job)
    queue.reap()
    assert now_of(job).state == "running"
    assert queue.claim(job.pk) is not None


def test_a_job_that_takes_every_worker_along_ends_and_does_not_speak_of_memory(job, sent):
    for _ in range(queue.MOST_CLAIMS):
        assert queue.claim(job.pk) is not None
        lapse(job)
    queue.reap()
    kept = now_of(job)
    assert (kept.state, kept.crashes) == ("failed", 0)
    assert kept.error.startswith("The worker stopped 50 times while at this.")


def test_progress_is_told_as_a_percentage_and_the_time_left_from_the_speed_so_far(job):
    queue.claim(job.pk)
    started = timezone.now() - timedelta(seconds=30)
    Job.objects.filter(pk=job.pk).update(done=25, total=100, phase_started_at=started)
    kept = now_of(job)
    assert percent(kept) == 25
    assert 90 <= eta_seconds(kept) <= 93  # 30 s for a quarter: 90 s for the rest


@pytest.mark.parametrize(
    ("done", "total", "expected"),
    [(0, 0, None), (5, 0, None), (0, 3, 0), (1, 3, 33), (2, 3, 66), (3, 3, 100), (4, 3, 100)],
)
def test_a_percentage_is_whole_and_at_most_a_hundred(done, total, expected):
    assert percent(Job(done=done, total=total)) == expected


@pytest.mark.parametrize(("done", "total", "state"), [(0, 10, "running"), (11, 10, "running"), (5, 10, "queued")])
def test_the_time_left_is_not_told_when_it_cannot_be_known(done, total, state):
    assert eta_seconds(Job(done=done, total=total, state=state, phase_started_at=timezone.now())) is None


def test_progress_is_written_at_once_for_a_new_phase_and_seldom_within_one(job, django_assert_num_queries):
    heard = []
    report = Report(job.pk, queue.claim(job.pk).token, lambda *said: heard.append(said))
    with django_assert_num_queries(2):
        for phase in ("fitting", "sampling"):
            for done in range(100):
                report(phase, done, 100)
    assert len(heard) == 200
    assert (now_of(job).phase, now_of(job).done) == ("sampling", 0)


def test_the_database_refuses_a_running_job_without_a_lease_and_negative_progress(job):
    for changes in ({"state": "running"}, {"done": -1}, {"attempt": 9}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Job.objects.filter(pk=job.pk).update(**changes)


MAKE = """
from synthportal.jobs.queue import enqueue
from synthportal.models import Job, Person
from uuid import uuid4
ana = Person.objects.create(username="ana")
print(enqueue("minimise", uuid4(), person_id=ana.pk).state)
"""


@pytest.mark.redis
@pytest.mark.slow
def test_while_the_broker_is_down_a_job_waits_and_runs_when_it_is_back(tmp_path):
    port = free_port()
    portal = Portal(tmp_path, broker_url=f"redis://127.0.0.1:{port}/0")
    worker = portal.start_worker()
    try:
        began = time.monotonic()
        assert portal.run(MAKE) == "queued"
        assert time.monotonic() - began < 60  # a page that queues a job is not held up by a broker that is down
        assert portal.query("SELECT state, attempt FROM synthportal_job") == [("queued", 0)]
        broker = subprocess.Popen(
            ["redis-server", "--port", str(port), "--save", "", "--dir", str(tmp_path)], stdout=subprocess.DEVNULL
        )
        try:
            # The dataset is unknown, so that the job fails: it ran.
            wait_for(lambda: portal.query("SELECT state FROM synthportal_job") == [("failed",)], "the job to run")
        finally:
            stop(worker)
            broker.terminate()
            broker.wait()
    finally:
        stop(worker)
