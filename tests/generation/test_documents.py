"""Documents in, questions with exact answers and their evidence out: the kind `documents` goes the way of the data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generation.models import GenerationRun
from generation.stages.evaluate import read_artefact
from synthportal.jobs.here import work_through
from tests.generation.door import confirm, start_run

pytestmark = pytest.mark.django_db
HANDBOOK = Path("docs/examples/travel-handbook.html")


@pytest.fixture
def handbook(ana, upload):
    """The example's handbook, its plan confirmed."""
    stated = {"kind": "documents", "purpose": "knowledge_testing"}
    return confirm(ana, upload(HANDBOOK.read_bytes(), HANDBOOK.name, **stated))


def asked(ana, dataset, **changes):
    run = start_run(ana, dataset, **({"synthesizer": "questions", "rows": "25", "questions-may_leave": "on"} | changes))
    work_through(run.pk)
    run.refresh_from_db()
    return run


def test_a_handbook_becomes_as_many_questions_with_their_evidence(ana, handbook):
    assert handbook.status == "minimised", handbook.error
    assert handbook.holdout_rows == 0
    run = asked(ana, handbook)
    assert run.status == GenerationRun.Status.EVALUATED, run.error
    made = read_artefact(run)
    assert len(made) == 25
    for record in made.to_dict("records"):
        passages = {one["id"]: one["text"] for one in json.loads(record["contexts"])}
        passage, _, start, end = json.loads(record["evidence"])["spans"][0]
        if record["answer"]:
            assert passages[passage][start:end] == record["answer"]
        else:
            assert record["form"] == "unanswerable"
    found = {metric["name"]: metric["status"] for metric in run.evaluations.get().metrics}
    assert found["grounded"] == found["answerable"] == found["contamination"] == "pass"
