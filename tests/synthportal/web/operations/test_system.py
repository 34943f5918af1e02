"""The system page says to administrators how the portal stands; /metrics says it to a Prometheus that may ask."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from generation.tasks import submit_look
from synthportal.jobs import queue, sightings
from synthportal.jobs.registry import DUTIES
from synthportal.models import AuditEvent, Job, Sighting
from tests.reviews.pages.door import text
from tests.whole.url_matrix import PEOPLE

SAMPLE = re.compile(r'([a-z_]+)(?:\{([a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*)\})? (-?[0-9.e+]+)')


@pytest.fixture(autouse=True)
def _nothing_written(monkeypatch):
    monkeypatch.setattr(sightings, "_written", {})


def scraped(client, **headers) -> dict[tuple[str, str], float]:
    answer = client.get("/metrics", **headers)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    found, declared = {}, set()
    for line in answer.content.decode().splitlines():
        if line.startswith("# TYPE "):
            declared.add(line.split()[2])
        elif not line.startswith("#"):
            name, labels, value = SAMPLE.fullmatch(line).groups()
            assert name in declared
            assert (name, labels) not in found, "a sample stands once"
            found[name, labels or ""] = float(value)
    return found


def test_an_administrator_sees_who_works_what_waits_and_what_is_wrong(world, client_of):
    sightings.saw_worker("short@somewhere", ["celery", "sign"])
    sightings.saw_worker("long@elsewhere", ["long"])
    Sighting.objects.filter(name="long@elsewhere").update(seen_at=timezone.now() - timedelta(minutes=5))
    Job.objects.all().delete()
    submit_look(world.dataset, by=world.dataset.owner)
    page = text(client_of("root").get("/system/"))
    for words in ("short@somewhere", "short, sign", "silent", "none was made by the command", "Parsers", "Trail"):
        assert words in page, words
    assert world.dataset.name not in page


def test_it_is_linked_for_administrators_and_not_there_for_others(world, client_of):
    assert 'href="/system/"' in client_of("root").get("/").content.decode()
    for name in set(PEOPLE) - {"root", "anonymous"}:
        answer = client_of(name).get("/")
        assert 'href="/system/"' not in answer.content.decode()


def test_a_duty_that_stops_is_told_and_keeps_no_other_from_its_work(db, monkeypatch, client_of):
    done = []

    def breaks():
        raise ValueError("a cell")

    def works():
        done.append(1)

    monkeypatch.setattr(queue, "DUTIES", [breaks, works])
    queue.reap()
    assert done == [1]
    assert Sighting.objects.get(name="breaks").found == "stopped: ValueError"
    assert Sighting.objects.get(name="works").is_well


def test_every_duty_of_the_reaper_is_told_with_its_last_result(world):
    queue.reap()
    told = Sighting.objects.filter(kind=Sighting.Kind.CHORE, is_well=True)
    assert {one.name for one in told} == {duty.__name__ for duty in DUTIES}


def test_the_metrics_count_what_the_database_holds(world):
    Job.objects.filter(state=Job.State.QUEUED).delete()
    submit_look(world.dataset, by=world.dataset.owner)
    job = Job.objects.get(state=Job.State.QUEUED)
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(minutes=2))
    found = scraped(Client())
    assert found["synthportal_queue_waiting", f'lane="{job.lane}"'] == 1
    assert 119 < found["synthportal_queue_oldest_seconds", f'lane="{job.lane}"'] < 180
    assert found["synthportal_jobs", f'kind="{job.kind}",state="queued"'] == 1
    counted = sum(value for (name, _), value in found.items() if name == "synthportal_events_total")
    assert counted == AuditEvent.objects.count()
    done = Job.objects.filter(state=Job.State.DONE, kind="profile")
    assert found["synthportal_job_seconds_count", 'kind="profile"'] == done.count()
    spent = sum((each.finished_at - each.started_at).total_seconds() for each in done)
    assert found["synthportal_job_seconds_sum", 'kind="profile"'] == pytest.approx(spent, rel=1e-4)


def test_the_metrics_answer_this_machine_and_nobody_behind_a_proxy(db):
    assert Client().get("/metrics").status_code == 200
    assert Client().get("/metrics", REMOTE_ADDR="10.0.0.7").status_code == 404
    assert Client().get("/metrics", HTTP_X_FORWARDED_FOR="127.0.0.1").status_code == 404


def test_with_a_token_the_metrics_answer_whoever_has_it_and_nobody_else(db, settings):
    settings.METRICS_TOKEN = "s3cret"
    assert Client().get("/metrics").status_code == 404
    assert Client().get("/metrics", HTTP_AUTHORIZATION="Bearer other").status_code == 404
    assert scraped(Client(), HTTP_AUTHORIZATION="Bearer s3cret", REMOTE_ADDR="10.0.0.7")
