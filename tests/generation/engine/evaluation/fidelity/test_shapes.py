"""Column shapes of tables small enough for a pencil."""

from __future__ import annotations

import pandas as pd
import pytest

from generation.engine.evaluation.fidelity.shapes import column_shapes, shape
from generation.engine.schema import ColumnSpec, Sdtype
from tests.generation.engine.evaluation.people import study_of


def score(real, synthetic, sdtype=Sdtype.CATEGORICAL):
    frames = [pd.DataFrame({"a": values}) for values in (real, real, synthetic)]
    study = study_of(*frames, (ColumnSpec("a", sdtype),))
    return shape(study.columns[0], study.training, study.synthetic)


def test_numbers_are_compared_by_the_largest_gap_between_their_distribution_functions():
    # At 1, 2, 3, 4, 5: real .25 .5 .75 1 1, synthetic .5 .75 .75 .75 1. The gaps: .25 .25 0 .25 0.
    assert score([1, 2, 3, 4], [1, 1, 2, 5], Sdtype.NUMERICAL) == pytest.approx(0.75)


def test_numbers_that_never_meet_score_nothing():
    assert score([1, 2, 3], [4, 5, 6], Sdtype.NUMERICAL) == 0


def test_dates_are_compared_as_numbers_are():
    # Up to 1 March: three of four real dates and one of four made ones.
    real = pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"])
    late = pd.to_datetime(["2024-03-01", "2024-04-01", "2024-04-01", "2024-04-01"])
    assert score(real, late, Sdtype.DATETIME) == pytest.approx(0.5)


def test_categories_are_compared_by_half_the_sum_of_what_their_shares_differ():
    # a: .5 and .25, b: .25 and .75, c: .25 and 0. Half of .25 + .5 + .25.
    assert score(["a", "a", "b", "c"], ["a", "b", "b", "b"]) == pytest.approx(0.5)


def test_a_category_that_was_made_up_counts_against_the_table():
    # a: 1 and .75, nowhere: 0 and .25.
    assert score(["a"] * 4, ["a", "a", "a", "nowhere"]) == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("sdtype", "real", "synthetic", "expected"),
    [
        # Of the present ones 2/3 and 1/3, against a half each: half of 1/6 + 1/6 is 1/6.
        (Sdtype.CATEGORICAL, ["a", None, "a", "b"], ["a", "b"], 5 / 6),
        # Of the present ones 1/2 are at most 1, against 1: the gap is a half.
        (Sdtype.NUMERICAL, [1, None, 2], [1, None, None], 0.5),
        (Sdtype.BOOLEAN, [True, None, False], [True, False, None], 1.0),
    ],
)
def test_missing_values_are_left_out(sdtype, real, synthetic, expected):
    assert score(pd.Series(real, dtype=object), pd.Series(synthetic, dtype=object), sdtype) == pytest.approx(expected)


def test_a_column_of_nothing_scores_nothing():
    assert score(["a", "b"], pd.Series([None, None], dtype=object)) == 0


def test_the_metric_is_the_mean_over_columns_and_says_what_a_fresh_sample_reaches():
    """town: half and half, made 80 to 20, held out 60 to 40: .7 and .9. age: the same hundred numbers: 1 and 1."""
    schema = ColumnSpec("town", Sdtype.CATEGORICAL, label="Town"), ColumnSpec("age", Sdtype.NUMERICAL, label="Age")
    frames = [
        pd.DataFrame({"town": ["north"] * north + ["south"] * (100 - north), "age": range(100)})
        for north in (50, 60, 80)
    ]
    metric = column_shapes(study_of(*frames, schema)).metrics[0]
    assert (metric.value, metric.ceiling, metric.n) == (pytest.approx(0.85), pytest.approx(0.95), 100)
    assert "by 0.850 on average (1 is identical); a fresh real sample reaches 0.950." in metric.sentence
    town = next(line for line in metric.details["columns"] if line["label"] == "Town")
    assert (town["score"], town["ceiling"]) == (pytest.approx(0.7), pytest.approx(0.9))
    assert metric.lower <= 0.85 <= metric.upper
