"""Each measure of diversity on tables small enough for a pencil: made over real."""

from __future__ import annotations

import pandas as pd
import pytest

from generation.engine.evaluation.diversity.ratios import (
    class_coverage,
    diversity,
    effective_categories,
    missing_modes,
    tail_coverage,
    top_combination_share,
    unique_rows,
    variance_ratio,
)
from generation.engine.evaluation.metric import NotAssessable
from generation.engine.schema import ColumnSpec, Sdtype
from tests.generation.engine.evaluation.people import study_of

NUMBER, CATEGORY = Sdtype.NUMERICAL, Sdtype.CATEGORICAL


def study(real, synthetic, *sdtypes):
    """Columns a, b, ... of the given kinds; each table is one sequence a column."""
    names = "abcdef"[: len(sdtypes)]
    tables = (dict(zip(names, map(list, table), strict=True)) for table in (real, real, synthetic))
    frames = [pd.DataFrame(table, dtype=object) for table in tables]
    return study_of(*frames, tuple(ColumnSpec(name, kind) for name, kind in zip(names, sdtypes, strict=True)))


def ratio(measure, real, synthetic, *sdtypes):
    of = study(real, synthetic, *sdtypes)
    return measure(of.columns, of.training, of.synthetic)


def test_distinct_records_are_counted_over_all_columns_and_missing_equals_missing():
    # Real: four of four. Made: (1, x) twice and (missing, y) twice, so two.
    real, made = ([1, 1, 2, None], ["x", "y", "x", "y"]), ([1, 1, None, None], ["x", "x", "y", "y"])
    assert ratio(unique_rows, real, made, NUMBER, CATEGORY) == pytest.approx(2 / 4)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ("abcd", 1.0),  # exp(ln 4) = 4 of 4
        ("aabb", 0.5),  # exp(ln 2) = 2 of 4
        ("aaaa", 0.25),  # exp(0) = 1 of 4
        ("aabc", 2**1.5 / 4),  # entropy ln(2)/2 + ln(4)/4 + ln(4)/4 = 1.5 ln 2
    ],
)
def test_effective_categories_are_the_exponential_of_the_entropy(made, expected):
    assert ratio(effective_categories, ["abcd"], [made], CATEGORY) == pytest.approx(expected)


def test_effective_categories_are_the_mean_over_columns():
    # One column keeps 4 of 4, the other 1 of 2.
    assert ratio(effective_categories, ["abcd", "xxyy"], ["dcba", "xxxx"], CATEGORY, CATEGORY) == pytest.approx(0.75)


def test_the_commonest_combination_weighs_against_the_table():
    # Real: each combination a quarter. Made: (a, x) three quarters. A quarter over three quarters.
    assert ratio(top_combination_share, ["aabb", "xyxy"], ["aaab", "xxxy"], CATEGORY, CATEGORY) == pytest.approx(1 / 3)


def test_variance_is_capped_at_one_by_column_so_that_a_wild_column_hides_no_flat_one():
    # Variances of 0 and 10: 25; of 0 and 5: 6.25; of 0 and 1,000 far more, which counts as 1. Mean (.25 + 1) / 2.
    assert ratio(variance_ratio, ([0, 10], [0, 10]), ([0, 5], [0, 1_000]), NUMBER, NUMBER) == pytest.approx(0.625)
    assert ratio(variance_ratio, [[0, 10]], [[5, 5]], NUMBER) == 0


def test_tails_are_the_records_beyond_the_outer_five_per_cent_on_either_side():
    """Of 1 to 100, five lie at or below 5.95 and five at or above 95.05."""
    real = [list(range(1, 101))]
    assert ratio(tail_coverage, real, [list(range(100, 0, -1))], NUMBER) == 1
    assert ratio(tail_coverage, real, [[50] * 100], NUMBER) == 0
    assert ratio(tail_coverage, real, [[1] * 10 + [50] * 90], NUMBER) == pytest.approx(0.5)  # one side more than whole
    assert ratio(tail_coverage, real, [[1] * 3 + [50] * 92 + [99] * 5], NUMBER) == pytest.approx((3 / 5 + 1) / 2)


@pytest.mark.parametrize(("kept", "expected"), [(1, 2 / 3), (2, 1.0)])
def test_a_category_counts_as_kept_from_a_quarter_of_its_share_on(kept, expected):
    """a 60, b 31, c 5 of 100; d has four, too few to ask for. A quarter of five is 1.25: two keep c, one does not."""
    real = ["a" * 60 + "b" * 31 + "c" * 5 + "d" * 4]
    made = ["a" * 60 + "b" * (40 - kept) + "c" * kept]
    assert ratio(class_coverage, real, made, CATEGORY) == pytest.approx(expected)


def test_frequent_pairs_are_those_of_one_per_cent_of_the_records():
    """Of 200 real records (a, x) holds 196, (b, y) 2, (b, z) and (c, x) 1: two pairs reach 2 records, one is made."""
    real = ["a" * 196 + "bbb" + "c", "x" * 196 + "yyz" + "x"]
    made = ["a" * 199 + "b", "x" * 199 + "z"]
    assert ratio(missing_modes, real, made, CATEGORY, CATEGORY) == pytest.approx(1 / 2)


def test_where_the_real_sample_has_nothing_to_compare_with_there_is_no_figure():
    with pytest.raises(NotAssessable) as why:
        ratio(class_coverage, ["abcd"], ["abcd"], CATEGORY)  # no category of five records
    assert why.value.reason == "The real sample has nothing to compare with."


def test_figures_of_a_table_of_numbers_alone_say_which_cannot_be_had_and_keep_the_rest():
    """Made: 100 times the numbers 0 and 99 of a real 0 to 99: 2 of 100 records, and more than all of the variance."""
    found = diversity(study([list(range(100))], [[0, 99] * 50], NUMBER)).metrics
    figures = {metric.name: metric for metric in found}
    none = {name for name, metric in figures.items() if metric.value is None}
    assert none == {"effective_categories", "top_combination_share", "class_coverage", "missing_modes"}
    assert "no column of the kind" in figures["class_coverage"].reason
    assert (figures["unique_rows"].value, figures["variance_ratio"].value) == (pytest.approx(2 / 100), 1)
    assert figures["unique_rows"].sentence == "Distinct records: 0.02 of what a real sample of the same size has."
