import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sdmetrics.column_pairs import ContingencySimilarity, CorrelationSimilarity
from sdmetrics.single_column import KSComplement, TVComplement

from generation.engine.evaluation.fidelity.classifier import classifier_two_sample
from generation.engine.evaluation.fidelity.pairs import contingency_similarity, correlation, pair_trends
from generation.engine.evaluation.fidelity.shapes import column_shapes, shape
from generation.engine.schema import ColumnSpec, Sdtype
from tests.generation.engine.evaluation.people import people, study_of

TRAINING, HOLDOUT, FRESH = people(700, 1), people(500, 2), people(600, 3)


def test_column_shapes_equal_those_of_sdmetrics():
    study = study_of(TRAINING, HOLDOUT, FRESH)
    columns = {column.spec.name: column for column in study.measured}
    expected = {name: KSComplement.compute(TRAINING[name], FRESH[name]) for name in ("age", "pay", "joined")}
    expected |= {name: TVComplement.compute(TRAINING[name], FRESH[name]) for name in ("job", "town", "member", "left")}
    found = {name: shape(column, study.training, study.synthetic) for name, column in columns.items()}
    assert found == pytest.approx(expected)


def test_pair_trends_equal_those_of_sdmetrics():
    names = ["age", "job", "pay"]
    schema = (
        ColumnSpec("age", Sdtype.NUMERICAL), ColumnSpec("job", Sdtype.CATEGORICAL), ColumnSpec("pay", Sdtype.NUMERICAL),
    )  # fmt: skip
    real, synthetic = (frame[names].assign(pay=frame["pay"].fillna(1e4)) for frame in (TRAINING, FRESH))
    matrix = pair_trends(study_of(real, HOLDOUT, synthetic, schema)).plots["pair_trends"]["scores"]
    expected = [
        ContingencySimilarity.compute(real[["age", "job"]].copy(), synthetic[["age", "job"]].copy(), ["age"]),
        CorrelationSimilarity.compute(real[["age", "pay"]], synthetic[["age", "pay"]]),
        ContingencySimilarity.compute(real[["job", "pay"]].copy(), synthetic[["job", "pay"]].copy(), ["pay"]),
    ]
    assert [matrix[0][1], matrix[0][2], matrix[1][2]] == pytest.approx(expected)


def test_a_two_way_table_by_hand():
    # Real: (0,0) x2, (1,1) x2. Synthetic: (0,0) x1, (0,1) x1. Distance (.5-.5) + .5 + .5, halved: .5.
    real = np.array([0, 0, 1, 1], dtype=np.int32), np.array([0, 0, 1, 1], dtype=np.int32)
    synthetic = np.array([0, 0], dtype=np.int32), np.array([0, 1], dtype=np.int32)
    assert contingency_similarity(real, synthetic) == pytest.approx(0.5)


def test_correlation_of_large_numbers_keeps_its_digits():
    x = 1e12 + np.arange(50.0)
    assert correlation(x, -2 * x) == pytest.approx(-1)
    assert correlation(x, np.full(50, 3.0)) is None


@settings(max_examples=20)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=40), st.lists(st.integers(0, 4), min_size=1, max_size=30))
@example([0], [1, 1, 2, 2, 2, 3, 3, 4, 4])
def test_a_shape_is_between_zero_and_one_and_one_for_itself(real, synthetic):
    frames = [pd.DataFrame({"a": [str(value) for value in values]}) for values in (real, real, synthetic)]
    study = study_of(*frames, (ColumnSpec("a", Sdtype.CATEGORICAL),))
    assert 0 <= shape(study.columns[0], study.training, study.synthetic) <= 1
    assert shape(study.columns[0], study.training, study.training) == 1


def test_intervals_hold_the_value_and_stay_near_it():
    shapes = column_shapes(study_of(TRAINING, HOLDOUT, FRESH)).metrics[0]
    assert shapes.lower <= shapes.value <= shapes.upper < shapes.lower + 0.1
    assert shapes.ceiling == pytest.approx(shapes.value, abs=0.05)


def test_the_classifier_names_the_column_that_gives_the_table_away():
    metric = classifier_two_sample(study_of(TRAINING, HOLDOUT, FRESH.assign(age=FRESH["age"] + 60))).metrics[0]
    assert metric.value > 0.95
    assert metric.details["columns"][0] == "Age"
