"""Two versions of a table by their profiles, against the same answers from the records themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp

from generation.engine.profiling.profile import Spread
from generation.engine.profiling.spread import spread_of_categories, spread_of_dates, spread_of_numbers
from generation.engine.profiling.versions import moved_share

SETTINGS = settings(max_examples=60, deadline=None)


def numbers(values: np.ndarray) -> Spread:
    return spread_of_numbers(pd.Series(values, dtype=float))


@SETTINGS
@given(st.integers(0, 10_000), st.floats(-3, 3), st.floats(0.3, 3), st.sampled_from(["normal", "exponential"]))
def test_what_is_said_to_have_moved_is_never_more_than_has(seed, shift, scale, form):
    draw = np.random.default_rng(seed)
    before = getattr(draw, form)(size=900)
    after = getattr(draw, form)(size=1_100) * scale + shift
    assert moved_share(numbers(before), numbers(after)) <= ks_2samp(before, after).statistic + 1e-9


@pytest.mark.parametrize(("shift", "least"), [(0.5, 0.1), (2.0, 0.6), (50.0, 0.95)])
def test_values_that_moved_are_seen_although_the_bins_are_others(shift, least):
    draw = np.random.default_rng(3)
    before, after = draw.normal(size=5_000), draw.normal(size=5_000) + shift
    assert least < moved_share(numbers(before), numbers(after)) <= ks_2samp(before, after).statistic


def test_two_samples_of_one_distribution_hardly_ever_differ():
    draw = np.random.default_rng(5)
    told = [moved_share(numbers(draw.gamma(2, size=700)), numbers(draw.gamma(2, size=900))) for _ in range(300)]
    assert sum(share > 0 for share in told) <= 3


def test_dates_are_held_against_each_other_by_their_days():
    before = pd.Series(pd.date_range("2023-01-01", periods=1_000, freq="D"))
    year, same = before + pd.Timedelta(days=365), before.sample(frac=0.5, random_state=1)
    assert 0.3 < moved_share(spread_of_dates(before), spread_of_dates(year)) < 0.3651
    assert moved_share(spread_of_dates(before), spread_of_dates(same)) == 0


@SETTINGS
@given(st.lists(st.integers(5, 400), min_size=2, max_size=12), st.lists(st.integers(5, 400), min_size=2, max_size=12))
def test_of_categories_no_more_is_said_to_have_moved_than_has_under_any_names(one, other):
    """The distance over the best names is the one by rank; any other naming only lies further apart."""
    before, after = (spread_of_categories(np.array(counts)) for counts in (one, other))
    shares = [np.sort(np.array(counts))[::-1] / sum(counts) for counts in (one, other)]
    length = max(map(len, shares))
    p, q = (np.pad(share, (0, length - len(share))) for share in shares)
    assert moved_share(before, after) <= np.abs(p - q).sum() / 2 + 1e-9


def test_nothing_is_said_where_nothing_can_be():
    some = numbers(np.arange(500.0))
    assert moved_share(some, replace(some, kind="categories", edges=())) == 0
    assert moved_share(Spread("histogram"), some) == moved_share(some, Spread("histogram")) == 0
    assert moved_share(some, some) == 0
