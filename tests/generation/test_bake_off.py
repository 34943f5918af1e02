"""Bake-offs: several synthesizers at once, a recommendation in words, and one run taken to review."""

import json
from uuid import uuid4

import pytest
from django.urls import reverse

from generation.asked import asked_of
from generation.bake_off_form import BakeOffForm
from generation.choice import Measured
from generation.engine.evaluation.policy import default_policy
from generation.ledger import budget_of
from generation.models import BakeOff, GenerationRun
from generation.recommendation import recommend
from generation.stages.bake_off import BakeOffRequest, request_bake_off, take_run, waits_for_choice
from generation.tasks import submit_bake_off, submit_choice, submit_look
from reviews.models import Review
from synthportal.errors import Conflict, NotPermitted
from synthportal.jobs.here import work_through
from synthportal.models import AuditEvent, Job
from tests.generation.door import page
from tests.generation.siblings import bake_off_of, figure, harmless, sibling
from tests.generation.test_comparison import HIGH, LOW, MIDDLE, NONE, SOME, metric, run_with

POLICY = default_policy("training")
POSTED = {"synthesizers": ["copula", "gaussian_copula"], "rows": "120", "tier": "quick", "seed": "11"}


# ---- The recommendation ---------------------------------------------------------------------------------------------


def complete(name, skill=HIGH, carried=NONE, *more):
    """A run with everything that training needs."""
    given = run_with(name, skill, carried, *more)
    rest = {
        needed: metric(needed, 0.0, group="privacy" if needed in PRIVATE else "fidelity")
        for needed in POLICY.needed - given.metrics.keys()
    }
    return Measured(name, rest | given.metrics)


PRIVATE = POLICY.needed - {"skill_ratio", "column_shapes", "pair_trends", "schema_conformity", "placeholders"}


def test_the_most_useful_of_those_that_nothing_rules_out_is_recommended():
    found = recommend([complete("trees"), complete("copula", LOW)], POLICY)
    assert found.chosen == "trees"
    assert found.reasons == (
        "Nothing rules out trees and copula: no check blocks, and what the purpose needs was measured.",
        "trees is ahead on model skill kept: 0.97 (0.95 to 0.99), against copula 0.75 (0.72 to 0.78).",
    )
    assert (found.ruled_out, found.what_to_try) == ((), ())


def test_privacy_comes_first_however_useful_a_run_is():
    copied = metric("exact_matches", 0.02, 0.01, 0.03, group="privacy", status="block")
    found = recommend([complete("trees", HIGH, NONE, copied), complete("copula", LOW)], POLICY)
    assert found.chosen == "copula"
    assert found.reasons[0] == "copula is the only one that nothing rules out; model skill kept 0.75 (0.72 to 0.78)."
    assert found.ruled_out[0].name == "trees"
    assert found.ruled_out[0].reasons == ("blocked on records copied exactly: 0.02 (0.01 to 0.03)",)


def test_ties_are_told_and_the_next_figure_decides():
    shapes = metric("pair_trends", 0.98, 0.97, 0.99, group="fidelity")
    worse = metric("pair_trends", 0.9, 0.89, 0.91, group="fidelity")
    found = recommend([complete("trees", HIGH, NONE, shapes), complete("tvae", MIDDLE, NONE, worse)], POLICY)
    assert found.chosen == "trees"
    assert found.reasons[1:] == (
        "trees and tvae cannot be told apart on model skill kept (0.97 (0.95 to 0.99) and 0.96 (0.94 to 0.98)).",
        "trees is ahead on pair trends: 0.98 (0.97 to 0.99), against tvae 0.9 (0.89 to 0.91).",
    )


def test_among_equals_the_one_with_fewer_privacy_alarms_is_named():
    alarm = metric("near_matches", 0.002, group="privacy", status="review")
    found = recommend([complete("trees", HIGH, NONE, alarm), complete("tvae", MIDDLE)], POLICY)
    assert found.chosen == "tvae"
    assert "tvae raised fewer privacy checks to attention than the others." in found.reasons


def test_what_nothing_tells_apart_is_said_to_be_so():
    found = recommend([complete("trees"), complete("tvae")], POLICY)
    assert found.chosen == "trees"
    assert (
        found.reasons[-1] == "Nothing that was measured tells trees and tvae apart; trees is named because it is first."
    )


