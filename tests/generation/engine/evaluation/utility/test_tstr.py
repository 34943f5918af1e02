import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import r2_score, roc_auc_score

from generation.engine.evaluation.metric import NotAssessable, Status
from generation.engine.evaluation.utility.coverage import boundaries, equivalence_classes
from generation.engine.evaluation.utility.skill import regression_skill, weighted_auc
from generation.engine.evaluation.utility.tstr import tstr
from generation.engine.schema import ColumnSpec, Sdtype
from tests.generation.engine.evaluation.people import SCHEMA, evaluation_of, people, study_of

TRAINING, HOLDOUT, FRESH = people(1500, 1), people(1300, 2), people(1400, 3)


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_the_weighted_auc_equals_that_of_scikit_learn_with_ties(seed):
    rng = np.random.default_rng(seed)
    scores, answers = rng.integers(0, 9, 60) / 3, rng.random(60) < 0.4
    answers[:2] = [True, False]
    weights = np.column_stack([np.ones(60), rng.integers(1, 4, 60)]).astype(float)
    expected = [roc_auc_score(answers, scores), roc_auc_score(answers, scores, sample_weight=weights[:, 1])]
    assert weighted_auc(scores, answers, weights) == pytest.approx(expected)


def test_the_auc_of_one_class_does_not_exist():
    assert np.isnan(weighted_auc(np.arange(3.0), np.ones(3, dtype=bool), np.ones((3, 2)))).all()


def test_skill_in_a_number_is_the_coefficient_of_determination():
    rng = np.random.default_rng(4)
    answers, scores = rng.normal(size=50), rng.normal(size=(50, 1))
    assert regression_skill(scores, answers, np.ones((50, 1)))[0] == pytest.approx(r2_score(answers, scores[:, 0]))


def test_a_fresh_sample_keeps_the_skill_and_a_shuffled_target_loses_it():
    good = tstr(study_of(TRAINING, HOLDOUT, FRESH)).metrics[0]
    rng = np.random.default_rng(5)
    bad = tstr(study_of(TRAINING, HOLDOUT, FRESH.assign(left=rng.permutation(FRESH["left"])))).metrics[0]
    assert good.lower < 1 < good.upper + 0.1
    assert bad.upper < 0.85
    assert good.details["trtr"] == bad.details["trtr"]


def test_the_training_table_has_exactly_the_skill_of_itself():
    found = {metric.name: metric for metric in tstr(study_of(TRAINING, HOLDOUT, TRAINING)).metrics}
    assert found["skill_ratio"].value == found["worst_segment_skill"].value == found["minority_recall_ratio"].value == 1


def test_a_number_and_a_target_of_many_classes_are_assessed_too():
    frames = [frame.assign(left=frame["age"] // 20) for frame in (TRAINING, HOLDOUT, FRESH)]
    classes = tstr(study_of(*frames)).metrics
    assert classes[0].details["measure"] == "AUC"
    assert classes[2].value is None
    schema = tuple(ColumnSpec(s.name, Sdtype.NUMERICAL) if s.name == "left" else s for s in SCHEMA)
    numbers = [frame.assign(left=frame["age"] + frame["pay"].fillna(0) / 1e4) for frame in frames]
    assert tstr(study_of(*numbers, schema)).metrics[0].details["measure"] == "R²"


@pytest.mark.parametrize("target", ["yes", None])
def test_a_constant_or_missing_target_is_not_assessable(target):
    frames = [frame.assign(left=target) for frame in (TRAINING, HOLDOUT, FRESH)]
    with pytest.raises(NotAssessable):
        tstr(study_of(*frames))


def test_a_target_that_nothing_predicts_is_not_assessable():
    rng = np.random.default_rng(6)
    frames = [frame.assign(left=rng.choice(["yes", "no"], len(frame))) for frame in (TRAINING, HOLDOUT, FRESH)]
    with pytest.raises(NotAssessable, match="no better than a guess"):
        tstr(study_of(*frames))


def test_edges_and_kinds_of_values_by_hand():
    study = study_of(TRAINING, HOLDOUT, FRESH[FRESH["job"] != "welder"].assign(age=40.0, pay=np.nan))
    columns = {column.spec.name: column for column in study.measured}
    assert list(boundaries(columns["age"], study.training, study.synthetic)) == [False, False]
    assert list(boundaries(columns["pay"], study.training, study.synthetic)) == [True, False, False]
    jobs = equivalence_classes(columns["job"], study.training, study.synthetic)
    assert list(jobs) == [True] * 7 + [False]
    assert equivalence_classes(columns["age"], study.training, study.synthetic).sum() == 1


def test_a_test_set_needs_coverage():
    found = {m.name: m.status for m in evaluation_of(TRAINING, HOLDOUT, FRESH, purpose="testing").metrics}
    assert found["boundary_coverage"] is found["equivalence_class_coverage"] is Status.PASS
