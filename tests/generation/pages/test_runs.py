"""The pages of runs: asked for, estimated, followed, cancelled, evaluated again."""

from __future__ import annotations

import pytest
from django.urls import reverse

from generation.models import GenerationRun
from synthportal.models import Job
from tests.generation.door import page

pytestmark = pytest.mark.django_db


def test_a_new_run_shows_purpose_costs_and_what_each_policy_allows_before_the_button(world, ana):
    found = page(ana.get(reverse("run_new", args=[world.dataset.pk])))
    for words in ("Train a model", "income", "of memory", "records to review", "fewer than 1 %", "Start run"):
        assert words in found


def test_a_run_is_asked_for_with_its_parameters(world, ana):
    posted = {"synthesizer": "ctgan", "rows": "500", "tier": "quick", "seed": "3", "ctgan-epochs": "12"}
    response = ana.post(reverse("run_new", args=[world.dataset.pk]), posted)
    run = GenerationRun.objects.get(number=2)
    assert response["Location"] == reverse("run", args=[run.pk])
    assert (run.rows, run.seed, run.tier, run.parameters["epochs"]) == (500, 3, "quick", 12)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"ctgan-epochs": "many"}, "must be a whole number from 1 to 5000"),
        ({"synthesizer": "no such"}, "There is no synthesizer of that name"),
        ({"tier": "lenient"}, "The policy is one of"),
    ],
)
def test_a_run_that_cannot_be_is_refused_beside_the_form_and_nothing_is_lost(world, ana, wrong, sentence):
    posted = {"synthesizer": "ctgan", "rows": "1234", "tier": "quick", "seed": "77"} | wrong
    response = ana.post(reverse("run_new", args=[world.dataset.pk]), posted)
    assert response.status_code == 422
    assert sentence in page(response)
    assert 'value="1234"' in page(response)
    assert 'value="77"' in page(response)


def test_the_estimate_follows_the_form(world, ana):
    url = reverse("run_new", args=[world.dataset.pk])
    quick, slow = (
        page(ana.get(url, {"synthesizer": "ctgan", "rows": "10", "ctgan-epochs": epochs}, HTTP_HX_REQUEST="true"))
        for epochs in ("1", "5000")
    )
    assert "CTGAN" in quick
    assert quick != slow


@pytest.mark.parametrize("typed", ["", "²", "9" * 5000, "-1", "1e999", "0"])
def test_whatever_is_typed_into_a_new_run_gets_an_answer_in_words(world, ana, typed):
    url = reverse("run_new", args=[world.dataset.pk])
    posted = {"synthesizer": "ctgan", "rows": typed, "tier": "quick", "seed": typed, "ctgan-batch_size": typed or "x"}
    assert ana.post(url, posted).status_code == 422
    assert "before the settings are numbers" in page(ana.get(url, posted, HTTP_HX_REQUEST="true"))


def test_a_steward_may_look_at_a_new_run_but_not_start_one(world, client_of):
    found = page(client_of("cleo").get(reverse("run_new", args=[world.dataset.pk])))
    assert "Only the owner of this dataset can ask for a run." in found


def test_a_running_job_shows_phase_percentage_time_left_and_cancel(world, ana):
    GenerationRun.objects.filter(pk=world.run.pk).update(status="queued")
    url = reverse("run_progress", args=[world.run.pk])
    ana.post(reverse("run_new", args=[world.dataset.pk]), {"synthesizer": "ctgan", "rows": "9", "tier": "quick"})
    run = GenerationRun.objects.get(number=2)
    Job.objects.filter(subject_id=run.pk).update(phase="training", done=93, total=300)
    found = page(ana.get(url.replace(str(world.run.pk), str(run.pk)), {"seen": "queued"}, HTTP_HX_REQUEST="true"))
    assert "waits for a worker" in found
    assert reverse("run_cancel", args=[run.pk]) in found
    assert "hx-get" in found
    assert ana.post(reverse("run_cancel", args=[run.pk])).status_code == 302
    assert page(ana.get(reverse("run", args=[run.pk]))).count("New run like this") == 1


def test_one_more_evaluation_can_be_asked_for_by_owner_and_steward_and_not_by_an_auditor(world, client_of):
    url = reverse("run_evaluate", args=[world.run.pk])
    assert client_of("eve").post(url).status_code == 403
    assert client_of("cleo").post(url).status_code == 302
    assert Job.objects.filter(kind="evaluate", subject_id=world.run.pk, state="queued").exists()
