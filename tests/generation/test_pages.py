"""The pages of datasets and runs, through Django's test client and the real verbs."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.urls import reverse

from generation.engine.evaluation.policy import default_policy
from generation.evidence import reading_of, tiles, worst_of
from generation.models import Dataset, GenerationRun, Purpose
from generation.plan_table import plan_from
from generation.plots import column_figures, drawn
from generation.stages.minimise import latest_plan
from generation.words import entity_words
from synthportal.models import DataKey, Job

pytestmark = pytest.mark.django_db

HEAVY = {"sdv", "torch", "presidio_analyzer", "spacy", "sklearn", "opendp", "lightgbm", "numba"}
HOSTILE = "<img src=x onerror=alert(1)>"


def page(response):
    return response.content.decode()


def stated(**changes):
    csv = SimpleUploadedFile("claims.csv", b"a,b\n1,2\n", content_type="text/csv")
    return {"purpose": "training", "prohibited_uses": "None at all.", "name": "claims", "file": csv} | changes


@pytest.fixture
def ana(client_of):
    return client_of("ana")


# ---- Who sees what ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["dataset", "dataset_progress", "run_new", "dataset_erase"])
@pytest.mark.parametrize("who", ["ben", "dan", "nobody", "root"])
def test_a_dataset_that_is_not_yours_answers_like_one_that_does_not_exist(world, client_of, who, name):
    assert client_of(who).get(reverse(name, args=[world.dataset.pk])).status_code == 404
    assert client_of(who).get(reverse(name, args=[uuid4()])).status_code == 404


@pytest.mark.parametrize("who", ["ana", "cleo", "eve"])
def test_owner_steward_and_auditor_see_evidence_with_plots_and_nobody_else_does(world, client_of, who):
    url = reverse("run", args=[world.run.pk])
    assert "Columns, real and synthetic" in page(client_of(who).get(url))
    assert client_of("ben").get(url).status_code == 404


@pytest.mark.parametrize("name", ["datasets", "dataset_new", "runs"])
def test_pages_ask_strangers_to_log_in(client, db, name):
    assert client.get(reverse(name)).status_code == 302


@pytest.mark.parametrize("name", ["plan", "plan_confirm", "run_cancel", "run_evaluate"])
def test_changes_are_posts(world, ana, name):
    subject = world.run if name.startswith("run") else world.dataset
    assert ana.get(reverse(name, args=[subject.pk])).status_code == 405


# ---- Lists --------------------------------------------------------------------------------------------------------


def test_an_empty_list_says_what_to_do_next(ana):
    assert "Upload the first one" in page(ana.get(reverse("datasets")))
    assert "Go to datasets" in page(ana.get(reverse("runs")))


def test_search_and_filters_are_in_the_url_and_unknown_ones_are_ignored(world, ana):
    datasets = reverse("datasets")
    assert world.dataset.name in page(ana.get(datasets, {"q": "income", "status": "minimised"}))
    assert "Nothing matches" in page(ana.get(datasets, {"q": "no such words"}))
    assert world.dataset.name in page(ana.get(datasets, {"status": "' OR 1=1", "sort": "owner__password"}))


def test_sorting_turns_round_when_the_header_is_pressed_again(world, ana):
    assert 'href="?sort=-name"' in page(ana.get(reverse("datasets"), {"sort": "name"}))
    assert 'aria-sort="descending"' in page(ana.get(reverse("datasets"), {"sort": "-name"}))


# ---- A new dataset ------------------------------------------------------------------------------------------------


def test_an_upload_becomes_a_dataset_that_waits_for_ingest(ana):
    response = ana.post(reverse("dataset_new"), stated(name=""))
    dataset = Dataset.objects.get()
    assert response["Location"] == reverse("dataset", args=[dataset.pk])
    assert (dataset.name, dataset.size) == ("claims", 8)
    assert Job.objects.get().kind == "ingest"
    assert "waits for a worker" in page(ana.get(response["Location"]))


def test_a_refused_form_keeps_what_was_typed_and_nothing_of_the_file(ana):
    response = ana.post(reverse("dataset_new"), stated(description="For the claims team.", retain_until="soon"))
    assert response.status_code == 422
    assert "For the claims team." in page(response)
    assert "Choose the file again" in page(response)
    assert not Dataset.objects.exists()
    assert not DataKey.objects.exists()


def test_a_file_over_the_limit_is_refused_in_one_sentence_beside_the_form(ana, settings):
    settings.UPLOAD_LIMIT_BYTES = 4
    response = ana.post(reverse("dataset_new"), stated())
    assert response.status_code == 422
    assert "the most this portal accepts" in page(response)
    assert 'value="claims"' in page(response)


def test_an_empty_file_is_refused_in_words(ana):
    response = ana.post(reverse("dataset_new"), stated(file=SimpleUploadedFile("claims.csv", b"")))
    assert response.status_code == 422
    assert "empty (0 bytes)" in page(response) or "Choose a file" in page(response)


def test_nothing_is_kept_of_an_upload_by_somebody_who_is_no_owner(client_of):
    assert client_of("ben").post(reverse("dataset_new"), stated()).status_code == 403
    assert not DataKey.objects.filter(wrapped__isnull=False).exists()


def test_names_that_look_like_markup_are_text(ana):
    url = ana.post(reverse("dataset_new"), stated(name=HOSTILE))["Location"]
    assert HOSTILE not in page(ana.get(url))
    assert "&lt;img" in page(ana.get(url))


# ---- The plan -----------------------------------------------------------------------------------------------------


@pytest.fixture
def open_plan(world):
    """The world's dataset as it was before its owner confirmed the plan."""
    world.dataset.plans.update(confirmed_at=None, confirmed_by=None)
    Dataset.objects.filter(pk=world.dataset.pk).update(status="profiled")
    return Dataset.objects.get(pk=world.dataset.pk)


