import numpy as np
import pandas as pd
import pytest

from generation.engine.evaluation.metric import NotAssessable
from generation.engine.evaluation.privacy import combinations
from generation.engine.evaluation.privacy.combinations import choose_subsets, excess, rare_combinations, same_as_one
from generation.engine.schema import ColumnSpec, Sdtype
from tests.generation.engine.evaluation.people import people, study_of


def test_excess_by_hand():
    # 30 of 100 training-only against 20 of 100 holdout-only combinations: (.3 - .2) / (1 - .2) = .125.
    assert float(excess(0.3, 0.2)) == pytest.approx(0.125)
    assert float(excess(1.0, 1.0)) == 0


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
    assert copied.value == pytest.approx(1)
    assert fresh.lower <= 0.02 < copied.lower


def test_too_few_rare_combinations_are_not_assessable():
    training = pd.DataFrame({"a": ["x", "y"] * 100, "b": ["u", "u", "v", "v"] * 50})
    schema = (ColumnSpec("a", Sdtype.CATEGORICAL), ColumnSpec("b", Sdtype.CATEGORICAL))
    with pytest.raises(NotAssessable, match="Fewer than 100"):
        rare_combinations(study_of(training, training.copy(), training, schema))
