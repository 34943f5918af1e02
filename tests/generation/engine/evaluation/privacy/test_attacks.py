"""Checks B and F: the outlier attack, singling out, linkability and attribute inference."""

import numpy as np
import pandas as pd
import pytest

from generation.engine.evaluation.privacy.expected import Guesses, beyond_expected
from generation.engine.evaluation.privacy.inference import attribute_inference
from generation.engine.evaluation.privacy.isolation import Outliers
from generation.engine.evaluation.privacy.linkability import linkability
from generation.engine.evaluation.privacy.nearest.gower import gower_space, votes, votes_by_part
from generation.engine.evaluation.privacy.nearest.ties import link_chance
from generation.engine.evaluation.privacy.outliers import attack_scores, outlier_attack, tpr_at
from generation.engine.evaluation.privacy.singling_out import AT_LEAST, AT_MOST, EQUAL, Predicates, index, singling_out
from generation.engine.evaluation.study.encoding import encode
from generation.engine.schema import ColumnSpec, Sdtype
from tests.generation.engine.evaluation.people import people, study_of

TRAINING, HOLDOUT, FRESH = people(1200, 1), people(1200, 2), people(1200, 3)


def test_a_copy_scores_zero_a_distance_of_one_isolation_minus_one_and_whoever_has_five_twins_below_all():
    (table,) = encode([pd.DataFrame({"a": [1.0, 2.0, 3.0]})], (ColumnSpec("a", Sdtype.NUMERICAL),))
    outliers = Outliers(table, np.array([0.2, 0.4, 0.0]))
    assert list(attack_scores(outliers, np.array([0.0, 0.4, 0.3]))) == [0, -1, -np.inf]


def test_records_of_which_none_stands_out_say_nothing_and_the_sentence_says_so():
    tables = [pd.DataFrame({"a": ["x", "y"] * 100, "b": ["u", "u", "v", "v"] * 50}) for _ in range(3)]
    auc = outlier_attack(study_of(*tables, (ColumnSpec("a", Sdtype.CATEGORICAL), ColumnSpec("b", Sdtype.CATEGORICAL))))
    assert auc.metrics[0].value == 0.5
    assert auc.metrics[0].sentence.startswith("No real record stands out")
    assert auc.plots["outlier_roc"]["attack"][30][0] == pytest.approx(auc.plots["outlier_roc"]["attack"][30][1])


def test_true_positives_at_one_percent_false_alarms_by_hand():
    # 200 unseen scores 0..199: two may alarm (198, 199), so the cut is at 197: 3 of 6 trained scores lie above.
    assert tpr_at(np.array([500, 300, 198, 197.0, 5, 1])[[0, 1, 2, 4, 5, 5]], np.arange(200.0)) == pytest.approx(0.5)


def test_ties_at_the_cut_count_as_many_as_may_alarm():
    # All 200 scores are equal: cutting ties at random alarms for 1 % of either side.
    assert tpr_at(np.zeros(50), np.zeros(200)) == pytest.approx(0.01)


def test_the_outlier_attack_recognises_copied_outliers_and_not_a_fresh_sample():
    auc, tpr = outlier_attack(study_of(TRAINING, HOLDOUT, pd.concat([FRESH, TRAINING]))).metrics
    assert auc.value > 0.95
    assert tpr.value > 0.95
    fresh = outlier_attack(study_of(TRAINING, HOLDOUT, FRESH))
    assert fresh.metrics[0].lower <= 0.55
    assert fresh.plots["outlier_roc"]["attack"][-1] == [1, 1]


def test_predicates_count_categories_numbers_and_dates():
    matrix = np.array([[1.0, 10], [1, 20], [2, 30], [np.nan, 30]])
    columns = np.array([[0, 1], [0, -1], [1, -1], [0, 1]])
    operators = np.array([[EQUAL, AT_LEAST], [AT_MOST, EQUAL], [AT_MOST, EQUAL], [EQUAL, AT_LEAST]])
    values = np.array([[1.0, 15], [2, 0], [10, 0], [7, 0]])
    # (a = 1 and b >= 15): row 1; (a <= 2): at least two; (b <= 10): row 0; (a = 7): none.
    assert list(Predicates(columns, operators, values).counts(index(matrix))[0]) == [1, 2, 1, 0]
    assert list(Predicates(columns, operators, values).hits(index(matrix))) == [1, 1, 0, 0]


def test_link_chance_is_the_common_share_of_equally_near_records():
    # Target (x, u). By the first half rows 0 and 1 are nearest, by the second rows 1 and 2: both is row 1, 1 / (2 * 2).
    schema = (ColumnSpec("a", Sdtype.CATEGORICAL), ColumnSpec("b", Sdtype.CATEGORICAL))
    target = pd.DataFrame({"a": ["x"], "b": ["u"]})
    pool = pd.DataFrame({"a": ["x", "x", "y"], "b": ["v", "u", "u"]})
    targets, references = encode([target, pool], schema)
    halves = [gower_space([column], references) for column in targets.columns]
    first, second = ((space.points(targets), space.points(references)) for space in halves)
    assert list(link_chance(first, second)) == [0.25]


