"""Evaluation tasks over a scenario matrix: from a plan to a release that tools read."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.urls import reverse

from reviews.models import Review
from reviews.repositories.gate.dossier import collect
from synthportal.storage.shelf import open_released
from tests.reviews.pages.door import text
from tests.whole.sets.worlds import make_suite, released

pytestmark = pytest.mark.django_db


def test_tasks_of_a_matrix_are_released_with_every_pair_held(people):
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
    assert len(samples) == run.artefact_rows == 120


def test_a_task_is_read_with_what_is_expected_and_its_scenario(people, client_of):
    run = make_suite(people)
    desk = client_of("ben").get(reverse("desk", args=[Review.objects.get(run=run).pk])).content.decode()
    assert "record--task" in desk
    assert "scenario" in text(desk)
    assert "channel:" in text(desk)
