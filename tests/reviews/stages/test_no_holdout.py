"""Without a holdout nothing tells leakage from likeness: no privacy check can pass, and nothing leaves."""

from __future__ import annotations

import pytest

from generation.models import Dataset
from generation.tasks import submit_evaluation
from reviews.stages.gate import gate_conditions
from reviews.stages.release import release_run
from synthportal.errors import Conflict
from synthportal.jobs.here import work_through
from tests.reviews.signing import all_seen


def test_a_run_whose_holdout_is_gone_has_no_assessable_privacy_check_and_a_shut_gate(world, people):
    assert "privacy" not in {line.name for line in gate_conditions(world.run) if not line.met}
    Dataset.objects.filter(pk=world.dataset.pk).update(holdout_rows=0)
    submit_evaluation(world.run, by=people["cleo"])
    work_through(world.run.pk)
    newest = world.run.evaluations.latest("number")
    privacy = [metric for metric in newest.metrics if metric["group"] == "privacy"]
    assert len(privacy) >= 12
    assert {metric["status"] for metric in privacy} == {"not computed"}
    assert all(metric["value"] is None and "holdout" in metric["reason"] for metric in privacy)
    gate = {line.name: line for line in gate_conditions(world.run)}
    assert not gate["privacy"].met
    with pytest.raises(Conflict) as refused:
        release_run(world.run, by=people["cleo"], **all_seen(world.run))
    assert any(reason.startswith("Privacy checks:") for reason in refused.value.reasons)
