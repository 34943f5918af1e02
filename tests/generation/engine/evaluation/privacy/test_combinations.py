import numpy as np
import pandas as pd
import pytest

from generation.engine.evaluation.metric import Status
from generation.engine.evaluation.privacy import combinations
from generation.engine.evaluation.privacy.cards import RARE_COMBINATION_EXCESS
from generation.engine.evaluation.privacy.combinations import (
    Side,
    choose_subsets,
    excess,
    rare_combinations,
    same_as_one,
)
from generation.engine.evaluation.suite import run_check
from generation.engine.schema import ColumnSpec, Sdtype
from tests.generation.engine.evaluation.people import people, study_of


def test_excess_by_hand():
    # 30 of 100 training-only against 20 of 100 holdout-only combinations: (.3 - .2) / (1 - .2) = .125.
    assert excess((30, 100), (20, 100))[0] == pytest.approx(0.125)
    # Nearly all are found on both sides: (.95 - .93) / .5, not / .07.
    assert excess((95, 100), (93, 100))[0] == pytest.approx(0.04)


def side(*records):
    """A side of (unique, found) records, of which half are usually found."""
    unique, found = (np.array(column, dtype=float) for column in zip(*records, strict=True))
    return Side(unique, found, found - 0.5 * unique)


def test_people_with_one_combination_each_are_as_many_trials_as_they_are():
    # 30 of 100 found: p (1 - p) / variance, the variance being p (1 - p) / 99.
    hits, trials = side(*[(1, 1)] * 30, *[(1, 0)] * 70).trials(0.5, 100)
    assert hits / trials == pytest.approx(0.3)
    assert trials == pytest.approx(99)


def test_four_combinations_of_one_person_that_come_and_go_together_are_one_trial():
    hits, trials = side(*[(4, 4)] * 30, *[(4, 0)] * 70).trials(0.5, 400)
    assert hits / trials == pytest.approx(0.3)
    assert trials == pytest.approx(99)


def test_reasons_read_as_a_sentence():
    labels = ["age", "country", "occupation"]
    assert same_as_one(labels) == "same age, country and occupation as one training record and no other"
    assert same_as_one(["age"]) == "same age as one training record and no other"


def test_six_columns_have_forty_one_subsets_and_many_columns_a_seeded_five_hundred():
    rng = np.random.default_rng(1)
    assert len(choose_subsets(6, rng)) == 6 + 15 + 20
    assert len(choose_subsets(30, rng)) == 500


def test_rates_on_a_table_worked_by_hand(monkeypatch):
    # Columns a, b. Training-only combinations of one record: a=q; b=y; (q, x), (p, y): 4, all but (q, x) and a=q found.
    monkeypatch.setattr(combinations, "LEAST_COMBINATIONS", 1)
    common = [("p", "x")] * 118
    training = pd.DataFrame([*common, ("q", "x"), ("p", "y")], columns=["a", "b"])
    holdout = pd.DataFrame([*common, ("r", "x"), ("p", "z")], columns=["a", "b"])
    synthetic = pd.DataFrame([*common[:110], ("p", "y"), ("r", "x")], columns=["a", "b"])
    schema = (ColumnSpec("a", Sdtype.CATEGORICAL), ColumnSpec("b", Sdtype.CATEGORICAL, label="B"))
    metric = rare_combinations(study_of(training, holdout, synthetic, schema)).metrics[0]
    assert metric.details["rate_training"] == pytest.approx(2 / 4)
    assert metric.details["rate_holdout"] == pytest.approx(2 / 4)
    assert metric.value == 0
    assert [(record.row, record.reason) for record in metric.named] == [
        (110, "same B as one training record and no other")
    ]


def test_the_training_table_carries_everything_over_and_a_fresh_sample_nothing():
    training, holdout = people(1500, 1), people(1500, 2)
    copied = rare_combinations(study_of(training, holdout, training)).metrics[0]
    fresh = rare_combinations(study_of(training, holdout, people(1500, 3))).metrics[0]
    assert copied.value == pytest.approx(1, abs=1e-3)
    assert fresh.lower <= 0.02 < copied.lower


def test_nothing_rare_is_a_success_of_the_plan_and_passes():
    training = pd.DataFrame({"a": ["x", "y"] * 100, "b": ["u", "u", "v", "v"] * 50})
    schema = (ColumnSpec("a", Sdtype.CATEGORICAL), ColumnSpec("b", Sdtype.CATEGORICAL))
    found = run_check(RARE_COMBINATION_EXCESS, study_of(training, training.copy(), training, schema)).metrics[0]
    assert (found.status, found.value, found.n) == (Status.PASS, 0, 0)
    assert found.upper < 0.08
    assert "none can be found" in found.sentence


@pytest.mark.parametrize(("copied", "status"), [(0, Status.PASS), (20, Status.BLOCK)])
def test_few_rare_combinations_are_counted_against_a_hundred(copied, status):
    rare = [f"only {place}" for place in range(20)]
    training, holdout = ({"a": ["x", "y"] * 490 + [f"{word} {side}" for word in rare]} for side in ("t", "h"))
    tables = [pd.DataFrame(columns) for columns in (training, holdout)]
    synthetic = pd.DataFrame({"a": ["x", "y"] * 490 + training["a"][980 : 980 + copied] + ["x"] * (20 - copied)})
    schema = (ColumnSpec("a", Sdtype.CATEGORICAL),)
    found = run_check(RARE_COMBINATION_EXCESS, study_of(*tables, synthetic, schema)).metrics[0]
    assert (found.status, found.value) == (status, pytest.approx(copied / 100))
    assert found.n == 20


def test_all_training_records_are_used_beside_a_small_holdout():
    found = rare_combinations(study_of(people(3000, 1), people(600, 2), people(3000, 3))).metrics[0]
    narrow = rare_combinations(study_of(people(600, 1), people(600, 2), people(3000, 3))).metrics[0]
    assert found.n > 3 * narrow.n
    assert found.upper - found.lower < narrow.upper - narrow.lower
