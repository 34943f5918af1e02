"""Evaluation tasks over a scenario matrix: from a plan to a release that tools read."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from generation.models import GenerationRun
from generation.repositories.judged.suites import suite_of
from reviews.models import Review
from reviews.repositories.gate.dossier import collect
from synthportal.jobs.here import work_through
from synthportal.storage.shelf import open_released
from tests.generation.door import page
from tests.reviews.pages.door import text
from tests.whole.sets.worlds import make_suite, parts_in_bundle, released

pytestmark = pytest.mark.django_db


def test_tasks_of_a_matrix_are_released_with_every_pair_held(people, client_of):
    run = make_suite(people)
    found = {metric["name"]: metric for metric in run.evaluations.get().metrics}
    assert found["combinations_covered"]["value"] == 1
    assert {found[name]["status"] for name in ("repeated_tasks", "expected_usable", "personal_data")} == {"pass"}
    assert "passages" not in {line.name for line in collect(run).conditions}
    release = released(run, people)
    with open_released(release.files.get(format="tools").sha256) as file:
        packed = io.BytesIO(file.read())
    with zipfile.ZipFile(packed) as zipped:
        samples = [json.loads(line) for line in zipped.read("inspect/samples.jsonl").splitlines()]
        assert {name.split("/")[0] for name in zipped.namelist()} >= {"inspect", "lm_eval", "promptfoo"}
        notes = [zipped.read(name).decode() for name in zipped.namelist() if name.endswith("README.md")]
    canary = release.certificate["certificate"]["canary"]
    assert canary.startswith("BENCHMARK DATA, NEVER TRAIN ON IT. canary GUID ")
    assert len(notes) == 3
    assert all(canary in said for said in notes)
    assert {sample["metadata"]["canary"] for sample in samples} == {canary}
    assert len(samples) == run.artefact_rows == 120
    (train, test), readme = parts_in_bundle(release, people, client_of("dan"))
    assert len(train) + len(test) == 120
    assert not {one["cell"] for one in train} & {one["cell"] for one in test}
    assert 12 < len(test) < 60
    assert "No cell of the plan is in both parts." in readme


def test_a_task_is_read_with_what_is_expected_and_its_scenario(people, client_of):
    run = make_suite(people)
    desk = client_of("ben").get(reverse("desk", args=[Review.objects.get(run=run).pk])).content.decode()
    assert "record--task" in desk
    assert "scenario" in text(desk)
    assert "channel:" in text(desk)


def log_of(suite, fails):
    """A log of Inspect in which the tasks fail that `fails` says."""
    samples = [{"id": task.id, "scores": {"match": {"value": "I" if fails(task) else "C"}}} for task in suite.tasks]
    return SimpleUploadedFile("log.json", json.dumps({"samples": samples}).encode())


def test_results_of_a_model_are_shown_by_cell_and_the_next_suite_goes_where_it_failed(people, client_of):
    run = make_suite(people)
    suite, ana = suite_of(run), client_of("ana")
    address = reverse("run_results", args=[run.pk])

    def fails(task):
        return task.cell["language"] == "German" and task.cell["intent"] == "complaint"

    sent = {"file": log_of(suite, fails), "one": "language", "other": "intent"}
    shown = page(ana.post(address, sent))
    number = sum(map(fails, suite.tasks))
    assert f"{number} of 120 tasks failed" in text(shown)
    assert f"{number} of {number}" in text(shown)
    cells = [dict(task.cell) for task in suite.tasks if fails(task)]
    answer = ana.post(address, {"failed": json.dumps(cells), "more": "20"})
    second = GenerationRun.objects.get(pk=answer["Location"].split("/")[-2])
    work_through(second.pk)
    second.refresh_from_db()
    tasks = suite_of(second).tasks
    assert [task.input for task in tasks[:120]] == [task.input for task in suite.tasks]
    assert len(tasks) == 140
    assert all(fails(task) for task in tasks[120:])


def test_a_log_of_other_tasks_is_refused_in_one_sentence(people, client_of):
    run = make_suite(people)
    log = SimpleUploadedFile("log.json", json.dumps({"samples": [{"id": "x", "score": {"value": "C"}}]}).encode())
    refused = client_of("ana").post(reverse("run_results", args=[run.pk]), {"file": log})
    assert refused.status_code == 422
    assert "None of the results is of a task of this run." in page(refused)
