import numpy as np
import pandas as pd
import pytest

from generation.engine.evaluation.metric import Status
from generation.engine.evaluation.privacy.matches import CHECK, Matches, copies
from generation.engine.evaluation.privacy.near import design_effect, near_matches
from generation.engine.evaluation.suite import run_check
from generation.engine.schema import ColumnSpec, Sdtype
from tests.generation.engine.evaluation.people import people, study_of

TRAINING, HOLDOUT, FRESH = people(2000, 1), people(2000, 2), people(2000, 3)


def verdicts(synthetic):
    return {metric.name: metric for metric in run_check(CHECK, study_of(TRAINING, HOLDOUT, synthetic)).metrics}


def test_ten_against_none_has_the_binomial_probability_of_ten_heads():
    found = Matches(1, 10, 0, 10, 0)
    assert found.p_value() == pytest.approx(0.5**10)
    assert found.excess_rows() == 10
    assert found.least_excess_rows() > 0


def test_matches_on_both_sides_are_chance():
    found = Matches(1, 10, 9, 10, 9)
    assert found.p_value() > 0.01
    assert found.least_excess_rows() <= 0


def test_three_chunks_expect_three_times_the_mirror():
    assert Matches(3, 9, 3, 9, 3).p_value() == pytest.approx(0.6488, abs=1e-4)  # P(Bin(12, 3/4) >= 9)


def test_a_fresh_sample_passes():
    assert {metric.status for metric in verdicts(FRESH).values()} == {Status.PASS}


def test_fifty_verbatim_rows_with_new_identifiers_block_and_are_named():
    copied = TRAINING.iloc[:50].assign(number=[f"new {row}" for row in range(50)])
    found = verdicts(pd.concat([FRESH.iloc[50:], copied], ignore_index=True))["exact_matches"]
    assert found.status is Status.BLOCK
    assert found.value == pytest.approx(50 / 2000)
    assert {record.row for record in found.named} == set(range(1950, 2000))


def test_one_copied_outlier_blocks():
    odd = TRAINING.copy()
    odd.loc[0, ["age", "pay", "town"]] = [116.0, 9e5, "town 39"]
    synthetic = pd.concat([FRESH.iloc[1:], odd.iloc[:1]], ignore_index=True)
    found = next(m for m in run_check(CHECK, study_of(odd, HOLDOUT, synthetic)).metrics if m.name == "outliers_copied")
    assert (found.status, found.value) == (Status.BLOCK, 1)
    assert [record.row for record in found.named] == [1999]


def test_a_holdout_a_quarter_of_the_training_table_still_sees_all_of_it():
    synthetic = pd.concat([FRESH.iloc[:1500], TRAINING.iloc[1500:]], ignore_index=True)
    exact = copies(study_of(TRAINING, HOLDOUT.iloc[:510], synthetic)).metrics[0]
    assert exact.value == pytest.approx(500 / 2000)


def test_near_copies_are_caught_and_a_fresh_sample_is_not():
    moved = TRAINING.iloc[:100].assign(age=lambda t: t["age"] + 1, pay=lambda t: t["pay"] + 10)
    near = near_matches(study_of(TRAINING, HOLDOUT, pd.concat([FRESH.iloc[100:], moved]))).metrics[0]
    fresh = near_matches(study_of(TRAINING, HOLDOUT, FRESH)).metrics[0]
    assert near.lower > 0.005
    assert fresh.lower <= 0.001
    assert len({record.row for record in near.named} & set(range(1900, 2000))) > 90


def test_a_single_column_of_few_values_is_met_by_chance_alone():
    rng = np.random.default_rng(5)
    tables = [frame.assign(age=rng.integers(0, 30, 2000), pay=1.0) for frame in (TRAINING, HOLDOUT, FRESH)]
    schema = (ColumnSpec("age", Sdtype.NUMERICAL), ColumnSpec("job", Sdtype.CATEGORICAL))
    found = {metric.name: metric for metric in run_check(CHECK, study_of(*tables, schema)).metrics}
    assert {metric.status for metric in found.values()} == {Status.PASS}


def test_rows_near_one_record_count_as_a_group_in_the_interval():
    # Training records 7 (three rows) and 8 (one row), holdout record 2 (two rows): (9 + 1 + 4) / (3 + 1 + 2).
    assert design_effect([np.array([7, 8, 7, 7]), np.array([2, 2])]) == pytest.approx(14 / 6)
    assert design_effect([np.array([1, 2, 3]), np.array([4])]) == 1
    assert design_effect([np.array([], dtype=int), np.array([], dtype=int)]) == 1
