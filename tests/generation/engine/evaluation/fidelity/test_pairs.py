"""Pair trends of tables small enough for a pencil."""

from __future__ import annotations

import pandas as pd
import pytest

from generation.engine.evaluation.fidelity.pairs import pair_scores, pair_trends
from generation.engine.evaluation.metric import NotAssessable
from generation.engine.schema import ColumnSpec, Sdtype
from tests.generation.engine.evaluation.people import study_of

NUMBER, CATEGORY = Sdtype.NUMERICAL, Sdtype.CATEGORICAL


def study_of_pairs(real, synthetic, *sdtypes):
    """Columns a, b, ... of the given kinds; each table is one sequence a column."""
    names = "abcdef"[: len(sdtypes)]
    frames = [pd.DataFrame(dict(zip(names, table, strict=True))) for table in (real, real, synthetic)]
    return study_of(*frames, tuple(ColumnSpec(name, kind) for name, kind in zip(names, sdtypes, strict=True)))


def score(real, synthetic, *sdtypes):
    study = study_of_pairs(real, synthetic, *sdtypes)
    return pair_scores(study.columns, study.training, study.synthetic).get((0, 1))


def test_a_correlation_turned_round_scores_nothing():
    # 1 and -1 differ by 2, the most there can be.
    assert score(([1, 2, 3], [1, 2, 3]), ([1, 2, 3], [3, 2, 1]), NUMBER, NUMBER) == pytest.approx(0)


def test_a_correlation_by_hand():
    # Around the mean of 2.5: the products sum to 2.25 - .25 - .25 + 2.25 = 4, the squares to 5 each: .8 against 1.
    assert score(([1, 2, 3, 4], [1, 2, 3, 4]), ([1, 2, 3, 4], [1, 3, 2, 4]), NUMBER, NUMBER) == pytest.approx(0.9)


def test_a_correlation_is_of_the_pairs_that_are_complete():
    # Without the second pair the rest lies on a line. With two pairs there is no correlation at all.
    line = [1, 2, 3, 4], [2, 4, 6, 8]
    assert score(line, ([1, None, 3, 4], [2, -99, 6, 8]), NUMBER, NUMBER) == pytest.approx(1)
    assert score(line, ([1, None, 3, None], [2, 4, 6, 8]), NUMBER, NUMBER) is None


def test_a_column_that_became_constant_has_no_correlation():
    assert score(([1, 2, 3], [1, 2, 3]), ([1, 2, 3], [2, 2, 2]), NUMBER, NUMBER) is None


def test_two_categories_are_compared_by_their_two_way_table():
    # Real: half (x, u), half (y, v). Made: a quarter each. Half of .25 + .25 + .25 + .25.
    real, made = (["x", "x", "y", "y"], ["u", "u", "v", "v"]), (["x", "x", "y", "y"], ["u", "v", "u", "v"])
    assert score(real, made, CATEGORY, CATEGORY) == pytest.approx(0.5)


def test_missing_is_a_category_of_a_two_way_table():
    # Real: (x, u) and (missing, u). Made: (x, u) twice. Half of .5 + .5.
    real = pd.Series(["x", None], dtype=object), ["u", "u"]
    assert score(real, (["x", "x"], ["u", "u"]), CATEGORY, CATEGORY) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("ages", "expected"),
    [
        ([9, 91], 1.0),  # the first bin is 0 to 10, the last 90 to 100
        ([11, 91], 0.5),  # half of the records in a bin where none should be: half of .5 + .5
        ([-50, 500], 1.0),  # beyond the real range: the outermost bins
        ([91, 9], 0.0),  # young and old the wrong way round
    ],
)
def test_a_number_beside_a_category_is_cut_into_ten_bins_of_the_real_range(ages, expected):
    real = [0, 100, 0, 100], ["x", "y", "x", "y"]
    assert score(real, (ages, ["x", "y"]), NUMBER, CATEGORY) == pytest.approx(expected)


HUNDRED = list(range(100))
HALVES = ["x"] * 50 + ["y"] * 50


def test_the_metric_is_the_mean_over_pairs_and_the_matrix_shows_each():
    """Numbers a and b: from 1 to -1, so 0. With the halves c: a is as before, so 1; b turned round, so 0. Mean 1/3."""
    real = HUNDRED, HUNDRED, HALVES
    found = pair_trends(study_of_pairs(real, (HUNDRED, HUNDRED[::-1], HALVES), NUMBER, NUMBER, CATEGORY))
    metric, matrix = found.metrics[0], found.plots["pair_trends"]["scores"]
    assert matrix == [[1, pytest.approx(0), 1], [pytest.approx(0), 1, 0], [1, 0, 1]]
    assert (metric.value, metric.ceiling, metric.details["pairs"]) == (pytest.approx(1 / 3), pytest.approx(1), 3)


def test_a_constant_column_is_left_out_and_one_column_makes_no_pair():
    three = HUNDRED, HALVES, ["always"] * 100
    found = pair_trends(study_of_pairs(three, three, NUMBER, CATEGORY, CATEGORY))
    assert found.plots["pair_trends"]["labels"] == ["a", "b"]
    two = HUNDRED, ["always"] * 100
    with pytest.raises(NotAssessable) as why:
        pair_trends(study_of_pairs(two, two, NUMBER, CATEGORY))
    assert why.value.reason == "Only 1 columns hold more than one value; a pair needs two."
