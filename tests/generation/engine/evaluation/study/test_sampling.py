"""Tables too large to be measured whole: the limits are lowered here, so that samples can be set against the whole."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from generation.engine.evaluation.diversity import ratios
from generation.engine.evaluation.fidelity import pairs
from generation.engine.evaluation.limits.policy import default_policy
from generation.engine.evaluation.privacy import combinations, isolation, outliers
from generation.engine.evaluation.privacy.nearest import gower
from generation.engine.evaluation.report.report import as_html
from generation.engine.evaluation.study import sampling
from generation.engine.evaluation.study.encoding import EncodedTable
from generation.engine.evaluation.study.sampling import (
    affordable,
    by_class,
    by_rarity,
    parts_of,
    sample_words,
    stratified,
)
from generation.engine.evaluation.study.study import make_study
from generation.engine.evaluation.utility import tstr
from generation.engine.schema import ColumnSpec, Sdtype
from tests.generation.engine.evaluation.people import evaluation_of, people, study_of

ROWS, LIMIT = 2400, 800
TABLES = tuple(people(ROWS, seed) for seed in (1, 2, 3))
EXACT = {metric.name: metric for metric in evaluation_of(*TABLES).metrics}
SAMPLED = {
    "rare_combination_excess", "outlier_attack_auc", "outlier_attack_tpr",
    "dcr_share", "nndr_difference", "identical_match_share", "pair_trends", "skill_ratio", "worst_segment_skill",
}  # fmt: skip


@pytest.fixture
def small_limits(monkeypatch):
    for module in (combinations, isolation, pairs, ratios, tstr):
        monkeypatch.setattr(module, "EXACT_ROWS", LIMIT)
    monkeypatch.setattr(sampling, "PAIRS", LIMIT * LIMIT)
    monkeypatch.setattr(sampling, "LEAST_QUERIES", 100)
    for module in (isolation, outliers):
        monkeypatch.setattr(module, "WANTED", 100)
    monkeypatch.setattr(isolation, "SCREEN", 200)
    monkeypatch.setattr(isolation, "CANDIDATES", 600)


@settings(max_examples=30)
@given(st.lists(st.integers(0, 4), min_size=60, max_size=300), st.integers(1, 50), st.integers(0, 99))
def test_every_stratum_gets_its_share_to_within_one_record(strata, most, seed):
    table = EncodedTable((), np.arange(len(strata)), np.arange(len(strata)))
    found = stratified(table, np.array(strata), most, np.random.default_rng(seed))
    picked = np.array(strata)[found.rows]
    wanted = np.bincount(strata, minlength=5) * most / len(strata)
    assert len(found) == most
    assert (np.abs(np.bincount(picked, minlength=5) - wanted) <= 1).all()


def test_a_hundred_thousand_by_a_hundred_thousand_pairs_are_all_looked_at_and_a_million_leave_ten_thousand():
    assert affordable(100_000, 100_000) == 100_000
    assert affordable(1_000_000, 1_000_000) == 10_000
    assert affordable(500, 10**9) == 500
    assert sample_words(5, 5, "records") == ""
    assert sample_words(1_000, 20_000, "records") == " Measured on a stratified sample of 1,000 of 20,000 records."


def test_strata_are_rare_values_by_hand():
    # Of 200 towns one is "x" (a share of .005, rare); of 200 ages 3 is the lowest and 900 the highest.
    training = pd.DataFrame(
        {"town": ["u"] * 199 + ["x"], "age": [3.0, *range(10, 208), 900.0], "left": ["n", "y"] * 100}
    )
    schema = (
        ColumnSpec("town", Sdtype.CATEGORICAL), ColumnSpec("age", Sdtype.NUMERICAL),
        ColumnSpec("left", Sdtype.CATEGORICAL),
    )  # fmt: skip
    study = study_of(training, training, training, schema)
    held = by_rarity(study, study.training)[np.argsort(study.training.original)]
    assert list(np.flatnonzero(held)) == [0, 198, 199]
    assert (held[198], held[199]) == (1, 2)
    assert len(set(by_class(study, study.training))) == 4


def test_samples_say_so_in_each_sentence_and_on_the_report_and_agree_with_the_whole(small_limits):
    result = evaluation_of(*TABLES)
    found = {metric.name: metric for metric in result.metrics}
    assert {name for name, m in found.items() if "sample" in m.details} >= SAMPLED
    for name in SAMPLED:
        assert "stratified sample" in found[name].sentence, name
        sample, whole = found[name], EXACT[name]
        if sample.lower is not None and whole.lower is not None:
            assert sample.lower <= whole.upper, name
            assert whole.lower <= sample.upper, name
    page = as_html(result, default_policy("training"), "Report")
    assert "Records: 2,400 training, 2,400 synthetic, 2,400 holdout." in page
    assert "Measured on stratified samples" in page
    assert "of 2,400 records)" in page


def test_what_is_counted_exactly_is_the_same_on_a_large_table(small_limits):
    found = {metric.name: metric for metric in evaluation_of(*TABLES).metrics}
    exact = {
        "exact_matches", "unique_value_replay_identifying", "direct_identifiers", "column_shapes", "unique_rows",
        "singling_out_risk", "small_cells", "schema_conformity",
    }  # fmt: skip
    assert {name: found[name].value for name in exact} == {name: EXACT[name].value for name in exact}


def test_twelve_copied_outliers_are_found_in_a_large_table(small_limits):
    training, holdout, fresh = TABLES
    whole = isolation.isolated(study_of(*TABLES)).training[0].table.original[:12]
    leaking = pd.concat([fresh.iloc[12:], training.iloc[whole]], ignore_index=True)
    found = {metric.name: metric for metric in evaluation_of(training, holdout, leaking).metrics}
    assert found["exact_matches"].details["met"] == 12
    assert found["outlier_attack_tpr"].lower > 0.03


def test_the_screen_keeps_nearly_all_of_the_most_isolated(small_limits, monkeypatch):
    study = study_of(*TABLES)
    candidates = isolation.isolated(study).training[0]
    monkeypatch.setattr(isolation, "EXACT_ROWS", ROWS)
    whole = isolation.isolated(study_of(*TABLES)).training[0]
    assert len(set(candidates.table.original) & set(whole.table.original)) >= 0.9 * len(whole.table)
    both = np.intersect1d(candidates.table.original, whole.table.original, return_indices=True)
    assert list(candidates.isolation[both[1]]) == pytest.approx(list(whole.isolation[both[2]]))


@pytest.mark.slow
def test_one_thread_and_two_agree_to_the_last_digit(monkeypatch, small_limits):
    # 10,500 rows: vectors long enough for BLAS to share out.
    tables = [people(10_500, seed) for seed in (1, 2, 3)]
    found = []
    for threads in (1, 2):
        monkeypatch.setattr(gower, "THREADS", threads)
        with threadpool_limits(threads):
            found.append([metric.as_json() for metric in evaluation_of(*tables).metrics])
    assert found[0] == found[1]


def test_a_number_that_most_records_share_is_a_stratum_of_its_own():
    table = pd.DataFrame({"paid": [0.0] * 900 + [float(value) for value in range(1, 101)], "n": range(1000)})
    schema = (ColumnSpec("paid", Sdtype.NUMERICAL), ColumnSpec("n", Sdtype.NUMERICAL))
    study = make_study((table, table, table), schema, None, default_policy("training"), 1)
    paid = next(column for column in study.columns if column.spec.name == "paid")
    parts = parts_of(paid, study, study.training)
    zeros = study.training.values(paid) == 0
    assert len(set(parts[zeros])) == 1
    assert not set(parts[zeros]) & set(parts[~zeros])
