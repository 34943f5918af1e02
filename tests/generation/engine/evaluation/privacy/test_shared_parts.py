"""Parts of records that come again, in whichever columns."""

import numpy as np
import pandas as pd
import pytest

from generation.engine.evaluation.calibration.planted_leaks import LEAKS
from generation.engine.evaluation.metric import Status
from generation.engine.evaluation.privacy import shared_parts as check
from generation.engine.evaluation.privacy.cards import SHARED_PARTS
from generation.engine.evaluation.privacy.shared_parts import Top
from generation.engine.evaluation.suite import run_check
from generation.engine.schema import ColumnSpec, Sdtype
from tests.generation.engine.evaluation.people import SCHEMA, people, study_of

TRAINING, HOLDOUT, FRESH = people(3000, 1), people(3000, 2), people(3000, 3)


def verdicts(synthetic, training=TRAINING, holdout=HOLDOUT, schema=SCHEMA):
    study = study_of(training, holdout, synthetic, schema)
    return {metric.name: metric for metric in run_check(SHARED_PARTS, study).metrics}


def leaking(kind, dose):
    return LEAKS[kind](FRESH, TRAINING, SCHEMA, dose, np.random.default_rng(5))


def test_ten_training_records_in_a_top_of_ten_have_the_probability_of_ten_heads():
    top = Top(10, 0, of_training=500, of_holdout=500)
    assert top.p_value() == pytest.approx(0.5**10)
    assert top.excess() == pytest.approx(10 / 500)


def test_the_excess_is_proven_exactly_where_the_test_is_significant():
    for training in range(11):
        top = Top(training, 10 - training, of_training=500, of_holdout=500)
        assert (top.bounds(0.01)[0] > 0) == (top.p_value() < 0.01)


def test_a_fresh_sample_passes():
    assert {metric.status for metric in verdicts(FRESH).values()} == {Status.PASS}


@pytest.mark.parametrize(
    ("kind", "dose"),
    [("random copies", 0.02), ("parts of records", 0.06), ("spliced records", 0.06), ("cells swapped", 0.6)],
)
def test_a_leak_between_a_few_columns_and_the_whole_record_blocks(kind, dose):
    assert verdicts(leaking(kind, dose))["parts_carried_over"].status is Status.BLOCK


def test_records_that_keep_a_part_of_every_training_record_are_told_apart_by_an_attacker():
    metric = verdicts(leaking("cells swapped", 0.6))["membership_auc"]
    assert metric.status is Status.BLOCK
    assert metric.lower > 0.56


def test_the_synthetic_records_that_carry_a_part_are_named_with_the_columns_and_no_value():
    copied = pd.concat([FRESH.iloc[60:], TRAINING.iloc[:60]], ignore_index=True)
    named = verdicts(copied)["parts_carried_over"].named
    assert sum(record.row >= 2940 for record in named) > 20
    reason = next(record.reason for record in named if record.row >= 2940)
    assert reason.startswith("agrees with one training record in ")
    assert not any(str(value) in reason for value in TRAINING["pay"].dropna())


def test_a_small_table_is_undecided_and_says_what_could_hide():
    metric = verdicts(people(150, 3), people(150, 1), people(150, 2))["parts_carried_over"]
    assert metric.status is Status.UNDECIDED
    assert "cannot be ruled out" in metric.reason


def test_records_that_many_people_share_give_nobody_away():
    rng = np.random.default_rng(3)
    tables = [pd.DataFrame({"a": rng.integers(0, 3, 3000), "b": rng.choice(["u", "v"], 3000)}) for _ in range(3)]
    schema = (ColumnSpec("a", Sdtype.NUMERICAL), ColumnSpec("b", Sdtype.CATEGORICAL))
    found = verdicts(tables[2], tables[0], tables[1], schema)
    assert found["parts_carried_over"].status is not Status.BLOCK
    assert found["membership_auc"].status is Status.PASS


def test_of_a_large_table_samples_are_compared_and_the_sentence_says_so(monkeypatch):
    monkeypatch.setattr(check, "LEAST_QUERIES", 1000)
    monkeypatch.setattr(check, "PAIRS", 0)
    metric = verdicts(FRESH)["parts_carried_over"]
    assert "stratified sample of 500 of 3,000 training records" in metric.sentence
    assert metric.details["sample"] == {"n": 500, "of": 3000}


def test_records_that_agree_alike_are_one_top_and_where_none_stands_out_the_auc_decides():
    """500 records of 8 columns of 500 values each are all as rare: whoever is copied agrees as much as any other."""
    rng = np.random.default_rng(2)
    drawn = [pd.DataFrame({f"c{place}": rng.permutation(500).astype(str) for place in range(8)}) for _ in range(3)]
    schema = tuple(ColumnSpec(f"c{place}", Sdtype.CATEGORICAL) for place in range(8))
    copied = verdicts(drawn[0], drawn[0], drawn[1], schema)["parts_carried_over"]
    assert copied.status is Status.BLOCK
    assert copied.value > 0.9
    table = pd.DataFrame({"a": ["x", "y"] * 100, "b": ["u", "u", "v", "v"] * 50})
    found = verdicts(table, table, table, (ColumnSpec("a", Sdtype.CATEGORICAL), ColumnSpec("b", Sdtype.CATEGORICAL)))
    assert (found["parts_carried_over"].value, found["parts_carried_over"].decided_by) == (None, "membership_auc")
    assert "AUC decides" in found["parts_carried_over"].sentence
    assert found["membership_auc"].status is Status.PASS
