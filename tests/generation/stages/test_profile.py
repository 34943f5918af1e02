"""profile: what is kept of the columns, what is proposed, and what the trail says, with facts known beforehand."""

from __future__ import annotations

import pytest

from generation.models import Dataset
from generation.stages.profile import name_of
from synthportal.errors import Conflict
from synthportal.jobs.here import work_through
from synthportal.jobs.queue import enqueue
from synthportal.models import AuditEvent, Job
from tests.generation.visits import TRAINING, VISITS

pytestmark = pytest.mark.django_db


def facts_of(dataset, action):
    return AuditEvent.objects.get(action=action, subject_id=str(dataset.pk)).facts


def test_columns_are_counted_over_the_training_records_alone(visited):
    """Of ten persons eight are in training: eight towns, 80 records without a fax; the holdout's are not counted."""
    kept = [(c.label, c.missing, c.distinct) for c in visited.columns.all() if c.label != "score"]
    assert kept == [("person", 0, 8), ("sex", 0, 2), ("town", 0, 8), ("fax", TRAINING, 0), ("bought", 0, 2)]
    assert visited.profile["rows"] == TRAINING
    # 10 * visit + person is another number for each record.
    assert visited.columns.get(label="score").distinct == TRAINING


def test_the_owner_decides_two_roles_and_labels_the_others(visited):
    roles = dict(visited.columns.values_list("label", "role"))
    assert (roles["person"], roles["bought"]) == ("direct", "target")
    assert (roles["sex"], roles["town"]) == ("quasi", "quasi")
    why = {column["label"]: column["why"] for column in visited.profile["columns"]}
    assert why["person"] == "It names the person a record belongs to."
    assert why["bought"] == "The purpose names it as what is to be predicted."


def test_groups_are_those_who_share_sex_and_town(visited):
    """Each person has a town alone and five visits as either sex: every group has five records, none is under five."""
    assert visited.profile["groups"] == {"smallest": VISITS // 2, "unique_share": 0.0, "rows_under_5": 0}


def test_the_trail_says_how_many_columns_their_roles_and_the_smallest_group_and_no_value(visited):
    roles = {"direct": 2, "quasi": 2, "target": 1, "other": 1}
    assert facts_of(visited, "profiled") == {
        "came_from": "ingested",
        "columns": 6,
        "smallest_group": 5,
        "roles": roles,
    }
    kept = str([visited.profile, list(visited.columns.values()), facts_of(visited, "profiled")])
    assert "P0" not in kept
    assert "town " not in kept


def test_the_first_plan_drops_who_and_nothing_and_keeps_the_target(visited):
    plan = visited.plans.get()
    labels = {column.name: column.label for column in visited.columns.all()}
    kinds = {labels[treatment["column"]]: treatment["kind"] for treatment in plan.treatments}
    assert (kinds["person"], kinds["fax"], kinds["bought"]) == ("drop", "drop", "keep")
    assert all(treatment["why"].endswith(".") for treatment in plan.treatments)
    assert (plan.version, plan.changed_by, plan.confirmed_at) == (1, None, None)


def test_profiling_twice_keeps_what_the_first_found(visited):
    before = visited.profile
    enqueue("profile", visited.pk, person_id=visited.owner_id)
    work_through(visited.pk)
    again = Dataset.objects.get(pk=visited.pk)
    assert (again.profile, again.columns.count(), again.plans.count()) == (before, 6, 1)
    assert AuditEvent.objects.filter(action="profiled").count() == 1


def test_what_the_proposed_plan_would_do_is_computed_next(visited):
    assert Job.objects.get(kind="preview").subject_id == visited.plans.get().pk


@pytest.mark.parametrize("wanted", ["Bought", " bought ", "BOUGHT"])
def test_a_column_is_named_as_a_person_writes_it(wanted):
    assert name_of({"c0": "person", "c1": "bought"}, wanted) == "c1"


def test_no_name_is_no_column_and_an_unknown_one_is_refused():
    assert name_of({"c0": "person"}, "") is None
    with pytest.raises(Conflict, match="no column of the name given"):
        name_of({"c0": "person"}, "parson")
