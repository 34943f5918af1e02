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


@pytest.mark.parametrize(("met", "synthetic"), [(20, 40_000), (10, 10_000)])
def test_more_synthetic_records_than_real_ones_make_copies_no_likelier(met, synthetic):
    # Doubles of the source would be met in the holdout a quarter as often, and among the synthetic records themselves.
    found = Level(0.1, expected=1e-9, met=met, met_unseen=0, doubles=0)
    assert found.p_doubles(4000, 1000, synthetic) <= 0.001
    beside = Level(0.1, expected=1e-9, met=met, met_unseen=met // 4, doubles=0, made_twice=5 * met)
    assert beside.p_doubles(4000, 1000, synthetic) > 0.05


def test_doubles_made_up_among_the_synthetic_records_hide_no_copies():
    plain, crowded = (Level(0.1, 1e-9, 20, 0, 0, made_twice=twice) for twice in (0, 20_000))
    assert crowded.p_doubles(4000, 1000, 40_000) <= 0.001
    assert plain.p_doubles(4000, 1000, 40_000) <= crowded.p_doubles(4000, 1000, 40_000)


def test_a_source_that_shows_doubles_foretells_how_many_a_fresh_sample_shares_with_training():
    # 4 in the 2,000 real records, 2 with the holdout, 1 in the sample itself: 7 in 1 + 1/2 + 1/4 of the real pairs.
    found = Level(0.1, expected=1e-9, met=3, met_unseen=2, doubles=4, made_twice=1)
    draws = np.random.default_rng(1).gamma(7.05, 1 / 1.75, size=200_000)
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


@pytest.mark.parametrize(("copied", "times"), [(20, 10), (10, 2.5)])
def test_a_few_copies_block_in_a_table_many_times_as_large_as_its_source(copied, times):
    large = people(round(times * 2500), 4)
    training, holdout = people(2000, 1), people(500, 2)
    assert verdict(training, holdout, leaking(training.iloc[:copied], large)).status is Status.BLOCK
    assert verdict(training, holdout, large).status is Status.PASS


def test_a_table_that_is_the_holdout_and_tables_of_few_combinations_are_no_copies():
    assert verdict(TRAINING, HOLDOUT, HOLDOUT).status is Status.PASS
    rng = np.random.default_rng(8)
    schema = tuple(ColumnSpec(name, Sdtype.CATEGORICAL) for name in "abcd")
    for values in (4, 8, 16):
        tables = [pd.DataFrame(rng.integers(0, values, (rows, 4)).astype(str), columns=list("abcd"))
                  for rows in (2000, 500, 20_000)]  # fmt: skip
        assert verdict(*tables, schema).status is Status.PASS


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
