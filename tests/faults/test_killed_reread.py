"""`kill -9` while an upload is read again by what its owner said: it is read once more, and nothing is left lying."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.faults.conftest import Copies
from tests.faults.holding import SETTINGS, hold
from tests.faults.orders import WORK
from tests.faults.portal import Portal, children_of_jobs, kill, stop, wait_for

DECIDE = """
from generation.models import Dataset
from generation.tasks import submit_columns
dataset = Dataset.objects.latest("created_at")
submit_columns(dataset, {"age": {"kind": "category"}}, by=dataset.owner)
"""
LOOK = """
import json
from generation.models import Dataset
dataset = Dataset.objects.latest("created_at")
kinds = {column["label"]: column["sdtype"] for column in dataset.profile["columns"]}
plans = [[plan.version, plan.treatments] for plan in dataset.plans.order_by("version")]
print(json.dumps([dataset.training_sha256, dataset.holdout_sha256, kinds["age"], plans]))
"""


def left_behind(portal: Portal) -> tuple[Any, set[str]]:
    """What the dataset is after the reading, and the tables that lie sealed."""
    sealed = {path.name for path in (portal.home / "data" / "vault" / "sealed").rglob("*") if path.is_file()}
    return json.loads(portal.run(LOOK).splitlines()[-1]), sealed


def job_of(portal: Portal) -> tuple[str, int]:
    job, attempt = portal.query("SELECT id, attempt FROM synthportal_job WHERE kind = 'reread'")[0]
    return str(job).replace("-", ""), attempt


@pytest.mark.slow
def test_a_reading_whose_worker_is_killed_ends_as_one_that_was_not(minimised: Portal, copied: Copies) -> None:
    undisturbed, portal = copied(minimised), copied(minimised)
    undisturbed.run(DECIDE + WORK)
    portal.env["DJANGO_SETTINGS_MODULE"] = SETTINGS
    portal.run(DECIDE)
    # The tables are sealed anew by then, and nothing in the database names them yet.
    reached = hold(portal.home, job_of(portal)[0], "profiling column", 3)
    worker = portal.start_worker()
    try:
        wait_for(reached.exists, "the profile to be half done")
        kill(worker)
        wait_for(lambda: not children_of_jobs(portal.home), "the job's child to die with its worker")
        worker = portal.start_worker()
        portal.wait_until_done("reread", worker)
    finally:
        stop(worker)
    after, sealed = left_behind(portal)
    assert (after, sealed) == left_behind(undisturbed)
    assert after[2] == "categorical"
    assert [version for version, _ in after[3]] == [1, 2]
    assert job_of(portal)[1] >= 2
    assert "whole" in portal.manage("verify_audit")
