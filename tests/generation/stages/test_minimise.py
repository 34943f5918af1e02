"""minimise: a plan is changed and confirmed by its owner alone, and does to both tables what was worked out by hand."""

from __future__ import annotations

import pytest

from generation.models import Dataset
from generation.repositories.plans import latest_plan
from generation.repositories.tables import read_sealed
from generation.stages.minimise import change_plan, confirm_plan
from synthportal.errors import Conflict, NotPermitted
from synthportal.jobs.here import JobFailed, work_through
from synthportal.jobs.queue import enqueue
from synthportal.models import AuditEvent
from tests.generation.visits import TRAINING

pytestmark = pytest.mark.django_db

PERSON, SEX, TOWN, SCORE, FAX, BOUGHT = (f"c{position}" for position in range(6))
HOLDOUT = 20


def treatment(column, kind, **parameters):
    return {"column": column, "kind": kind, "parameters": parameters, "why": "Chosen by the owner."}


def by_hand(*changes):
    """Everything kept but who and nothing, and these changes."""
    plain = [treatment(PERSON, "drop"), *(treatment(name, "keep") for name in (SEX, TOWN, SCORE)),
             treatment(FAX, "drop"), treatment(BOUGHT, "keep")]  # fmt: skip
    return list(({each["column"]: each for each in (*plain, *changes)}).values())


def minimised(dataset, *changes):
    change_plan(dataset, treatments=by_hand(*changes), by=dataset.owner)
    confirm_plan(dataset, by=dataset.owner)
    enqueue("minimise", dataset.pk, person_id=dataset.owner_id)
    work_through(dataset.pk)
    return Dataset.objects.get(pk=dataset.pk)


def tables_of(dataset):
    """(before, after) of the training, and of the holdout."""
    pairs = (
        (dataset.training_sha256, dataset.minimised_sha256),
        (dataset.holdout_sha256, dataset.minimised_holdout_sha256),
    )
    return [tuple(read_sealed(dataset.key_id, digest) for digest in pair) for pair in pairs]


# ---- Whose plan it is ---------------------------------------------------------------------------------------------


def test_a_changed_plan_is_one_more_version_that_names_who_changed_it(visited, people):
    without = by_hand(treatment(TOWN, "drop"))
    plan = change_plan(visited, treatments=without, roles={SCORE: "sensitive"}, by=people["ana"])
    assert (plan.version, plan.changed_by, plan.roles) == (2, people["ana"], {SCORE: "sensitive"})
    assert visited.plans.count() == 2
    facts = AuditEvent.objects.get(action="planned").facts
    assert facts == {"dataset": str(visited.pk), "version": 2}


def test_roles_of_earlier_versions_stay(visited, people):
    change_plan(visited, treatments=by_hand(), roles={SCORE: "sensitive"}, by=people["ana"])
    later = change_plan(visited, treatments=by_hand(), roles={TOWN: "other"}, by=people["ana"])
    assert (later.version, later.roles) == (3, {SCORE: "sensitive", TOWN: "other"})


@pytest.mark.parametrize("who", ["cleo", "ben", "dan", "root"])
def test_nobody_else_changes_or_confirms_it(visited, people, who):
    with pytest.raises(NotPermitted, match="Only the owner"):
        change_plan(visited, treatments=by_hand(), by=people[who])
    with pytest.raises(NotPermitted, match="Only the owner"):
        confirm_plan(visited, by=people[who])
    assert (visited.plans.count(), latest_plan(visited).confirmed_at) == (1, None)


@pytest.mark.parametrize(
    ("treatments", "roles", "says"),
    [
        (by_hand(treatment(PERSON, "keep")), {}, "direct identifiers"),
        (by_hand(treatment(PERSON, "keep")), {PERSON: "other"}, "direct identifiers"),
        (by_hand(treatment(SCORE, "redact")), {}, "is not possible for a column"),
        (by_hand(treatment(SCORE, "generalise", width="wide", k=5)), {}, "must be a number"),
        (by_hand(treatment("c9", "keep")), {}, "column"),
        ("drop everything", {}, "an object with one list named"),
        (by_hand(), {"c9": "other"}, "Roles map column names to one of"),
        (by_hand(), {SEX: "king"}, "Roles map column names to one of"),
        (by_hand(), ["other"], "Roles map column names to one of"),
        ([treatment(f"c{at}", "drop") for at in range(6)], {}, "leaves no column"),
    ],
)
def test_a_plan_that_cannot_be_applied_makes_no_version_and_says_why(visited, people, treatments, roles, says):
    with pytest.raises(Conflict, match=says) as refused:
        change_plan(visited, treatments=treatments, roles=roles, by=people["ana"])
    assert str(refused.value).endswith(".")
    assert visited.plans.count() == 1
    assert not AuditEvent.objects.filter(action="planned").exists()


def test_the_version_that_was_seen_is_confirmed_and_recorded_once(visited, people):
    change_plan(visited, treatments=by_hand(), by=people["ana"])
    with pytest.raises(Conflict, match="changed in another window"):
        confirm_plan(visited, by=people["ana"], version=1)
    plan = confirm_plan(visited, by=people["ana"], version=2)
    assert (plan.version, plan.confirmed_by) == (2, people["ana"])
    with pytest.raises(Conflict, match="is confirmed and being applied"):
        confirm_plan(visited, by=people["ana"], version=2)
    with pytest.raises(Conflict, match="is confirmed and being applied"):
        change_plan(visited, treatments=by_hand(), by=people["ana"])
    assert AuditEvent.objects.get(action="confirmed").facts == {"dataset": str(visited.pk), "version": 2}