def test_a_form_that_changes_nothing_makes_no_new_version(open_plan, ana):
    ana.post(reverse("plan", args=[open_plan.pk]), {})
    assert open_plan.plans.count() == 1


def test_a_changed_treatment_is_a_new_version_whose_effect_is_computed(open_plan, ana):
    found = page(ana.get(reverse("dataset", args=[open_plan.pk])))
    assert 'name="kind-c0"' in found
    response = ana.post(reverse("plan", args=[open_plan.pk]), {"kind-c0": "drop"}, HTTP_HX_REQUEST="true")
    plan = latest_plan(open_plan)
    assert (response.status_code, plan.version) == (200, 2)
    assert plan.treatments[0] == {"column": "c0", "kind": "drop", "parameters": {}, "why": "Chosen by the owner."}
    assert plan.treatments[1:] == open_plan.plans.get(version=1).treatments[1:]
    assert Job.objects.filter(kind="preview", subject_id=plan.pk).exists()
    assert 'id="live-part"' in page(response)
    assert "Computing what this plan does" in page(response)


def test_a_refused_plan_says_why_keeps_what_was_typed_and_cannot_be_confirmed(open_plan, ana):
    posted = {"kind-c0": "generalise", "c0-generalise-width": "wide", "c0-generalise-k": "5"}
    response = ana.post(reverse("plan", args=[open_plan.pk]), posted)
    assert response.status_code == 422
    assert "must be a number" in page(response)
    assert 'value="wide"' in page(response)
    assert 'disabled aria-describedby="why-not"' in page(response)
    assert open_plan.plans.count() == 1


def test_a_column_made_a_direct_identifier_must_be_hidden(open_plan, ana):
    response = ana.post(reverse("plan", args=[open_plan.pk]), {"role-c0": "direct"}, HTTP_HX_REQUEST="true")
    assert response.status_code == 422
    assert "It holds direct identifiers" in page(response)


def test_the_plan_that_was_seen_is_the_one_that_is_confirmed(open_plan, ana):
    confirm = reverse("plan_confirm", args=[open_plan.pk])
    ana.post(reverse("plan", args=[open_plan.pk]), {"kind-c0": "drop"})
    assert ana.post(confirm, {"version": "1"}).status_code == 409
    assert ana.post(confirm, {"version": "one"}).status_code == 409
    assert ana.post(confirm, {"version": "2"}).status_code == 302
    assert latest_plan(open_plan).confirmed_by.username == "ana"


def test_a_steward_sees_the_plan_and_cannot_change_it(open_plan, client_of):
    found = page(client_of("cleo").get(reverse("dataset", args=[open_plan.pk])))
    assert "Only the owner of this dataset confirms its plan." in found
    assert 'name="kind-c0"' not in found
    assert client_of("cleo").post(reverse("plan", args=[open_plan.pk]), {"kind-c0": "drop"}).status_code == 403


def test_numbers_of_the_form_are_read_as_the_parameter_wants_them(open_plan):
    posted = QueryDict("kind-c0=generalise&c0-generalise-width=2.5&c0-generalise-k=7")
    treatments, roles = plan_from(posted, latest_plan(open_plan))
    assert treatments[0]["parameters"] == {"width": 2.5, "k": 7}
    assert roles == {}


def test_a_dataset_that_moved_on_asks_the_browser_for_the_whole_page(world, ana):
    url = reverse("dataset_progress", args=[world.dataset.pk])
    moved = ana.get(url, {"seen": "profiled"}, HTTP_HX_REQUEST="true")
    same = ana.get(url, {"seen": "minimised"}, HTTP_HX_REQUEST="true")
    assert moved["HX-Refresh"] == "true"
    assert "HX-Refresh" not in same
    assert "<html" not in page(same)


# ---- Runs ---------------------------------------------------------------------------------------------------------


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


def test_erasing_asks_first_and_only_the_owner_can(world, ana, client_of):
    url = reverse("dataset_erase", args=[world.dataset.pk])
    assert "Erase it for ever" in page(ana.get(url))
    assert "Only the owner" in page(client_of("cleo").get(url))
    assert client_of("cleo").post(url).status_code == 409
    assert Dataset.objects.get(pk=world.dataset.pk).status == "minimised"


