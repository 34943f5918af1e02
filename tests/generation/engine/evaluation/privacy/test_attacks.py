"""Checks B and F: the outlier attack, singling out, linkability and attribute inference."""

import numpy as np
import pandas as pd
import pytest

from generation.engine.evaluation.privacy.inference import attribute_inference
from generation.engine.evaluation.privacy.isolation import Outliers
from generation.engine.evaluation.privacy.linkability import linkability
from generation.engine.evaluation.privacy.nearest.gower import gower_space, votes
from generation.engine.evaluation.privacy.nearest.ties import link_chance
from generation.engine.evaluation.privacy.outliers import attack_scores, outlier_attack, tpr_at
from generation.engine.evaluation.privacy.singling_out import AT_LEAST, AT_MOST, EQUAL, Predicates, index, singling_out
from generation.engine.evaluation.study.encoding import encode
from generation.engine.schema import ColumnSpec, Sdtype
from tests.generation.engine.evaluation.people import people, study_of

TRAINING, HOLDOUT, FRESH = people(1200, 1), people(1200, 2), people(1200, 3)


def test_a_copy_scores_zero_and_a_distance_of_one_isolation_scores_minus_one():
    (table,) = encode([pd.DataFrame({"a": [1.0, 2.0, 3.0]})], (ColumnSpec("a", Sdtype.NUMERICAL),))
    outliers = Outliers(table, np.array([0.2, 0.4, 0.0]))
    assert list(attack_scores(outliers, np.array([0.0, 0.4, 0.3]))) == [0, -1, 0]


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


@pytest.mark.parametrize("attack", [singling_out, linkability, attribute_inference])
def test_an_attack_succeeds_on_copies_beyond_the_control_and_not_on_a_fresh_sample(attack):
    copied = attack(study_of(TRAINING, HOLDOUT, TRAINING)).metrics[0]
    fresh = attack(study_of(TRAINING, HOLDOUT, FRESH)).metrics[0]
    assert copied.lower > fresh.upper - 0.15
    assert copied.lower > 0
    assert fresh.lower <= 0
    assert 0 <= fresh.baseline <= 1
