"""Straight relations by one factorisation: the same as one regression after another."""

from __future__ import annotations

import numpy as np

from generation.engine.synthesizers.trees.goals import Goals
from generation.engine.synthesizers.trees.straight import PENALTIES, straight


def scores(count: int) -> Goals:
    return Goals(np.linspace(-1, 1, count, dtype=np.float32)[:, None], np.arange(count, dtype=np.int32))


def test_each_column_is_foretold_as_by_a_ridge_regression_on_those_before_it():
    rng = np.random.default_rng(0)
    first, second = rng.integers(0, 50, 3000), rng.integers(0, 50, 3000)
    third = np.clip((first + second) // 2 + rng.integers(-2, 3, 3000), 0, 49)
    goals = [scores(50)] * 3
    codes = {0: first, 1: second, 2: third}
    found = straight(codes, goals, (1, 0, 2)).towards(2)
    points = np.column_stack([goals[0].points[codes[column]] for column in (1, 0, 2)]).astype(float)
    points -= points.mean(axis=0)
    square = points[:, :2].T @ points[:, :2]
    weights = [np.linalg.solve(square + p * 3000 * np.eye(2), points[:, :2].T @ points[:, 2]) for p in PENALTIES]
    told = [each[-1, 0] for each in found]  # the last code's point is 1
    assert any(np.allclose(told, weight, rtol=1e-4) for weight in weights)


def test_many_columns_of_few_records_that_tell_nothing_are_held_back():
    rng = np.random.default_rng(1)
    codes = {place: rng.integers(0, 20, 200) for place in range(80)}
    found = straight(codes, [scores(20)] * 80, tuple(range(80))).towards(79)
    foretold = sum(added[codes[place], 0] for place, added in enumerate(found))
    # Least squares would explain about 79 of 200 parts of nothing.
    assert foretold.var() < 0.2 * scores(20).points[codes[79], 0].var()
