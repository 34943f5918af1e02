"""The pages of bake-offs: asked for, followed, cancelled, and the recommended run taken to review."""

import json
import re
from uuid import uuid4

import pytest
from django.urls import reverse

from generation.models import BakeOff, GenerationRun
from generation.pages.bake_offs.form import BakeOffForm
from generation.repositories.budget import budget_of
from generation.repositories.compositions import composition_of
from generation.stages.compare import BakeOffRequest
from generation.tasks import submit_bake_off, submit_look
from synthportal.jobs.here import work_through
from synthportal.models import AuditEvent, Job
from tests.generation.door import page

POSTED = {"synthesizers": ["copula", "gaussian_copula"], "rows": "120", "tier": "quick", "seed": "11"}


# ---- Asking ---------------------------------------------------------------------------------------------------------


@pytest.mark.both
def test_one_click_starts_a_run_of_each_with_the_same_rows_tier_and_seed(world, client_of):
    ana, url = client_of("ana"), reverse("bake_off_new", args=[world.dataset.pk])
    assert url in page(ana.get(reverse("dataset", args=[world.dataset.pk])))
    response = ana.post(url, POSTED)
    bake_off = BakeOff.objects.get()
    assert response["Location"] == reverse("bake_off", args=[bake_off.pk])
    runs = list(bake_off.runs.order_by("number").values_list("synthesizer", "rows", "tier", "seed", "status"))
    assert runs == [("copula", 120, "quick", 11, "queued"), ("gaussian_copula", 120, "quick", 11, "queued")]
    assert Job.objects.filter(kind="generate", state="queued").count() == 2
    assert AuditEvent.objects.filter(subject_kind="bakeoff").values_list("action", flat=True)[0] == "requested"


def test_a_double_click_makes_one_bake_off(world, client_of):
    ana, url = client_of("ana"), reverse("bake_off_new", args=[world.dataset.pk])
    posted = POSTED | {"form_key": "6a8f3f3e-3b0c-4c39-9b1b-2f8a5f1d8f10"}
    first, second = (ana.post(url, posted)["Location"] for _ in range(2))
    assert first == second
    assert (BakeOff.objects.count(), GenerationRun.objects.count()) == (1, 3)
    assert Job.objects.filter(kind="generate", state="queued").count() == 2


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"synthesizers": ["copula"]}, "Choose 2 to 8 different synthesizers"),
        ({"synthesizers": []}, "Tick two or more synthesizers."),
        ({"synthesizers": ["copula", "no such"]}, "Select a valid choice"),
        ({"rows": "0"}, "greater than or equal to 1"),
        ({"rows": "²"}, "whole number"),
        ({"seed": "9" * 30}, "A seed is a whole number"),
    ],
)
def test_what_cannot_be_is_refused_beside_the_form_and_nothing_is_started(world, client_of, wrong, sentence):
    response = client_of("ana").post(reverse("bake_off_new", args=[world.dataset.pk]), POSTED | wrong)
    assert response.status_code == 422
    assert sentence in page(response)
    assert (BakeOff.objects.count(), GenerationRun.objects.count()) == (0, 1)


def test_the_recommended_one_and_quick_ones_are_ticked_and_each_shows_its_cost(world):
    form = BakeOffForm(None, dataset=world.dataset)
    ticked = [one["card"].name for one in form.options if one["checked"]]
    assert ticked[0] == "trees"
    assert "ctgan" not in ticked
    assert "dp_marginals" not in ticked  # it would spend a budget that cannot be had again
    assert all("of memory" in one["cost"] for one in form.options)


@pytest.fixture
def known(world):
    """The world's dataset once the portal has found the values to choose from."""
    submit_look(world.dataset, by=world.dataset.owner)
    work_through(world.dataset.pk)
    return world.dataset


def private(epsilon, **more):
    """A bake-off of which one run is differentially private, in its form."""
    names = ["trees", "copula", "dp_marginals"]
    return POSTED | {"synthesizers": names, "dp_marginals-epsilon": str(epsilon), "dp_marginals-delta": "1e-6"} | more


def where(dataset, label, value, amount, kind="condition"):
    """A row of what is asked for, in the form."""
    name = next(column["name"] for column in dataset.schema if column["label"] == label)
    return {f"{kind}-0-term-0": json.dumps([name, value]), f"{kind}-0-amount": str(amount)}


def test_every_run_gets_what_is_asked_for_and_each_synthesizer_its_own_settings(known, client_of):
    posted = private(2, **where(known, "sex", "Female", 60), **{"balance-0": "50"})
    assert client_of("ana").post(reverse("bake_off_new", args=[known.pk]), posted).status_code == 302
    runs = list(BakeOff.objects.get().runs.order_by("number"))
    assert [run.parameters.get("epsilon") for run in runs] == [None, None, 2.0]
    assert all(composition_of(run)["conditions"] == [{"where": {"sex": "Female"}, "rows": 60}] for run in runs)
    assert all(set(composition_of(run)["balance"]["shares"].values()) == {0.5} for run in runs)
    assert budget_of(known).spent == 2


