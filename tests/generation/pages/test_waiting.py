"""What is ahead of a run that waits, and estimates that learn from what runs took on this machine."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from generation.models import Dataset, GenerationRun, RunPart
from generation.pages.status.waiting import Waiting
from generation.repositories.durations import seconds_to_generate, seconds_to_sample_parts
from generation.stages.compare import BakeOffRequest
from generation.tasks import submit_bake_off
from synthportal.jobs.queue import enqueue
from synthportal.models import Job, Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role
from synthportal.storage.keys import create_key
from tests.cast import give_to
from tests.generation.door import page, start_run
from tests.generation.siblings import sibling

CTGAN = {"synthesizer": "ctgan", "rows": "500", "ctgan-epochs": "300", "ctgan-batch_size": "500"}


def running(run, person, *, minutes_ago, expected_minutes, phase="fitting"):
    now = timezone.now()
    return Job.objects.create(
        kind="generate", subject_id=run, requested_by=person, state="running", token=1, attempt=1, phase=phase,
        lane="long", expected_seconds=60 * expected_minutes, started_at=now - timedelta(minutes=minutes_ago),
        lease_until=now + timedelta(hours=1),
    )  # fmt: skip


def took(run, seconds):
    now = timezone.now()
    Job.objects.create(
        kind="generate", subject_id=run.pk, requested_by=run.requested_by, state="done", token=1, attempt=1,
        started_at=now - timedelta(seconds=seconds), finished_at=now,
    )  # fmt: skip


@pytest.fixture
def fitting(world):
    """Run 2 of the dataset has been fitting for 8 of 20 minutes."""
    run = sibling(world, artefact_sha256="ab" * 32)
    GenerationRun.objects.filter(pk=run.pk).update(status="running")
    return running(run.pk, world.dataset.owner, minutes_ago=8, expected_minutes=20)


def waiting(ana, world):
    run = start_run(ana, world.dataset, **CTGAN)
    assert Job.objects.get(subject_id=run.pk).lane == "long"
    return run


def test_a_waiting_run_says_what_is_ahead_of_it_and_how_long_that_takes(world, ana, fitting):
    run = waiting(ana, world)
    found = page(ana.get(reverse("run", args=[run.pk])))
    assert "Generate waits for a worker" in found
    assert "1 job ahead: run 2 of incomes, fitting, about 12 min left" in found
    assert "1 job ahead: run 2 of incomes" in page(ana.get(reverse("home")))
    assert ana.get(f"/api/v1/runs/{run.pk}/").json()["jobs_ahead"] == 1
    third = waiting(ana, world)
    found = page(ana.get(reverse("run", args=[third.pk])))
    assert "2 jobs ahead: run 2 of incomes, fitting, about 12 min left; run 3 of incomes, generate" in found
    listed = ana.get(f"/api/v1/datasets/{world.dataset.pk}/runs/").json()
    assert {one["number"]: one["jobs_ahead"] for one in listed} == {1: None, 2: None, 3: 1, 4: 2}


def test_a_dataset_that_one_may_not_see_is_not_named(world, ana, client_of, fitting):
    stranger = Person.objects.create(username="zoe")
    grant(stranger, Role.OWNER)
    give_to(world.dataset, stranger.pk)
    world.dataset.refresh_from_db()
    Job.objects.filter(pk=fitting.pk).update(phase="training of incomes")
    other = sibling(world, number=9, artefact_sha256="cd" * 32)
    GenerationRun.objects.filter(pk=other.pk).update(status="queued")
    Job.objects.create(kind="generate", subject_id=other.pk, requested_by=stranger, lane="long", expected_seconds=900.0)
    # The steward sees both; the owner of neither sees no name.
    found = page(client_of("cleo").get(reverse("run", args=[other.pk])))
    assert "1 job ahead: run 2 of incomes, training of incomes" in found
    line = Waiting(Person.objects.get(username="ana")).line(Job.objects.get(subject_id=other.pk))
    assert line == "1 job ahead: a job of another dataset, about 12 min left"


def test_short_work_has_nothing_ahead_while_a_long_fit_runs(world, ana, fitting):
    run = start_run(ana, world.dataset, synthesizer="copula", rows="60")
    assert Job.objects.get(subject_id=run.pk).lane == "short"
    found = page(ana.get(reverse("run", args=[run.pk])))
    assert "Generate waits for a worker" in found
    assert "ahead" not in found


def test_an_estimate_learns_from_what_runs_of_the_synthesizer_took_here(world, ana):
    url = reverse("run_new", args=[world.dataset.pk])

    def said():
        return page(ana.get(url, CTGAN | {"tier": "quick"}, HTTP_HX_REQUEST="true"))

    before = said()
    assert "No run of it has finished here yet" in before
    parameters = {"epochs": 300, "batch_size": 500}
    runs = [sibling(world, synthesizer="ctgan", parameters=parameters) for _ in range(3)]
    promised = seconds_to_generate(runs[0].pk)
    for run, times in zip(runs, (2.0, 3.0, 40.0), strict=True):
        took(run, times * promised)
    assert seconds_to_generate(runs[0].pk) == pytest.approx(3 * promised, rel=0.01)  # the median
    after = said()
    assert "Learnt from what the last 3 runs of CTGAN (SDV) took here, sampling included." in after
    assert before != after
    job = Job.objects.get(subject_id=waiting(ana, world).pk)
    assert job.expected_seconds == pytest.approx(3 * promised, rel=0.05)


def test_parts_of_a_large_run_go_into_the_long_lane_together(world):
    parts = [RunPart.objects.create(run=world.run, index=index, rows=10, id=uuid4()) for index in range(4)]
    assert seconds_to_sample_parts(parts[0].pk) == 4 * 30


def test_a_bake_off_looks_into_the_queue_once_whatever_its_size(world, ana, fitting, django_assert_max_num_queries):
    wanted = BakeOffRequest(("ctgan", "tvae", "copulagan"), rows=100, seed=1)
    bake_off = submit_bake_off(world.dataset, wanted, by=world.dataset.owner)
    with django_assert_max_num_queries(45):
        found = page(ana.get(reverse("bake_off", args=[bake_off.pk])))
    assert "ahead: run 2 of incomes, fitting" in found


# ---- What a profile will take ----------------------------------------------------------------------------------------


@pytest.fixture
def large(shop):
    """A dataset that waits to be profiled: 1,000,000 training records of five columns; `shop` was profiled before."""
    Dataset.objects.update(training_rows=100)
    waiting = Dataset.objects.get()
    waiting.pk, waiting._state.adding, waiting.key = None, True, create_key()
    waiting.status, waiting.profile, waiting.training_rows = "ingested", {}, 1_000_000
    waiting.save(force_insert=True)
    return waiting


def profiled_in(dataset, seconds):
    """The dataset's profile, finished, took so long."""
    job = Job.objects.get(kind="profile", subject_id=dataset.pk)
    Job.objects.filter(pk=job.pk).update(started_at=job.finished_at - timedelta(seconds=seconds))


@pytest.mark.slow
def test_a_large_profile_says_what_it_takes_as_one_of_such_a_size_took_here(shop, large, ana):
    """200,000 records of five columns in 40 s are 25,000 cells a second: 5,000,000 cells take 200 s."""
    Dataset.objects.filter(pk=shop.pk).update(training_rows=200_000)
    profiled_in(shop, 40)
    shown = page(ana.get(reverse("dataset", args=[large.pk])))
    assert "about 3 min 20 s, as the last one of such a size took" in shown
    assert enqueue("profile", large.pk, person_id=shop.owner_id).expected_seconds == pytest.approx(200)


def test_what_a_small_table_took_says_nothing_of_a_large_one(shop, large, ana):
    profiled_in(shop, 4)
    assert "how long is not known" in page(ana.get(reverse("dataset", args=[large.pk])))


def test_what_is_done_in_seconds_is_not_told(shop, large, ana):
    Dataset.objects.filter(pk=shop.pk).update(training_rows=1_000_000)
    profiled_in(shop, 9)
    shown = page(ana.get(reverse("dataset", args=[large.pk])))
    assert "such a size" not in shown