def test_a_lead_that_nobody_would_notice_decides_nothing():
    found = recommend([complete("trees", (0.971, 0.9709, 0.9711)), complete("tvae", (0.97, 0.9699, 0.9701))], POLICY)
    assert "trees and tvae cannot be told apart on model skill kept" in found.reasons[1]


def test_what_the_purpose_needs_and_was_not_computed_rules_a_run_out():
    missing = metric("singling_out_risk", None, group="privacy", status="not computed") | {"reason": "No holdout."}
    found = recommend([complete("trees", HIGH, NONE, missing)], POLICY)
    assert found.chosen is None
    assert found.reasons == ("None of them can be recommended.",)
    assert found.ruled_out[0].reasons == ("singling out could not be computed: No holdout.",)
    assert "holdout" in found.what_to_try[0]


def test_a_needed_metric_that_is_absent_rules_a_run_out_too():
    found = recommend([run_with("trees", HIGH, NONE)], POLICY)
    assert found.chosen is None
    assert "linkability was not measured" in found.ruled_out[0].reasons


def test_a_run_blocked_for_lack_of_power_is_told_apart_from_one_that_leaks():
    wide = metric("inference_risk", 0.05, -0.1, 0.25, group="privacy", status="block")
    found = recommend([complete("trees", HIGH, NONE, wide)], POLICY)
    assert found.ruled_out[0].reasons[0].endswith("the value itself lies within, so more records may help")
    assert len(found.what_to_try) == 1
    assert "not because of what was seen" in found.what_to_try[0]
    seen = metric("inference_risk", 0.4, 0.3, 0.5, group="privacy", status="block")
    assert "coarsen" in recommend([complete("trees", HIGH, NONE, seen)], POLICY).what_to_try[0]


def test_useless_runs_are_ruled_out_and_it_says_what_to_try():
    useless = metric("skill_ratio", 0.5, 0.4, 0.6, status="block") | {"threshold": {"passes": 0.95, "blocks": 0.85}}
    found = recommend([complete("copula", HIGH, NONE, useless)], POLICY)
    assert found.ruled_out[0].reasons == ("blocked on model skill kept: 0.5 (0.4 to 0.6), where below 0.85 blocks",)
    assert found.what_to_try == (
        "Try a synthesizer that learns more of the source, or a plan that removes less of what predicts.",
    )


def test_where_no_run_was_measured_nothing_is_recommended():
    assert recommend([], POLICY).chosen is None
    assert recommend([], POLICY).what_to_try


def test_testing_asks_for_coverage_and_not_for_skill():
    policy = default_policy("testing")
    wide, narrow = (
        run_with(name, skill, NONE, *(metric(needed, share) for needed in policy.needed if "coverage" in needed))
        for name, skill, share in (("copula", LOW, 0.99), ("trees", HIGH, 0.8))
    )
    filled = [
        Measured(one.name, {name: metric(name, 0.0) for name in policy.needed - one.metrics.keys()} | one.metrics)
        for one in (narrow, wide)
    ]
    found = recommend(filled, policy)
    assert found.chosen == "copula"
    assert "kinds of value covered" in found.reasons[1]


def test_attention_that_does_not_block_is_passed_on_to_the_reviewers():
    rules = metric("proposed_rules", 0.97, group="rules", status="review")
    found = recommend([complete("trees", HIGH, SOME, rules)], POLICY)
    assert found.reasons[-1] == "Asks for attention, though it does not block: rules kept."


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


def test_without_a_seed_all_runs_share_a_random_one(world, people):
    wanted = BakeOffRequest(("copula", "trees"))
    runs = submit_bake_off(world.dataset, wanted, by=people["ana"]).runs.all()
    assert len({run.seed for run in runs}) == 1


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


def test_all_or_none_of_its_runs_are_asked_for(world, people):
    with pytest.raises(Conflict, match="no synthesizer of that name"):
        submit_bake_off(world.dataset, BakeOffRequest(("copula", "no such")), by=people["ana"])
    assert (BakeOff.objects.count(), GenerationRun.objects.count()) == (0, 1)