def test_votes_are_the_share_of_the_nearest_within_five_percent_of_the_absolute_truth():
    schema = (ColumnSpec("a", Sdtype.CATEGORICAL),)
    targets, references = encode([pd.DataFrame({"a": ["x"]}), pd.DataFrame({"a": ["x", "x", "x", "y"]})], schema)
    space = gower_space(targets.columns, references)
    guesses = np.array([-96.0, -104, -110, -100])
    found = votes(space.points(targets), space.points(references), (np.array([-100.0]), guesses, 0.05))
    assert list(found) == pytest.approx([2 / 3])


def test_votes_by_part_are_the_shares_of_the_nearest_of_each_part():
    schema = (ColumnSpec("a", Sdtype.CATEGORICAL),)
    targets, references = encode([pd.DataFrame({"a": ["x"]}), pd.DataFrame({"a": ["x", "x", "x", "y"]})], schema)
    space = gower_space(targets.columns, references)
    approves = np.array([1.0]), np.array([1.0, 2, 1, 1]), 0.0
    found, parts = votes_by_part(
        space.points(targets), space.points(references), approves, np.array([2, 0, 2, 1], dtype=np.int64), 3
    )
    assert list(found) == pytest.approx([2 / 3])
    assert list(parts[0]) == pytest.approx([1 / 3, 0, 2 / 3])


def test_a_success_counts_for_what_it_has_beyond_truth_and_guess_taken_against_what_was_expected():
    # Nothing is known and half are yes: (1 - 1/2)(1 - 1/2) for either answer is 1/2, where both miss it -1/2.
    part = np.tile([0, 1], 500)
    guessed = np.eye(2)[np.repeat([0, 1], 500)]
    found = guessed[np.arange(1000), part]
    beyond = beyond_expected(np.zeros((1000, 1)), Guesses(found, part, guessed), np.eye(2), seed=1)
    assert beyond == pytest.approx(np.where(found, 0.5, -0.5), abs=0.03)


def test_a_secret_that_follows_from_what_is_known_counts_for_nothing_when_it_is_guessed():
    known = np.tile([0.0, 1.0], 500)
    part = known.astype(np.int64)
    beyond = beyond_expected(known[:, None], Guesses(np.ones(1000), part, np.eye(2)[part]), np.eye(2), seed=1)
    assert beyond == pytest.approx(np.zeros(1000), abs=1e-9)


def test_numbers_of_any_size_and_missing_ones_are_known_of_a_person_all_the_same():
    tables = [
        table.assign(age=table["age"] * 1e300, joined=table["joined"].where(table["age"] < 60))
        for table in (TRAINING, HOLDOUT, FRESH)
    ]
    found = attribute_inference(study_of(*tables)).metrics[0]
    assert found.lower < 0 < found.upper


@pytest.mark.parametrize("copied", [0.2, 0.5])
def test_the_residual_risk_is_the_share_of_people_whose_records_were_copied(copied):
    """A copy tells its secret with certainty: of a share d of the training records, (attack - control) / (1 - control)
    is d."""
    kept = round(copied * len(TRAINING))
    found = attribute_inference(study_of(TRAINING, HOLDOUT, pd.concat([FRESH, TRAINING[:kept]]))).metrics[0]
    assert found.lower < copied < found.upper
    assert found.upper - found.lower < 0.35


def test_real_records_held_against_real_ones_hide_no_leak_and_are_seldom_undecided():
    """25 draws of one population, 1,200 a side: the interval holds 0 but for one time in twenty, and is narrow."""
    found = [
        attribute_inference(study_of(*(people(1200, 10 * draw + side) for side in (100, 101, 102)))).metrics[0]
        for draw in range(25)
    ]
    assert sum(one.lower > 0 for one in found) <= 3
    assert sum(one.upper < 0 for one in found) <= 3
    assert sum(one.upper > 0.2 for one in found) <= 3


@pytest.mark.parametrize("attack", [singling_out, linkability, attribute_inference])
def test_an_attack_succeeds_on_copies_beyond_the_control_and_not_on_a_fresh_sample(attack):
    copied = attack(study_of(TRAINING, HOLDOUT, TRAINING)).metrics[0]
    fresh = attack(study_of(TRAINING, HOLDOUT, FRESH)).metrics[0]
    assert copied.lower > fresh.upper - 0.15
    assert copied.lower > 0
    assert fresh.lower <= 0
    assert 0 <= fresh.baseline <= 1
