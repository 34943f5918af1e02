"""Which columns are linked: counted, scored and joined into a tree on tables small enough for a pencil."""

from __future__ import annotations

import math

import numpy as np
import pytest

from generation.engine.synthesizers.dp.domain import Found
from generation.engine.synthesizers.dp.mechanism import Mechanism
from generation.engine.synthesizers.dp.network import Class, chosen_tree, drawn_by, given_class, strength, table_of

GENEROUS = 1e4


def column(*codes: int) -> Found:
    found = np.array(codes, dtype=np.int32)
    return Found(found, np.bincount(found[found >= 0]).astype(np.float64))


def everybody(records: int) -> Class:
    """No target: one class."""
    return Class(np.zeros(records, dtype=np.int32), np.array([1.0]))


def by_class(found: Found, goal: Class) -> np.ndarray:
    return table_of([found], goal).astype(np.float64)


def strength_of(first: Found, second: Found, goal: Class) -> int:
    return strength((first, second), goal, (by_class(first, goal), by_class(second, goal)), sigma=0.0)


# ---- Counting -----------------------------------------------------------------------------------------------------


def test_a_table_counts_records_by_code_and_class_and_leaves_out_those_without_a_code():
    town, trade = column(0, 0, 1, 1, -1), column(0, 1, 1, 1, 0)
    goal = Class(np.array([0, 0, 0, 1, 1], dtype=np.int32), np.array([0.6, 0.4]))
    assert table_of([town, trade], goal).tolist() == [[[1, 0], [1, 0]], [[0, 0], [1, 1]]]


def test_counts_by_class_add_up_to_the_classes_and_follow_the_column_where_there_is_only_noise():
    """Half of either class is expected in each code, and what was counted differs from that by less than the noise."""
    found = Found(np.array([], dtype=np.int32), np.array([50.0, 50.0]))
    noisy = np.array([[31.0, 19.0], [29.0, 21.0]])
    assert given_class(found, noisy, 3.0, np.array([60.0, 40.0])).tolist() == [[30, 20], [30, 20]]


# ---- Scoring ------------------------------------------------------------------------------------------------------


def test_two_columns_that_say_the_same_are_linked_by_all_their_records_less_chance():
    """50 and 50 on the diagonal where 25 are expected in each of four cells: 100 records are misplaced.

    Chance alone gives sqrt(25) * 0.798 = 3.99 a cell, 15.96 in four, of which the whole part is taken off.
    """
    same = column(*[0] * 50, *[1] * 50)
    assert strength_of(same, same, everybody(100)) == 100 - 15


def test_two_independent_columns_score_less_than_chance():
    first, second = column(*[0] * 50, *[1] * 50), column(*[0, 1] * 50)
    assert strength_of(first, second, everybody(100)) == 0 - 15


def test_what_only_the_class_explains_is_no_link():
    """Both columns are the target: alike over all records, and within a class there is nothing left to learn."""
    same = column(*[0] * 50, *[1] * 50)
    goal = Class(same.codes, np.array([0.5, 0.5]))
    assert strength_of(same, same, goal) <= 0
    assert strength_of(same, same, everybody(100)) > 80


# ---- The tree -----------------------------------------------------------------------------------------------------


def tree(columns: int, scores: dict[tuple[int, int], int]) -> list[tuple[int, int]]:
    return chosen_tree(columns, lambda *pair: scores[pair], GENEROUS, Mechanism(GENEROUS, 0.0))


def test_the_strongest_links_are_taken_first_and_none_closes_a_circle():
    """Kruskal's algorithm by hand: 0-1, 1-2, then not 0-2 (a circle), then not 0-3 (weaker) but 2-3."""
    scores = {(0, 1): 900, (1, 2): 800, (0, 2): 700, (2, 3): 600, (0, 3): 500, (1, 3): 400}
    assert tree(4, scores) == [(0, 1), (1, 2), (2, 3)]


def test_a_tree_of_one_column_has_no_links_and_costs_nothing():
    mechanism = Mechanism(GENEROUS, 0.0)
    assert chosen_tree(1, lambda *_: 0, GENEROUS, mechanism) == []
    assert mechanism.spent_rho == 0


def information(first: Found, second: Found) -> float:
    """Mutual information in bits, by its definition."""
    joint = table_of([first, second], everybody(len(first.codes)))[:, :, 0] / len(first.codes)
    alone = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    return float(sum(p * math.log2(p / q) for p, q in zip(joint.ravel(), alone.ravel(), strict=True) if p))


def test_a_chain_is_found_as_the_tree_of_most_mutual_information():
    """Trade copies town but for 10 of 100 records, tools copy trade but for 10 others: town and tools differ in 20.

    By hand: a copy with one tenth wrong holds 1 - H(0.1) = 0.531 bits, with two tenths 1 - H(0.2) = 0.278.
    """
    town = np.array([0, 1] * 50)
    trade, tools = town.copy(), town.copy()
    trade[:10] = 1 - trade[:10]
    tools[:20] = 1 - tools[:20]  # of these, the first ten as trade
    columns = [column(*codes) for codes in (town, trade, tools)]
    pairs = {(0, 1): 0.531, (1, 2): 0.531, (0, 2): 0.278}
    assert {pair: information(columns[pair[0]], columns[pair[1]]) for pair in pairs} == pytest.approx(pairs, abs=0.001)
    goal = everybody(100)
    scores = {pair: strength_of(columns[pair[0]], columns[pair[1]], goal) for pair in pairs}
    # Misplaced: 40 of 50 a side at nine tenths right, 30 at eight; 80 and 60 in all, less 15 by chance.
    assert scores == {(0, 1): 65, (1, 2): 65, (0, 2): 45}
    assert sorted(tree(3, scores)) == [(0, 1), (1, 2)]


# ---- Drawing ------------------------------------------------------------------------------------------------------


def test_codes_are_drawn_as_often_as_counted_and_evenly_where_nothing_was():
    drawn = drawn_by(np.array([[3.0, 0.0], [1.0, 0.0]]))
    assert drawn.cumulative.tolist() == [[0.75, 0.5], [1.0, 1.0]]
    rng = np.random.default_rng(0)
    counted, empty = (drawn.codes((np.full(20_000, given),), rng).mean() for given in (0, 1))
    # Four standard deviations of a share in 20,000 draws are at most 0.0142.
    assert (counted, empty) == (pytest.approx(0.25, abs=0.0142), pytest.approx(0.5, abs=0.0142))
