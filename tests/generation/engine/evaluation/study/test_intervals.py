import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.engine.evaluation.study.intervals import (
    difference_of_shares,
    mean_variance,
    percentile_interval,
    residual_beyond,
    residual_risk,
    standardised,
    wilson,
    worth,
)


def test_wilson_interval_of_81_in_263_is_the_published_one():
    # Newcombe (1998), "Two-sided confidence intervals for the single proportion", table I, method 3.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_wilson_interval_of_0_in_20_is_the_published_one():
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


def test_nothing_tried_says_nothing():
    assert wilson(0, 0) == (0.0, 1.0)


def test_newcombe_interval_of_56_in_70_less_48_in_80_is_the_published_one():
    # Newcombe (1998), "Interval estimation for the difference between independent proportions", table II, method 10.
    assert difference_of_shares((56, 70), (48, 80)) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_residual_risk_of_half_against_a_fifth_is_three_eighths():
    value, lower, upper = residual_risk((1000, 2000), (400, 2000))
    assert value == pytest.approx(0.375)
    assert lower < 0.375 < upper


def test_a_control_that_always_succeeds_leaves_the_risk_unbounded():
    assert residual_risk((10, 10), (10, 10)) == (0.0, 0.0, 1.0)


@given(st.integers(0, 500), st.integers(1, 500))
def test_wilson_holds_the_share_and_stays_within_zero_and_one(successes, extra):
    trials = successes + extra
    lower, upper = wilson(successes, trials)
    assert 0 <= lower <= successes / trials + 1e-12
    assert successes / trials - 1e-12 <= upper <= 1


def test_draws_that_do_not_exist_are_left_out_of_a_percentile_interval():
    draws = np.append(np.arange(1001.0), np.nan)
    assert percentile_interval(draws) == pytest.approx((25, 975))


def test_a_risk_at_a_higher_confidence_has_the_same_value_and_a_wider_interval():
    usual, careful = residual_risk((90, 100), (85, 100)), residual_risk((90, 100), (85, 100), 0.99)
    assert usual[0] == careful[0]
    assert careful[1] < usual[1] < usual[2] < careful[2]


def test_standardised_shares_by_hand():
    # An easy stratum (always a hit) and a hard one (half the time). The first side has 40 easy and 60 hard trials, the
    # second 60 and 40: crude shares .7 and .8, standardised to 100 of 200 both .75. The variance of the first is
    # .5^2 x .25 / 60, as that of a simple share of .75 in 180 trials; of the second .5^2 x .25 / 40, as in 120.
    hits = [np.repeat([1.0, 0.0, 1.0], [easy, hard // 2, hard // 2]) for easy, hard in ((40, 60), (60, 40))]
    strata = [np.repeat([0, 1], [easy, hard]) for easy, hard in ((40, 60), (60, 40))]
    (first, trials), (second, others) = standardised(hits, strata)
    assert (first / trials, second / others) == pytest.approx((0.75, 0.75))
    assert (trials, others) == pytest.approx((180, 120))


def test_strata_too_small_to_vary_are_joined_and_shares_alone_remain():
    hits = [np.repeat([1.0, 0.0], [30, 10]), np.repeat([1.0, 0.0], [20, 20])]
    found = standardised(hits, [np.arange(40), np.arange(40)])
    assert found == [pytest.approx((30, 40)), pytest.approx((20, 40))]


def test_residual_risk_from_differences_by_hand():
    # Means .3 and .1, control .5: .2 / .5. Each side of 100 has variance .25 and one square more: (25 + 1) / 100^2.
    training, holdout = np.tile([0.8, -0.2], 50), np.tile([0.6, -0.4], 50)
    value, lower, upper = residual_beyond(
        (training, holdout), (np.arange(100), np.arange(100)), (5_000_000, 10_000_000)
    )
    assert value == pytest.approx(0.4)
    half = 1.96 / 0.5 * (2 * 26 / 100**2) ** 0.5
    assert (lower, upper) == pytest.approx((0.4 - half, 0.4 + half), abs=0.001)


def test_a_mean_of_values_that_go_together_by_person_varies_as_the_mean_of_people_does():
    values = np.array([1.0, 1.0, 0.0, 0.0])
    # Two people whose sums lie 1 above and 1 below the mean: (1 + 1) * 2 / (2 - 1) / 4^2.
    assert mean_variance(values, np.array([0, 0, 1, 1])) == pytest.approx(0.25)
    # Four of their own: the variance of a mean, 1/3 / 4.
    assert mean_variance(values, np.arange(4)) == pytest.approx(1 / 12)
    # So the four are worth 4 (1/12) / (1/4) trials, and where all are equal as many as there are people.
    assert worth(values, np.array([0, 0, 1, 1])) == pytest.approx((2 / 3, 4 / 3))
    assert worth(np.zeros(4), np.array([0, 0, 1, 1])) == (0.0, 2.0)
    assert worth(values, np.arange(4)) == (2.0, 4.0)


def test_nothing_seen_in_few_trials_is_not_a_risk_of_nothing():
    nothing, alone = (np.zeros(20), np.zeros(20)), (np.arange(20), np.arange(20))
    value, lower, upper = residual_beyond(nothing, alone, (10, 20))
    assert (value, lower) == (0.0, -upper)
    assert upper > 0.2
    assert residual_beyond(nothing, alone, (20, 20)) == (0.0, 0.0, 1.0)