def test_before_it_starts_the_form_tells_the_time_the_budget_and_what_will_be_reached(known, client_of):
    url, asked = reverse("bake_off_new", args=[known.pk]), private(2.5, **where(known, "sex", "Female", 60))
    shown = page(client_of("ana").post(url, asked, HTTP_HX_REQUEST="true"))
    assert "<html" not in shown
    assert "one after the other" in shown
    assert "this bake-off takes epsilon 2.5 and delta 1e-06" in shown
    assert "Spent 0 of 10; 7.5 will be left." in shown
    asked_for = r"60 of 120 records where sex is Female \(50\.0 %; real: 33\.\d %, 10,\d{3} training records\)"
    assert re.search(asked_for, shown)
    assert not GenerationRun.objects.filter(bake_off__isnull=False).exists()
    assert "Tick two or more" in page(client_of("ana").post(url, POSTED | {"synthesizers": []}, HTTP_HX_REQUEST="true"))


def test_what_cannot_be_reached_starts_nothing_and_says_so_once(known, client_of):
    url, asked = reverse("bake_off_new", args=[known.pk]), POSTED | where(known, "sex", "Female", 121)
    shown = page(client_of("ana").post(url, asked, HTTP_HX_REQUEST="true"))
    assert shown.count("121 of 120") == 1
    refused = client_of("ana").post(url, asked)
    assert refused.status_code == 422
    assert "121 of 120" in page(refused)
    assert not BakeOff.objects.exists()


def test_in_two_windows_the_budget_is_spent_once_and_the_second_is_refused_whole(known, client_of):
    ana, url = client_of("ana"), reverse("bake_off_new", args=[known.pk])
    first, second = private(6, form_key=str(uuid4())), private(6, form_key=str(uuid4()))
    assert ana.post(url, first).status_code == 302
    refused = ana.post(url, second)
    assert refused.status_code == 422
    assert "This source has epsilon 4 of 10 left; the run asks for 6." in page(refused)
    assert (BakeOff.objects.count(), budget_of(known).spent) == (1, 6)
    assert GenerationRun.objects.filter(bake_off__isnull=False).count() == 3


def test_one_more_condition_is_a_row_more_and_starts_nothing(known, client_of):
    asked = POSTED | where(known, "sex", "Female", 60) | {"more": "condition"}
    shown = page(client_of("ana").post(reverse("bake_off_new", args=[known.pk]), asked))
    assert "condition-1-amount" in shown
    assert not BakeOff.objects.exists()


# ---- Following, and taking one --------------------------------------------------------------------------------------


def test_the_page_names_the_recommended_run_and_takes_it_to_review(measured, client_of):
    bake_off, good, poor = measured
    found = page(client_of("ana").get(reverse("bake_off", args=[bake_off.pk])))
    assert f"Run {good.number} (Trees) is recommended." in found
    assert f"Take run {good.number} to review" in found
    assert reverse("run_take", args=[poor.pk]) in found
    assert f"?run={good.number}&run={poor.number}" in found.replace("&amp;", "&")
    assert "hx-get" not in found
    assert found.count("<h1") == 1
    assert " style=" not in found


def test_while_runs_are_at_work_the_page_follows_them_and_recommends_nothing_yet(measured, client_of):
    bake_off, _, poor = measured
    GenerationRun.objects.filter(pk=poor.pk).update(status="running")
    Job.objects.create(kind="generate", subject_id=poor.pk, requested_by=bake_off.by, phase="fitting")
    ana, url = client_of("ana"), reverse("bake_off_progress", args=[bake_off.pk])
    found = page(ana.get(reverse("bake_off", args=[bake_off.pk])))
    assert "1 of 2 runs are over." in found
    assert f"{url}?seen=evaluated-running" in found
    still = ana.get(url, {"seen": "evaluated-running"}, HTTP_HX_REQUEST="true")
    assert "<html" not in page(still)
    assert "HX-Refresh" not in still
    assert ana.get(url, {"seen": "evaluated-queued"}, HTTP_HX_REQUEST="true")["HX-Refresh"] == "true"
    assert ana.get(url)["Location"] == reverse("bake_off", args=[bake_off.pk])


def test_what_is_not_over_can_be_cancelled_at_once(world, people, client_of):
    bake_off = submit_bake_off(world.dataset, BakeOffRequest(("copula", "trees")), by=people["ana"])
    url = reverse("bake_off_cancel", args=[bake_off.pk])
    assert client_of("cleo").post(url).status_code == 403
    assert client_of("ana").post(url).status_code == 302
    assert {run.status for run in bake_off.runs.all()} == {"cancelled"}
    assert set(Job.objects.filter(kind="generate").values_list("state", flat=True)) <= {"done", "cancelled"}
    assert client_of("ana").post(url).status_code == 409
    assert "None of these runs can be recommended." in page(
        client_of("ana").get(reverse("bake_off", args=[bake_off.pk]))
    )
