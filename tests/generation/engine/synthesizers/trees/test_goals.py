"""Columns as points: means that chance explains vanish, categories that go together stand side by side."""

from __future__ import annotations

import numpy as np

from generation.engine.synthesizers.columns.cells import Cells
from generation.engine.synthesizers.trees.goals import explained, goals_of, shrunk_means


def test_means_of_few_records_are_drawn_to_that_of_all_when_chance_explains_them():
    rng = np.random.default_rng(0)
    codes = np.arange(2000) % 500
    noise = rng.normal(size=(2000, 1))
    plain = np.array([noise[codes == code].mean() for code in range(500)])
    # Four records each spread by half of a standard deviation, and nothing lies behind it.
    assert plain.std() > 0.4
    assert shrunk_means(codes, 500, noise).std() < 0.15


def test_means_that_differ_truly_are_kept():
    rng = np.random.default_rng(1)
    codes = np.arange(2000) % 20
    points = codes[:, None] + rng.normal(size=(2000, 1))
    assert np.allclose(shrunk_means(codes, 20, points)[:, 0], np.arange(20) - 9.5, atol=0.4)


def test_a_column_that_tells_explains_more_than_one_of_many_values_by_chance():
    rng = np.random.default_rng(2)
    group, many = rng.integers(0, 2, 1000), rng.integers(0, 300, 1000)
    points = (0.5 * group + rng.normal(size=1000))[:, None]
    assert explained(group, 2, points) > explained(many, 300, points)


def test_categories_that_go_with_the_same_stand_side_by_side():
    rng = np.random.default_rng(3)
    many = rng.integers(0, 100, 5000)
    side = np.where(rng.random(5000) < 0.95, many % 2, 1 - many % 2)
    goals = goals_of([Cells("many", 100, None), Cells("side", 2, None)], {0: many, 1: side})
    assert goals[0].order is not None
    # The first half of the order is of one side, but for a few at the border.
    shares = [np.mean(half % 2) for half in np.split(goals[0].order, 2)]
    assert abs(shares[0] - shares[1]) > 0.9