def test_nothing_is_minimised_before_the_owner_confirmed(visited):
    enqueue("minimise", visited.pk, person_id=visited.owner_id)
    with pytest.raises(JobFailed, match="The owner has not confirmed the plan"):
        work_through(visited.pk)
    visited.refresh_from_db()
    assert (visited.status, visited.minimised_sha256) == ("profiled", "")


def test_a_plan_that_is_being_applied_waits_and_an_applied_one_gets_another_version(visited, people):
    change_plan(visited, treatments=by_hand(), by=people["ana"])
    confirm_plan(visited, by=people["ana"])
    with pytest.raises(Conflict, match="being applied"):
        change_plan(visited, treatments=by_hand(), by=people["ana"])
    enqueue("minimise", visited.pk, person_id=visited.owner_id)
    work_through(visited.pk)
    done = Dataset.objects.get(pk=visited.pk)
    before = done.minimised_sha256
    again = change_plan(done, treatments=by_hand(treatment(TOWN, "drop")), by=people["ana"])
    assert (again.version, Dataset.objects.get(pk=done.pk).minimised_sha256) == (3, before)


# ---- What it does -------------------------------------------------------------------------------------------------


def test_a_preview_counts_what_would_change_and_changes_nothing(visited, people):
    """Dropped: 80 persons' names, and of the fax column nothing, for it holds nothing."""
    plan = change_plan(visited, treatments=by_hand(), by=people["ana"])
    enqueue("preview", plan.pk, person_id=visited.owner_id)
    work_through(plan.pk)
    plan.refresh_from_db()
    visited.refresh_from_db()
    changed = {column["name"]: (column["dropped"], column["changed"]) for column in plan.report["columns"]}
    kept = dict.fromkeys((SEX, TOWN, SCORE, BOUGHT), (False, 0))
    assert changed == {PERSON: (True, TRAINING), FAX: (True, 0)} | kept
    assert plan.report["groups_before"]["smallest"] == plan.report["groups_after"]["smallest"] == 5
    assert (visited.status, visited.minimised_sha256) == ("profiled", "")


def test_dropped_columns_are_in_neither_table_and_the_rest_is_as_it_was(visited):
    done = minimised(visited)
    left = [SEX, TOWN, SCORE, BOUGHT]
    for (before, after), rows in zip(tables_of(done), (TRAINING, HOLDOUT), strict=True):
        assert after.columns.tolist() == [*left, "#person"]  # whose each record is, as a number and no name
        assert after["#person"].nunique() == before[PERSON].nunique()
        assert len(after) == rows
        assert after[left].astype(str).to_numpy().tolist() == before[left].astype(str).to_numpy().tolist()
    assert [column["name"] for column in done.schema] == left
    assert [column["label"] for column in done.schema] == ["sex", "town", "score", "bought"]


def test_a_number_becomes_the_middle_of_its_bin_in_training_and_holdout_alike(visited):
    """Ten times the visit and the person: 0 to 99. In bins of ten 43 becomes 45, in the holdout as in the training."""
    done = minimised(visited, treatment(SCORE, "generalise", width=10, k=1))
    for before, after in tables_of(done):
        assert after[SCORE].tolist() == [score // 10 * 10 + 5 for score in before[SCORE].tolist()]


def test_what_is_rare_is_told_by_the_training_alone(visited):
    """Ten training records hold each of eight towns, which is enough; none of them holds the two of the holdout."""
    done = minimised(visited, treatment(TOWN, "suppress_rare", k=10))
    (before, after), (held, held_after) = tables_of(done)
    assert after[TOWN].tolist() == before[TOWN].tolist()
    assert held[TOWN].nunique() == 2
    assert not set(held_after[TOWN].dropna()) & set(held[TOWN])
    assert held_after[TOWN].nunique(dropna=False) == 1


def test_the_trail_and_the_plan_say_what_was_done_in_counts(visited):
    """Without towns the groups are the two sexes, with forty training records each."""
    done = minimised(visited, treatment(TOWN, "drop"))
    assert AuditEvent.objects.get(action="minimised").facts == {
        "came_from": "profiled",
        "plan": 2,
        "smallest_group": TRAINING // 2,
    }
    report = latest_plan(done).report
    assert (report["groups_before"]["smallest"], report["groups_after"]["smallest"]) == (5, 40)
    assert report["direct_left"] == []
    town = next(column for column in report["columns"] if column["name"] == TOWN)
    assert (town["changed"], town["distinct_before"], town["distinct_after"]) == (TRAINING, 8, 0)


def test_minimising_twice_writes_nothing_anew(visited):
    done = minimised(visited)
    enqueue("minimise", done.pk, person_id=done.owner_id)
    work_through(done.pk)
    again = Dataset.objects.get(pk=done.pk)
    assert again.minimised_sha256 == done.minimised_sha256
    assert AuditEvent.objects.filter(action="minimised").count() == 1