def test_only_the_owner_asks_and_takes(world, people, client_of):
    with pytest.raises(NotPermitted):
        request_bake_off(world.dataset, BakeOffRequest(("copula", "trees")), by=people["cleo"])
    found = page(client_of("cleo").get(reverse("bake_off_new", args=[world.dataset.pk])))
    assert "Only the owner of this dataset can ask for a run." in found
    assert "New bake-off" not in page(client_of("cleo").get(reverse("dataset", args=[world.dataset.pk])))
    with pytest.raises(NotPermitted):
        take_run(world.run, by=people["cleo"])


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
    assert all(asked_of(run)["conditions"] == [{"where": {"sex": "Female"}, "rows": 60}] for run in runs)
    assert all(set(asked_of(run)["balance"]["shares"].values()) == {0.5} for run in runs)
    assert budget_of(known).spent == 2


def test_before_it_starts_the_form_tells_the_time_the_budget_and_what_will_be_reached(known, client_of):
    url, asked = reverse("bake_off_new", args=[known.pk]), private(2.5, **where(known, "sex", "Female", 60))
    shown = page(client_of("ana").post(url, asked, HTTP_HX_REQUEST="true"))
    assert "<html" not in shown
    assert "one after the other" in shown
    assert "this bake-off takes epsilon 2.5 and delta 1e-06" in shown
    assert "Spent 0 of 10; 7.5 will be left." in shown
    assert "60 of 120 records where sex is Female (50.0 %; real: 33.1 %, 10,607 training records)" in shown
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


@pytest.fixture
def measured(world):
    """Two evaluated runs in a bake-off that nothing rules out; the first keeps more skill."""
    fine = harmless(world)
    good = sibling(world, fine | {"skill_ratio": figure(0.97, 0.95, 0.99)}, synthesizer="trees")
    poor = sibling(world, fine | {"skill_ratio": figure(0.87, 0.86, 0.88, "review")}, synthesizer="copula")
    return bake_off_of(world, good, poor), good, poor


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


def test_taking_twice_is_recorded_once_and_queued_once(measured, people):
    _, good, poor = measured
    for _ in range(2):
        submit_choice(good, by=people["ana"])
    assert AuditEvent.objects.filter(action="taken to review").count() == 1
    assert Job.objects.filter(kind="take", subject_id=good.pk).count() == 1
    assert waits_for_choice(poor)


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
    assert not waits_for_choice(first)
    work_through(first.pk)
    assert Review.objects.get(run__bake_off=bake_off).run == first
    assert "Go to the gate" in page(ana.get(url))


# ---- The API --------------------------------------------------------------------------------------------------------


def test_a_program_starts_a_bake_off_and_sees_no_recommendation_before_all_are_over(world, client_of):
    ana, url = client_of("ana"), f"/api/v1/datasets/{world.dataset.pk}/bake-offs/"
    asked = {"synthesizers": ["copula", "trees"], "rows": 100, "policy": "quick"}
    started = ana.post(url, asked, "application/json")
    assert (started.status_code, started.json()["recommendation"]) == (201, None)
    assert [one["id"] for one in ana.get(url).json()] == [started.json()["id"]]
    refused = ana.post(url, {"synthesizers": ["copula"]}, "application/json")
    assert (refused.status_code, "one alone is an ordinary run" in refused.json()["detail"]) == (409, True)
    assert ana.post(url, {}, "application/json").status_code == 400


def test_a_program_gives_conditions_to_all_and_settings_by_name(world, client_of):
    ana, url = client_of("ana"), f"/api/v1/datasets/{world.dataset.pk}/bake-offs/"
    wanted = {"conditions": [{"where": {"sex": "Female"}, "rows": 40}], "parameters": {"trees": {"k": 30}}}
    both = {"synthesizers": ["copula", "trees"], "rows": 100} | wanted
    started = ana.post(url, both, "application/json")
    assert started.status_code == 201, started.json()
    copula, trees = BakeOff.objects.get().runs.order_by("number")
    assert trees.parameters["k"] == 30
    assert asked_of(copula) == asked_of(trees) == {"conditions": wanted["conditions"]}
    refused = ana.post(url, both | {"parameters": {"par": {}}}, "application/json")
    assert (refused.status_code, "not among those chosen" in refused.json()["detail"]) == (409, True)


def test_a_program_takes_the_recommended_run(measured, client_of):
    bake_off, good, _ = measured
    said = client_of("ana").get(f"/api/v1/bake-offs/{bake_off.pk}/").json()
    assert said["recommendation"]["chosen"] == f"run {good.number} (Trees)"
    assert client_of("ana").post(f"/api/v1/runs/{good.pk}/take/").status_code == 202
    assert client_of("cleo").post(f"/api/v1/runs/{good.pk}/take/").status_code == 403
