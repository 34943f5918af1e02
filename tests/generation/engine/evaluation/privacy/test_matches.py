import numpy as np
import pandas as pd
import pytest

from generation.engine.evaluation.metric import Status
from generation.engine.evaluation.privacy.cards import COPIES
from generation.engine.evaluation.privacy.matches import Level, copies
from generation.engine.evaluation.suite import run_check
from generation.engine.schema import ColumnSpec, Sdtype
from tests.generation.engine.evaluation.people import people, study_of

TRAINING, HOLDOUT, FRESH = people(2000, 1), people(2000, 2), people(2000, 3)


def verdict(training, holdout, synthetic, schema=None):
    given = (schema,) if schema else ()
    return run_check(COPIES, study_of(training, holdout, synthetic, *given)).metrics[0]


def leaking(rows, synthetic=FRESH):
    return pd.concat([synthetic.iloc[len(rows) :], rows], ignore_index=True)


def test_one_copy_where_a_thousandth_is_expected_has_a_thousandth_of_a_chance():
    found = Level(0.1, expected=0.001, met=1, met_unseen=0, doubles=0)
    assert found.p_value(4000, 1000) == pytest.approx(0.001, rel=0.001)


def test_copies_of_the_holdout_alone_speak_for_chance():
    # 10 of training and 10 of holdout, of 1,000 each: P(Bin(20, 1/2) >= 10).
    found = Level(0.1, expected=1e-9, met=10, met_unseen=10, doubles=0)
    assert found.p_value(1000, 1000) == pytest.approx(0.588, abs=1e-3)


@pytest.mark.parametrize(("met", "doubles", "proves"), [(1, 0, False), (2, 0, False), (3, 0, True), (4, 4, False)])
def test_one_or_two_copies_may_be_doubles_of_the_source_and_three_are_not_unless_it_shows_some(met, doubles, proves):
    found = Level(0.1, expected=1e-9, met=met, met_unseen=0, doubles=doubles)
    assert (found.p_doubles(1000, 1000, 1000) <= 0.001) == proves


def test_a_source_that_shows_four_doubles_shows_two_more_in_a_fresh_sample_on_average():
    # Gamma(4) doubles in 2,000 records are half as many between 1,000 fresh and 1,000 training ones: a mean of 2.
    found = Level(0.1, expected=1e-9, met=3, met_unseen=0, doubles=4)
    draws = np.random.default_rng(1).gamma(4.05, size=200_000)
    assert found.p_doubles(1000, 1000, 1000) == pytest.approx(
        (np.random.default_rng(2).poisson(draws / 2) >= 3).mean(), abs=5e-3
    )


def test_a_fresh_sample_passes():
    assert verdict(TRAINING, HOLDOUT, FRESH).status is Status.PASS


def test_fifty_verbatim_rows_with_new_identifiers_block_and_are_named():
    copied = TRAINING.iloc[:50].assign(number=[f"new {row}" for row in range(50)])
    found = verdict(TRAINING, HOLDOUT, leaking(copied))
    assert found.status is Status.BLOCK
    assert found.value == pytest.approx(50 / 2000, abs=1e-4)
    assert {record.row for record in found.named} == set(range(1950, 2000))


@pytest.mark.parametrize(("copied", "status"), [(1, Status.REVIEW), (3, Status.BLOCK)])
def test_one_copied_outlier_is_looked_at_and_three_block(copied, status):
    odd = TRAINING.copy()
    odd.loc[: copied - 1, "age"] = 116.0 + np.arange(copied)
    found = verdict(odd, HOLDOUT, leaking(odd.iloc[:copied]))
    assert (found.status, found.details["met"]) == (status, copied)
    assert {record.row for record in found.named} == set(range(2000 - copied, 2000))


@pytest.mark.parametrize("holdout", [2000, 500, 105])
def test_ten_copies_block_however_the_records_were_split(holdout):
    found = verdict(TRAINING, HOLDOUT.iloc[:holdout], leaking(TRAINING.iloc[:10]))
    assert found.status is Status.BLOCK
    assert verdict(TRAINING, HOLDOUT.iloc[:holdout], FRESH).status is Status.PASS


def test_a_holdout_a_quarter_of_the_training_table_still_sees_all_of_it():
    exact = copies(study_of(TRAINING, HOLDOUT.iloc[:510], leaking(TRAINING.iloc[1500:]))).metrics[0]
    assert exact.value == pytest.approx(500 / 2000, abs=1e-4)


def test_a_single_column_of_few_values_is_met_by_chance_alone():
    rng = np.random.default_rng(5)
    tables = [frame.assign(age=rng.integers(0, 30, 2000), pay=1.0) for frame in (TRAINING, HOLDOUT, FRESH)]
    schema = (ColumnSpec("age", Sdtype.NUMERICAL), ColumnSpec("job", Sdtype.CATEGORICAL))
    assert verdict(*tables, schema).status is Status.PASS


def test_records_that_the_source_holds_twice_are_no_copies():
    # A tenth of the real records were written down twice, on whichever side: so are some of a fresh sample.
    rng = np.random.default_rng(4)
    twice = people(6000, 7)
    pool = pd.concat([twice, twice.iloc[:600]]).sample(frac=1, random_state=1)
    parts = [pool.iloc[rows].reset_index(drop=True) for rows in np.array_split(rng.permutation(len(pool)), 3)]
    assert verdict(*parts).status is Status.PASS
