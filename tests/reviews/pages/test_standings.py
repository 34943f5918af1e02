"""Where a run stands is said with the same words wherever the run is shown, and no page offers what is over."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from generation.models import GenerationRun
from reviews.engine.reading.judgement import Judgement
from reviews.models import Release, Review
from reviews.stages.adjudicate import look_again, settle_flag
from reviews.stages.release import withdraw_release
from reviews.stages.review import claim_record, judge_record
from synthportal.jobs.here import work_through
from synthportal.jobs.queue import enqueue
from synthportal.models import AuditEvent, DataKey, Job, Person
from tests.cast import World, agree_limits, put_as_made
from tests.generation.siblings import bake_off_of, sibling
from tests.reviews.pages.door import text

SignIn = Callable[[str], Client]
People = dict[str, Person]


def said_of(world: World, client: Client) -> dict[str, Any]:
    """What each place says of the world's run: pages as their text, the API's words as they are."""
    sibling(world, artefact_sha256="ab" * 32)  # a comparison needs two
    pages = {
        "runs": reverse("runs"),
        "dataset": reverse("dataset", args=[world.dataset.pk]),
        "run": reverse("run", args=[world.run.pk]),
        "comparison": reverse("comparison", args=[world.dataset.pk]),
        "reviews": reverse("reviews"),
    }
    said = {name: text(client.get(url)) for name, url in pages.items()}
    listed = client.get(f"/api/v1/datasets/{world.dataset.pk}/runs/").json()
    said["API, listed"] = next(run["standing_words"] for run in listed if run["id"] == str(world.run.pk))
    said["API"] = client.get(f"/api/v1/runs/{world.run.pk}/").json()["standing_words"]
    return said


def key_of(world: World, client: Client) -> str:
    return str(client.get(f"/api/v1/runs/{world.run.pk}/").json()["standing"])


def stages_of(client: Client, run: GenerationRun) -> dict[str, str]:
    """The stages on the page of a run, each with its state and note."""
    stages = client.get(reverse("run", args=[run.pk])).context["timeline"]["stages"]
    return {stage["name"]: " ".join(filter(None, (stage["state"], stage.get("note", "")))) for stage in stages}


def test_a_run_in_review_says_everywhere_how_many_records_are_judged(world: World, client_of: SignIn, people: People):
    for _ in range(3):
        record = claim_record(world.review, by=people["ben"])
        judge_record(record, Judgement("clean"), token=record.token, by=people["ben"])
    total = sum(world.review.places.values())
    words, cleo = f"in review, 3 of {total}", client_of("cleo")
    for place, said in said_of(world, cleo).items():
        assert words in said, place
    assert key_of(world, cleo) == "in_review"
    stages = stages_of(cleo, world.run)
    assert stages["review"] == f"running 3 of {total}"
    assert stages["gate"] == "waiting"
    assert f"3 of {total}" in text(client_of("ana").get(reverse("home")))


def test_a_judged_run_waits_for_a_signature_where_its_gate_is_open(reviewed: World, client_of: SignIn):
    cleo = client_of("cleo")
    for place, said in said_of(reviewed, cleo).items():
        assert "waits for a signature" in said, place
    assert stages_of(cleo, reviewed.run)["gate"] == "waiting waits for a signature"
    assert "Every record is judged: it waits for a steward." in text(client_of("ana").get(reverse("home")))


def test_a_judged_run_whose_gate_is_shut_says_so_and_not_that_it_waits(
    reviewed: World, client_of: SignIn, people: People
):
    changes = {"rules": {"column_shapes": {"passes": 0.99}}}
    agree_limits(reviewed.dataset.purpose, changes, reason="A coarser table.")
    cleo = client_of("cleo")
    for place, said in said_of(reviewed, cleo).items():
        assert "judged, the gate is shut" in said, place
    assert stages_of(cleo, reviewed.run)["gate"] == "failed shut"


def test_a_rejected_run_says_everywhere_that_it_is_rejected(world: World, client_of: SignIn, people: People):
    leak = Judgement("leakage", ["near_copy"])
    while world.review.status == "open":
        record = claim_record(world.review, by=people["ben"])
        verdict = judge_record(record, leak, token=record.token, by=people["ben"])
        look_again(verdict, leak, by=people["cleo"])
        settle_flag(verdict, is_leak=True, note="the same house", by=people["cleo"])
        world.review.refresh_from_db()
    cleo = client_of("cleo")
    for place, said in said_of(world, cleo).items():
        assert "rejected" in said, place
    assert stages_of(cleo, world.run)["review"] == "failed rejected"
    assert "Evaluate again" not in text(cleo.get(reverse("run", args=[world.run.pk])))


def test_a_released_run_leads_to_its_release_and_a_withdrawn_one_offers_no_download(
    release: Release, client_of: SignIn, people: People
):
    world, cleo, dan = World(release.run.dataset, release.run, release.review), client_of("cleo"), client_of("dan")
    for place, said in said_of(world, cleo).items():
        assert "released" in said, place
    assert "Go to release 1" in text(cleo.get(reverse("run", args=[world.run.pk])))
    assert stages_of(cleo, world.run)["release"] == "done"
    page = reverse("release", args=[release.pk])
    assert "Download Parquet" in text(dan.get(page))
    withdraw_release(release, reason="A mistake in the source.", by=people["cleo"])
    offered = dan.get(page).content.decode()
    for gone in ("Download Parquet", "?format=", "Load it"):
        assert gone not in offered
    assert "withdrawn" in text(cleo.get(reverse("runs")))
    assert "withdrawn" in text(cleo.get(reverse("reviews")))
    assert key_of(world, cleo) == "withdrawn"
    assert stages_of(cleo, world.run)["release"] == "failed withdrawn"
    gate = cleo.get(reverse("gate", args=[world.run.pk]))
    assert "release 1 , withdrawn" in text(gate)
    assert "Sign and release" not in text(gate)
    assert "note is-met" not in gate.content.decode()


def test_the_list_of_runs_is_narrowed_down_to_where_they_stand(world: World, client_of: SignIn):
    sibling(world, artefact_sha256="ab" * 32)
    cleo = client_of("cleo")
    found = text(cleo.get(reverse("runs"), {"status": "in_review"}))
    assert ("incomes / run 1" in found, "incomes / run 2" in found) == (True, False)
    assert "Nothing matches" in text(cleo.get(reverse("runs"), {"status": "rejected"}))
    assert "incomes / run 2" in text(cleo.get(reverse("runs"), {"status": "evaluated"}))


def test_a_run_in_a_bake_off_is_not_in_review_until_it_is_taken(world: World, client_of: SignIn):
    run = sibling(world, artefact_sha256="ab" * 32)
    bake_off_of(world, run)
    ana = client_of("ana")
    Job.objects.create(kind="sample", subject_id=run.pk, requested_by=world.dataset.owner)
    found = text(ana.get(reverse("run", args=[run.pk])))
    assert "evaluated, not in review" in found
    assert "waits for a worker" not in found
    assert ana.get(f"/api/v1/runs/{run.pk}/").json()["standing"] == "not_taken"


def test_a_run_whose_sample_is_being_drawn_names_that_work_and_its_stage(world: World, client_of: SignIn):
    run = sibling(world, artefact_sha256="ab" * 32)
    job = enqueue("sample", run.pk, person_id=world.dataset.owner_id)
    Job.objects.filter(pk=job.pk).update(state="running", phase="starting", lease_until=job.created_at, token=1)
    ana = client_of("ana")
    found = text(ana.get(reverse("run", args=[run.pk])))
    assert "The drawing of the sample begins" in found
    assert "Starting" not in found
    assert stages_of(ana, run)["sample"] == "running being drawn"


def test_a_plan_to_confirm_has_no_stage_at_work_beside_it(world: World, client_of: SignIn):
    type(world.dataset).objects.filter(pk=world.dataset.pk).update(status="profiled")
    Job.objects.create(
        kind="profile", subject_id=world.dataset.pk, requested_by=world.dataset.owner, state="running", token=1,
        lease_until=world.dataset.created_at, phase="starting",
    )  # fmt: skip
    page = client_of("ana").get(reverse("dataset", args=[world.dataset.pk]))
    assert "plan to confirm" in text(page)
    states = {stage["name"]: stage["state"] for stage in page.context["timeline"]["stages"]}
    assert states == {"ingest": "done", "profile": "done", "minimise": "waiting"}
    assert "Starting" not in text(page)


# --- Evidence that cannot tell ---------------------------------------------------------------------------------------


def test_nobody_is_asked_to_judge_records_of_which_the_evidence_cannot_tell(world: World, client_of: SignIn):
    second, ana = sibling(world, artefact_sha256="cd" * 32), client_of("ana")
    evidence, why = second.evaluations.get(), "Undecided: 0.3 cannot be ruled out, and 0.2 is the limit."
    changed = {"status": "undecided", "reason": why}
    evidence.metrics = [one | (changed if one["name"] == "inference_risk" else {}) for one in evidence.metrics]
    put_as_made(evidence)
    enqueue("sample", second.pk, person_id=world.dataset.owner_id)
    [job] = work_through(second.pk)
    assert (job.state, job.error) == ("done", "")
    assert not Review.objects.filter(run=second).exists()
    found = text(ana.get(reverse("run", args=[second.pk])))
    assert "too few records to tell" in found
    assert "the records are too few to decide inference, and no review could open the gate" in found
    assert stages_of(ana, second)["sample"] == "failed not drawn: undecided"
    assert ana.get(f"/api/v1/runs/{second.pk}/").json()["standing"] == "undecided"
    event = AuditEvent.objects.filter(action="not sampled").get()
    assert (event.facts["why"], event.facts["checks"]) == ("undecided", ["inference_risk"])


# --- Runs of equal bytes ---------------------------------------------------------------------------------------------


def test_a_second_run_of_the_same_bytes_says_so_links_to_the_first_ones_review_and_ends(
    world: World, client_of: SignIn
):
    second, ana = sibling(world), client_of("ana")
    enqueue("sample", second.pk, person_id=world.dataset.owner_id)
    [job] = work_through(second.pk)
    assert (job.state, job.error) == ("done", "")
    page = ana.get(reverse("run", args=[second.pk]))
    found = text(page)
    for words in ("same bytes as run 1", "Run 1 made exactly these bytes, and its review counts"):
        assert words in found
    assert reverse("desk", args=[world.review.pk]) in page.content.decode()
    for never in ("Ask for one more evaluation", "Evaluate again", "Go to the gate"):
        assert never not in found
    said = ana.get(f"/api/v1/runs/{second.pk}/").json()
    assert (said["standing"], said["standing_words"]) == ("same_bytes", "same bytes as run 1")
    assert "same bytes as run 1" in text(ana.get(reverse("runs")))
    assert "Run 1 made exactly these bytes" in text(ana.get(reverse("gate", args=[second.pk])))
    event = AuditEvent.objects.filter(action="not sampled").get()
    assert (event.subject_id, event.facts["review"]) == (str(second.pk), str(world.review.pk))


def test_a_failed_draw_from_before_is_not_held_against_a_run_of_the_same_bytes(world: World, client_of: SignIn):
    second = sibling(world)
    Job.objects.create(
        kind="sample", subject_id=second.pk, requested_by=world.dataset.owner, state="failed", error="An earlier run."
    )
    found = text(client_of("ana").get(reverse("run", args=[second.pk])))
    assert "Ask for one more evaluation" not in found
    assert "same bytes as run 1" in found


def test_a_run_of_the_same_bytes_is_not_offered_for_review_in_its_bake_off(world: World, client_of: SignIn):
    second = sibling(world)
    bake_off = bake_off_of(world, second)
    found = text(client_of("ana").get(reverse("bake_off", args=[bake_off.pk])))
    assert "same bytes as run 1" in found
    assert "Take run 2 to review" not in found


@pytest.mark.parametrize("where", ["run", "runs"])
def test_the_same_bytes_in_another_dataset_are_not_named(world: World, client_of: SignIn, where: str):
    other = copy.copy(world.dataset)
    other.pk, other.name, other._state = uuid4(), "elsewhere", copy.copy(other._state)
    other.key = DataKey.objects.create(wrapped=None)
    other._state.adding = True
    other.save(force_insert=True)
    second = sibling(world, dataset=other, number=7)
    url = reverse("run", args=[second.pk]) if where == "run" else reverse("runs")
    found = client_of("ana").get(url)
    assert "same bytes as an earlier run" in text(found)
    assert reverse("desk", args=[world.review.pk]) not in found.content.decode()
