"""The pages of datasets, and what holds for all pages of generation."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.urls import reverse

from generation.models import Dataset, Purpose
from generation.pages.datasets.plan import plan_from
from generation.repositories.plans import latest_plan
from synthportal.models import DataKey, Job
from tests.cast import put_as_made
from tests.generation.door import page

pytestmark = pytest.mark.django_db

HEAVY = {"sdv", "torch", "presidio_analyzer", "spacy", "sklearn", "opendp", "lightgbm", "numba"}

HOSTILE = "<img src=x onerror=alert(1)>"


def stated(**changes):
    csv = SimpleUploadedFile("claims.csv", b"a,b\n1,2\n", content_type="text/csv")
    return {"purpose": "training", "prohibited_uses": "None at all.", "name": "claims", "file": csv} | changes


# ---- Who sees what ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["dataset", "dataset_progress", "run_new", "dataset_erase"])
@pytest.mark.parametrize("who", ["ben", "dan", "nobody", "root"])
def test_a_dataset_that_is_not_yours_answers_like_one_that_does_not_exist(world, client_of, who, name):
    assert client_of(who).get(reverse(name, args=[world.dataset.pk])).status_code == 404
    assert client_of(who).get(reverse(name, args=[uuid4()])).status_code == 404


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
    plan = world.dataset.plans.get()
    plan.confirmed_at = plan.confirmed_by = None
    put_as_made(plan)
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
    treatments, roles, k = plan_from(posted, latest_plan(open_plan))
    assert treatments[0]["parameters"] == {"width": 2.5, "k": 7, "shown": "middle"}
    assert (roles, k) == ({}, None)


def test_a_dataset_that_moved_on_asks_the_browser_for_the_whole_page(world, ana):
    url = reverse("dataset_progress", args=[world.dataset.pk])
    moved = ana.get(url, {"seen": "profiled"}, HTTP_HX_REQUEST="true")
    same = ana.get(url, {"seen": "minimised"}, HTTP_HX_REQUEST="true")
    assert moved["HX-Refresh"] == "true"
    assert "HX-Refresh" not in same
    assert "<html" not in page(same)


# ---- Runs ---------------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize(("training", "holdout", "says"), [(560, 140, True), (8000, 2000, False)])
def test_the_page_says_before_any_work_that_so_few_records_decide_nothing_and_how_many_do(
    world, ana, training, holdout, says
):
    type(world.dataset).objects.filter(pk=world.dataset.pk).update(training_rows=training, holdout_rows=holdout)
    found = page(ana.get(reverse("dataset", args=[world.dataset.pk])))
    assert ("700 records, 140 of them held out, are too few to release anything" in found) == says
    assert ("From about 1," in found) == says


def test_where_people_come_again_it_is_people_who_are_too_few(world, ana):
    education = next(column for column in world.dataset.profile["columns"] if column["label"] == "education")
    rows = {"training_rows": 8000, "holdout_rows": 2000}
    type(world.dataset).objects.filter(pk=world.dataset.pk).update(person_column="Education", **rows)
    found = page(ana.get(reverse("dataset", args=[world.dataset.pk])))
    held = round(education["distinct"] / 4)
    assert f"{education['distinct'] + held} people, {held} of them held out, are too few" in found
