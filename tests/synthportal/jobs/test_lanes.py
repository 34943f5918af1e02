"""Lanes: what is expected to take long waits where it keeps nothing short waiting, and expectations learn."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from synthportal.jobs import broker, queue
from synthportal.jobs.lanes import ahead_of, left_seconds, live_jobs, usual_seconds
from synthportal.jobs.registry import KINDS, JobKind
from synthportal.models import Job, Person


@pytest.fixture
def ana(db) -> Person:
    return Person.objects.create(username="ana")


@pytest.fixture
def sent(monkeypatch) -> list[tuple[str, str]]:
    """(job, queue) of the messages that would have gone to the broker."""
    messages: list[tuple[str, str]] = []
    monkeypatch.setattr(broker.app, "send_task", lambda name, args, queue, **_: messages.append((args[0], queue)))
    return messages


@pytest.fixture
def queued(ana, sent, monkeypatch, django_capture_on_commit_callbacks):
    """Queue a job that says of itself how long it will take."""

    def enqueue(seconds: float | None) -> Job:
        monkeypatch.setitem(KINDS, "test", JobKind(lambda *_: None, None, None, lambda _: seconds))
        with django_capture_on_commit_callbacks(execute=True):
            return queue.enqueue("test", uuid4(), person_id=ana.pk)

    return enqueue


def finished(ana: Person, seconds: float, attempt: int = 1) -> None:
    now = timezone.now()
    Job.objects.create(
        kind="test", subject_id=uuid4(), requested_by=ana, state="done", attempt=attempt, token=attempt,
        started_at=now - timedelta(seconds=seconds), finished_at=now,
    )  # fmt: skip


@pytest.mark.parametrize(("seconds", "lane", "name"), [(60.0, "short", "celery"), (60.5, "long", "long")])
def test_what_takes_longer_than_the_limit_goes_into_the_long_lane(queued, sent, settings, seconds, lane, name):
    settings.LONG_JOB_SECONDS = 60.0
    job = queued(seconds)
    assert (job.lane, job.expected_seconds, sent) == (lane, seconds, [(str(job.pk), name)])


def test_the_reaper_sends_again_into_the_lane_of_the_job(queued, sent):
    job = queued(1000.0)
    sent.clear()
    Job.objects.update(sent_at=timezone.now() - timedelta(hours=1))
    assert queue.reap() == 1
    assert sent == [(str(job.pk), "long")]


def test_a_worker_that_is_told_nothing_takes_every_lane():
    assert (
        {one.name for one in broker.app.conf.task_queues}
        == set(broker.QUEUES.values())
        == {"celery", "long", "sign", "recompute"}
    )


def test_what_signs_goes_to_the_one_lane_whose_worker_has_the_key(ana, monkeypatch):
    assert {kind for kind, each in KINDS.items() if each.lane == Job.Lane.SIGN} == {"publish", "expire"}
    job = queue.enqueue("publish", uuid4(), person_id=ana.pk)
    assert job.lane == Job.Lane.SIGN


def test_a_kind_that_says_nothing_takes_what_the_last_ones_took(ana, queued):
    assert queued(None).expected_seconds == 30.0
    for seconds in (100, 10, 400):
        finished(ana, seconds)
    finished(ana, 9_000, attempt=2)  # killed once: its time is not whole
    assert usual_seconds("test") == pytest.approx(100, abs=1)
    assert queued(None).lane == "long"


def test_ahead_are_what_runs_in_the_lane_and_what_was_queued_before(queued):
    running, waiting, short, mine, later = (queued(seconds) for seconds in (900, 900, 1, 900, 900))
    now = timezone.now()
    Job.objects.filter(pk=running.pk).update(
        state="running", lease_until=now, started_at=now - timedelta(seconds=180), token=1
    )
    live = live_jobs()
    assert [job.pk for job in ahead_of(mine, live)] == [running.pk, waiting.pk]
    assert len(ahead_of(later, live)) == 3
    assert ahead_of(short, live) == []
    assert ahead_of(live[0], live) == []
    assert left_seconds(live[0]) == pytest.approx(720, abs=2)


def test_what_is_left_is_never_less_than_the_phase_that_runs_says(queued):
    job, now = queued(100), timezone.now()
    job.state, job.started_at, job.phase_started_at = "running", now - timedelta(hours=1), now - timedelta(minutes=10)
    job.done, job.total = 10, 60
    assert left_seconds(job) == pytest.approx(3000, abs=10)  # ten minutes for ten of sixty: fifty are left
