import numpy as np
import pandas as pd
import pytest

from generation.engine.evaluation.diversity.ratios import diversity
from tests.generation.engine.evaluation.people import people, study_of

TRAINING, HOLDOUT, FRESH = people(800, 1), people(800, 2), people(700, 3)


def ratios(synthetic):
    return {metric.name: metric for metric in diversity(study_of(TRAINING, HOLDOUT, synthetic)).metrics}


def test_a_fresh_sample_is_as_diverse_as_a_real_one():
    assert {name for name, metric in ratios(FRESH).items() if metric.value < 0.7} == set()


def test_ten_records_repeated_are_too_generic():
    repeated = ratios(pd.concat([FRESH.iloc[:10]] * 70, ignore_index=True))
    assert repeated["unique_rows"].value == pytest.approx(10 / 700, rel=0.05)
    low = {"unique_rows", "top_combination_share", "class_coverage"}
    assert low <= {name for name, metric in repeated.items() if metric.value < 0.7}


def test_numbers_drawn_to_their_mean_lose_variance_and_tails():
    flat = ratios(FRESH.assign(age=FRESH["age"].mean(), pay=FRESH["pay"].mean()))
    # Dates keep theirs: one of three columns does, so the mean ratio is about a third.
    assert flat["variance_ratio"].value == pytest.approx(1 / 3, abs=0.05)
    assert flat["tail_coverage"].value == pytest.approx(1 / 3, abs=0.07)


def test_intervals_hold_the_value():
    for metric in ratios(FRESH).values():
        assert metric.lower <= metric.value <= metric.upper or np.isclose(metric.lower, metric.upper)