def test_an_erased_dataset_says_so_and_its_jobs_stop(ana):
    url = ana.post(reverse("dataset_new"), stated())["Location"]
    assert ana.post(f"{url}erase/").status_code == 302
    assert "the key is destroyed" in page(ana.get(url))
    assert Job.objects.get().state == "cancelled"


# ---- The evidence -------------------------------------------------------------------------------------------------


def test_four_verdicts_are_each_the_worst_of_their_metrics_and_there_is_no_score(world, ana):
    found = page(ana.get(reverse("run", args=[world.run.pk])))
    evaluation = world.run.evaluations.get()
    order = ["informational", "pass", "review", "not computed", "block"]
    for tile in tiles(evaluation):
        policy = default_policy(world.dataset.purpose)
        own = [
            order.index(m["status"])
            for m in evaluation.metrics
            if m["group"] == tile["key"] and (m["status"] != "not computed" or m["name"] in policy.needed)
        ]
        assert order.index(tile["status"]) == (max(own) if own else order.index("not computed"))
    assert found.count('class="tile"') == 4
    assert "no single score" in found


def metric(name, status, **changes):
    plain = {"value": 0.5, "lower": None, "upper": None, "baseline": None, "ceiling": None, "threshold": None}
    return plain | {"name": name, "status": status, "direction": "lower is better"} | changes


def test_evidence_that_is_needed_and_missing_outranks_a_pass_and_what_is_not_needed_does_not():
    policy = default_policy("training")
    passed, missing = metric("exact_matches", "pass"), metric("skill_ratio", "not computed", value=None)
    unneeded = metric("tail_coverage", "not computed", value=None)
    skipped = metric("boundary_coverage", "not computed", value=None)
    assert worst_of([passed, missing], policy) is missing
    assert worst_of([passed, unneeded, skipped], policy) is passed
    assert worst_of([skipped], policy) is None


def test_a_tiny_limit_is_seen_on_its_scale():
    reading = reading_of(metric("exact_matches", "pass", value=0.0, threshold={"passes": 0.001, "blocks": 0.001}))
    assert reading.high == pytest.approx(0.00115)
    assert reading_of(metric("skill_ratio", "block", value=0.7)).high == 1.0
    assert reading_of(metric("skill_ratio", "not computed", value=None)) is None


def test_plots_nobody_knows_are_ignored_and_labels_are_never_markup():
    segment = {"column": HOSTILE, "category": "b", "ratio": 0.5, "lower": 0.4, "upper": 0.6}
    found = drawn({"plots": {"of a later version": [1], "segments": [segment], "carry_over": {}}})
    assert [plot.anchor for plot in found] == ["plot-segments"]
    assert HOSTILE not in found[0].figure


def test_columns_that_differ_most_come_first():
    same = {"label": "same", "labels": ["a", "b"], "real": [0.25, 0.75], "synthetic": [0.25, 0.75]}
    other = {"label": "other", "labels": ["a", "b"], "real": [0.25, 0.75], "synthetic": [0.5, 0.5]}
    found = column_figures({"plots": {"distributions": [same, other]}})
    assert [(column["label"], column["distance"]) for column in found] == [("other", 0.25), ("same", 0.0)]


def test_codes_of_findings_are_read_as_words():
    assert [entity_words(code) for code in ("PHONE_NUMBER", "US_SSN", "URL")] == ["phone number", "US SSN", "URL"]


# ---- All pages ----------------------------------------------------------------------------------------------------


def test_every_page_has_one_heading_no_inline_style_and_the_web_process_stays_light(world, ana):
    before = set(sys.modules)
    subject = SimpleNamespace(dataset=[world.dataset.pk], run=[world.run.pk])
    urls = [reverse(name) for name in ("datasets", "dataset_new", "runs")]
    urls += [reverse(name, args=subject.dataset) for name in ("dataset", "run_new", "dataset_erase")]
    urls += [reverse("run", args=subject.run)]
    for url in urls:
        found = page(ana.get(url))
        assert found.count("<h1") == 1
        assert " style=" not in found
        assert "<script>" not in found
    assert not (set(sys.modules) - before) & HEAVY


def test_every_purpose_is_offered_with_its_meaning(ana):
    found = page(ana.get(reverse("dataset_new")))
    assert found.count('name="purpose"') == len(Purpose.choices)


@pytest.mark.parametrize("model", ["dataset", "column", "plan", "generationrun", "evaluation"])
def test_the_admin_site_looks_and_never_moves(world, client_of, model):
    root = client_of("root")
    assert root.get(f"/admin/generation/{model}/").status_code == 200
    assert root.get(f"/admin/generation/{model}/add/").status_code == 403
    assert root.post(f"/admin/generation/{model}/1/delete/").status_code in {302, 403}
