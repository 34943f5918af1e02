"""Bake-offs: several synthesizers at once, and one run taken to review."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from generation.models import BakeOff, GenerationRun
from generation.repositories.bake_offs import waits_for_choice
from generation.stages.compare import BakeOffRequest, plan_bake_off, request_bake_off, take_run
from generation.tasks import submit_bake_off, submit_choice
from reviews.models import Review
from synthportal.errors import Conflict, NotPermitted
from synthportal.jobs.here import work_through
from synthportal.models import AuditEvent, Job
from tests.generation.door import page
from tests.generation.siblings import bake_off_of, sibling

# ---- Asking ---------------------------------------------------------------------------------------------------------


def test_without_a_seed_all_runs_share_a_random_one(world, people):
    wanted = BakeOffRequest(("copula", "trees"))
    runs = submit_bake_off(world.dataset, wanted, by=people["ana"]).runs.all()
    assert len({run.seed for run in runs}) == 1


def test_all_or_none_of_its_runs_are_asked_for(world, people):
    with pytest.raises(Conflict, match="no synthesizer of that name"):
        submit_bake_off(world.dataset, BakeOffRequest(("copula", "no such")), by=people["ana"])
    assert (BakeOff.objects.count(), GenerationRun.objects.count()) == (0, 1)


def test_only_the_owner_asks_and_takes(world, people, client_of):
    with pytest.raises(NotPermitted):
        plan_bake_off(world.dataset, BakeOffRequest(("copula", "trees")), by=people["cleo"])
    planned = plan_bake_off(world.dataset, BakeOffRequest(("copula", "trees")), by=people["ana"])
    with pytest.raises(NotPermitted):
        request_bake_off(planned, by=people["cleo"])
    found = page(client_of("cleo").get(reverse("bake_off_new", args=[world.dataset.pk])))
    assert "Only the owner of this dataset can ask for a run." in found
    assert "New bake-off" not in page(client_of("cleo").get(reverse("dataset", args=[world.dataset.pk])))
    with pytest.raises(NotPermitted):
        take_run(world.run, by=people["cleo"])


# ---- Following, and taking one --------------------------------------------------------------------------------------


def test_taking_twice_is_recorded_once_and_queued_once(measured, people):
    _, good, poor = measured
    for _ in range(2):
        submit_choice(good, by=people["ana"])
    assert AuditEvent.objects.filter(action="taken to review").count() == 1
    assert Job.objects.filter(kind="take", subject_id=good.pk).count() == 1
    assert waits_for_choice(poor)


def test_who_took_a_run_and_when_is_a_fact_of_the_run_and_not_of_its_jobs(measured, people):
    _, good, poor = measured
    submit_choice(good, by=people["ana"])
    Job.objects.all().delete()
    good, poor = (GenerationRun.objects.get(pk=run.pk) for run in (good, poor))
    taken = AuditEvent.objects.get(action="taken to review")
    assert (waits_for_choice(good), good.taken_by, taken.subject_id) == (False, people["ana"], str(good.pk))
    assert abs(good.taken_at - taken.at) < timedelta(seconds=5)
    assert (waits_for_choice(poor), poor.taken_by, poor.taken_at) == (True, None, None)


def test_runs_taken_before_that_was_a_fact_keep_the_person_and_time_of_their_first_job(measured, people):
    _, good, poor = measured
    for who, day in (("cleo", 2), ("ana", 1)):
        job = Job.objects.create(kind="take", subject_id=good.pk, requested_by=people[who], state="done")
        Job.objects.filter(pk=job.pk).update(created_at=datetime(2026, 3, day, tzinfo=UTC))
    Job.objects.create(kind="sample", subject_id=poor.pk, requested_by=people["ana"], state="done")
    import_module("generation.migrations.0009_runs_taken_before").from_jobs(apps, None)
    good, poor = (GenerationRun.objects.get(pk=run.pk) for run in (good, poor))
    assert (good.taken_by, good.taken_at) == (people["ana"], datetime(2026, 3, 1, tzinfo=UTC))
    assert poor.taken_at is None


@pytest.mark.parametrize(
    ("status", "in_bake_off", "why"),
    [("evaluated", False, "in no bake-off"), ("running", True, "must be evaluated first")],
)
def test_what_cannot_be_taken_says_why(world, people, status, in_bake_off, why):
    run = sibling(world, status=status)
    if in_bake_off:
        bake_off_of(world, run)
    run = GenerationRun.objects.select_related("dataset").get(pk=run.pk)
    with pytest.raises(Conflict, match=why):
        submit_choice(run, by=people["ana"])


@pytest.mark.slow
def test_the_real_synthesizers_come_to_a_recommendation_and_only_the_run_that_is_taken_opens_a_review(
    world, people, client_of
):
    wanted = BakeOffRequest(("copula", "gaussian_copula"), rows=1500, tier="quick", seed=3)
    bake_off = submit_bake_off(world.dataset, wanted, by=people["ana"])
    first, second = bake_off.runs.order_by("number")
    work_through(first.pk, second.pk)
    said = client_of("ana").get(f"/api/v1/bake-offs/{bake_off.pk}/").json()
    assert [(run["synthesizer"], run["status"]) for run in said["runs"]] == [
        ("copula", "evaluated"),
        ("gaussian_copula", "evaluated"),
    ]
    recommended = said["recommendation"]
    assert recommended["chosen"] or (recommended["ruled_out"] and recommended["what_to_try"])
    assert Job.objects.filter(kind="sample", subject_id=first.pk, state="done").exists()  # as after every evaluation
    assert not Review.objects.filter(run__bake_off=bake_off).exists()

    ana, url = client_of("ana"), reverse("run", args=[first.pk])
    waiting = page(ana.get(url))
    assert "no review opens until its owner takes it" in waiting
    assert "Take to review" in waiting
    assert ana.post(reverse("run_take", args=[first.pk]))["Location"] == url
    first.refresh_from_db()
    assert not waits_for_choice(first)
    work_through(first.pk)
    assert Review.objects.get(run__bake_off=bake_off).run == first
    assert "Go to the gate" in page(ana.get(url))
