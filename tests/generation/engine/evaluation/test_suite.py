"""Laws of the whole suite: the training table fails, a fresh sample passes, what cannot be known is no pass."""

import json
from functools import cache

import numpy as np
import pandas as pd
import pytest

from generation.engine.evaluation.limits.policy import default_policy, unmet
from generation.engine.evaluation.metric import Group, Status
from generation.engine.schema import ColumnSpec, Sdtype
from tests.generation.engine.evaluation.people import SCHEMA, evaluation_of, people

ROWS = 1500


@cache
def result(name):
    training, holdout = people(ROWS, 1), people(ROWS, 2)
    synthetic = {"copied": training, "fresh": people(ROWS, 3)}[name.split()[0]]
    if "turned" in name:
        rng = np.random.default_rng(9)
        tables = [
            t.iloc[rng.permutation(len(t))][list(rng.permutation(t.columns))] for t in (training, holdout, synthetic)
        ]
        return evaluation_of(*tables, schema=SCHEMA[::-1])
    if "alone" in name:
        return evaluation_of(training, None, synthetic)
    return evaluation_of(training, holdout, synthetic)


def by_name(found):
    return {metric.name: metric for metric in found.metrics}


def test_the_training_table_itself_is_blocked_on_every_side():
    statuses = {name: metric.status for name, metric in by_name(result("copied")).items()}
    blocked = {name for name, status in statuses.items() if status is Status.BLOCK}
    assert blocked >= {
        "rare_combination_excess", "outlier_attack_auc", "outlier_attack_tpr", "exact_matches", "parts_carried_over",
        "membership_auc", "unique_number_replay", "unique_value_replay_identifying", "returned_identifying",
        "direct_identifiers", "singling_out_risk", "inference_risk",
    }  # fmt: skip


def test_an_independent_real_sample_passes_every_privacy_check_but_for_the_width_of_its_intervals():
    privacy = [m for m in result("fresh").metrics if m.group is Group.PRIVACY]
    # 1,500 attacks cannot bound a risk below .09 when the control already succeeds often, nor 713 dates that one person
    # has alone a share of .08, where a third of them is met by chance: no other column speaks for them.
    assert {m.name for m in privacy if m.status is Status.BLOCK} == set()
    wide = {m.name for m in privacy if m.status in (Status.REVIEW, Status.UNDECIDED)}
    assert wide <= {"inference_risk", "unique_value_replay_identifying"}


def test_an_independent_real_sample_is_useful():
    found = by_name(result("fresh"))
    assert found["column_shapes"].status is Status.PASS
    assert found["pair_trends"].status is Status.PASS
    assert found["skill_ratio"].value > 0.9


def test_the_order_of_rows_and_columns_changes_nothing():
    straight, turned = ([m.as_json() for m in result(name).metrics] for name in ("fresh", "fresh turned"))
    assert straight == turned


def test_two_runs_agree_to_the_last_digit():
    again = evaluation_of(people(ROWS, 1), people(ROWS, 2), people(ROWS, 3))
    assert [m.as_json() for m in again.metrics] == [m.as_json() for m in result("fresh").metrics]


def test_without_a_holdout_every_privacy_check_is_not_assessable_and_the_evidence_is_unmet():
    found = result("fresh alone")
    privacy = [m for m in found.metrics if m.group is Group.PRIVACY]
    assert len(privacy) >= 16
    assert {m.status for m in privacy} == {Status.NOT_COMPUTED}
    assert all("holdout" in m.reason for m in privacy)
    assert set(unmet(found.metrics, default_policy("training"))) >= {"exact_matches", "rare_combination_excess"}


def test_everything_is_json_and_named_records_stay_out_of_it():
    for name in ("fresh", "copied", "fresh alone"):
        text = json.dumps([[m.as_json() for m in result(name).metrics], result(name).plots], allow_nan=False)
        assert "one training record and no other" not in text


def test_named_records_are_rows_of_the_synthetic_table_and_hold_no_value():
    named = result("copied").named
    values = set(people(ROWS, 1)[["mail", "number"]].to_numpy().ravel())
    assert 300 <= len({record.row for record in named}) == len(named) <= 1000
    assert all(0 <= record.row < ROWS and not values & set(record.reason.split()) for record in named)


def test_every_metric_says_what_it_measured_with_its_n_and_seed():
    for metric in result("fresh").metrics:
        if metric.value is not None:
            assert metric.sentence.endswith(".")
            assert metric.seed == 7
            assert metric.n >= 0
        else:
            assert metric.reason.endswith(".")


def test_no_plot_shows_a_category_that_fewer_than_five_real_records_share():
    training = people(ROWS, 1)
    rare = set(training["town"].value_counts()[lambda counts: counts < 5].index)
    town = next(plot for plot in result("fresh").plots["distributions"] if plot["column"] == "town")
    assert rare
    assert not rare & set(town["labels"])
    assert sum(town["real"]) == pytest.approx(1)


@pytest.mark.parametrize("purpose", ["testing", "stress_test"])
def test_what_the_purpose_does_not_need_is_not_assessed(purpose):
    found = by_name(evaluation_of(people(300, 1), people(300, 2), people(300, 3), purpose=purpose))
    assert found["skill_ratio"].status is Status.NOT_COMPUTED
    assert "does not need it" in found["skill_ratio"].reason


def test_fifty_rows_are_not_assessable():
    found = evaluation_of(people(50, 1), people(50, 2), people(50, 3))
    exact = {"schema_conformity", "placeholders", "unexpected_missing"}
    assert {m.status for m in found.metrics if m.name not in exact} == {Status.NOT_COMPUTED}
    assert all("50 rows" in m.reason for m in found.metrics if m.name == "skill_ratio" or m.group is Group.PRIVACY)


def test_constant_missing_and_foreign_columns_break_nothing():
    odd = [people(300, seed).assign(job="cook", town=None, pay=np.nan, joined=pd.NaT) for seed in (1, 2, 3)]
    odd[2]["age"] = "?"
    found = by_name(evaluation_of(*odd))
    assert found["schema_conformity"].status is Status.BLOCK
    assert found["rare_combination_excess"].n == 0  # no real combination is rare


def test_a_table_of_constants_passes_no_privacy_check_on_distances():
    frame = pd.DataFrame({"a": [1.0] * 200, "b": ["x"] * 200})
    schema = (ColumnSpec("a", Sdtype.NUMERICAL), ColumnSpec("b", Sdtype.CATEGORICAL))
    found = by_name(evaluation_of(frame, frame, frame, schema))
    for name in ("exact_matches", "parts_carried_over", "membership_auc", "outlier_attack_auc", "linkability_risk"):
        assert found[name].status is Status.NOT_COMPUTED
        assert found[name].reason


def test_an_empty_synthetic_table_is_not_assessable():
    found = evaluation_of(people(200, 1), people(200, 2), people(200, 3).iloc[:0])
    assert Status.PASS not in {m.status for m in found.metrics if m.group is Group.PRIVACY}
