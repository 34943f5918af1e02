"""Splits on histograms, by hand."""

from __future__ import annotations

import numpy as np

from generation.engine.synthesizers.trees.splitting import binned, split_up


def split(features: np.ndarray, goals: np.ndarray, least: int):
    bins, edges = binned(features.astype(np.float32))
    return *split_up(bins, goals.astype(np.float32), least, 1.0, np.random.default_rng(0)), edges


def test_the_split_is_where_squared_errors_are_least():
    values = np.repeat([1.0, 2, 4, 7], 10)[:, None]
    goals = np.repeat([0.0, 0, 5, 6], 10)[:, None]
    column, last, children, leaf, edges = split(values, goals, 10)
    # Between 2 and 4 the means 0 and 5.5 leave 40 * 0.25 / 2; any other cut leaves more.
    assert column[0] == 0
    assert edges[0][last[0]] == 3.0
    assert leaf[:20].tolist() == [children[0, 0]] * 20


def test_each_side_of_a_split_holds_the_rows_asked_for():
    rng = np.random.default_rng(1)
    goals = rng.normal(size=(1000, 2)) + 5 * (rng.random((1000, 1)) < 0.05)
    leaf = split(np.column_stack([goals[:, 0], rng.random(1000)]), goals, 70)[3]
    assert np.unique(leaf, return_counts=True)[1].min() >= 70


def test_what_only_chance_explains_is_not_split():
    rng = np.random.default_rng(2)
    leaves = [len(np.unique(split(rng.random((400, 1)), rng.normal(size=(400, 1)), 150)[3])) for _ in range(20)]
    # A gain of four variances at one of a few places comes about in less than one of five tables.
    assert np.mean(np.array(leaves) == 1) > 0.7


def test_a_column_of_more_values_than_bins_is_cut_into_even_parts():
    bins, edges = binned(np.arange(10_000, dtype=np.float32)[:, None])
    assert len(edges[0]) == 255
    counts = np.bincount(bins[0])
    assert counts.max() - counts.min() <= 2
