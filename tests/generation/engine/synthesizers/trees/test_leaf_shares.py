"""What a leaf may tell, by hand arithmetic."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from generation.engine.synthesizers.trees.leaf_shares import neighbours, node_counts, protected_shares

# The root 0 has the children 1 and 2; node 2 has the leaves 3 and 4.
CHILDREN = np.array([[1, 2], [-1, -1], [3, 4], [-1, -1], [-1, -1]])


def test_counts_add_up_towards_the_root():
    leaf = np.array([1, 1, 3, 4, 4, 4])
    codes = np.array([0, 2, 1, 1, 1, 0])
    expected = [[2, 3, 1], [1, 0, 1], [1, 3, 0], [0, 1, 0], [1, 2, 0]]
    assert node_counts(leaf, codes, 3, CHILDREN).tolist() == expected


def test_a_code_below_the_threshold_takes_its_share_from_the_parent():
    # The root holds 20, 10 and 10 of three codes; the left child 16, 1 and 3; five records are asked for.
    counts = np.array([[20.0, 10, 10], [16, 1, 3], [4, 9, 7]])
    shares = protected_shares(counts, np.array([[1, 2], [-1, -1], [-1, -1]]), least=5, weight=0.0)
    assert np.allclose(shares[0], [0.5, 0.25, 0.25])
    # Left: the two others have four records: less than five, so they count as two (the mean of 0 to 4), one each.
    assert np.allclose(shares[1] * 18, [16, 1, 1])
    # Right: the four records of the first count as two too.
    assert np.allclose(shares[2] * 18, [2, 9, 7])


def test_how_many_of_fewer_than_k_does_not_show_in_the_leaf():
    children = np.array([[1, 2], [-1, -1], [-1, -1]])
    found = []
    for rare in range(5):
        counts = np.array([[100.0, 100], [40, 0], [60, 100]]) + np.array([[0, rare], [0, rare], [0, 0]])
        found.append(protected_shares(counts, children, least=5, weight=0.0)[1])
    # Two beside forty, less than the half that the parent lets expect.
    assert all(np.allclose(shares * 42, [40, 2]) for shares in found)


def test_what_the_larger_group_hardly_has_a_small_one_does_not_get():
    counts = np.array([[990.0, 10], [100, 0], [890, 10]])
    shares = protected_shares(counts, np.array([[1, 2], [-1, -1], [-1, -1]]), least=12, weight=0.0)
    # In the root the ten count as five and a half of 995.5; in the leaf a hundred records let expect .55 of them.
    expected = 100 * 5.5 / 995.5
    assert np.allclose(shares[1] * (100 + expected), [100, expected])


def test_scarce_neighbours_of_ordered_codes_are_put_together():
    assert neighbours(np.array([3.0, 3, 1, 5, 2, 0]), 5).tolist() == [0, 0, 1, 1, 1, 1]
    assert neighbours(np.array([1.0, 2, 1]), 5).tolist() == [0, 0, 0]
    counts = np.array([[20.0, 20, 20, 20, 20], [4, 4, 20, 1, 5], [16, 16, 0, 19, 15]])
    shares = protected_shares(counts, np.array([[1, 2], [-1, -1], [-1, -1]]), least=5, weight=0.0, is_ordered=True)
    # The first two have eight together; the fourth has one and no scarce code after it, so it joins them: nine. The
    # third and the fifth have enough of their own. The nine are shared as in the root, a third each.
    assert np.allclose(shares[1] * 34, [3, 3, 20, 3, 5])


def test_the_prior_adds_records_of_the_parent():
    counts = np.array([[30.0, 10], [10, 0], [20, 10]])
    shares = protected_shares(counts, np.array([[1, 2], [-1, -1], [-1, -1]]), least=1, weight=10.0)
    # Left: (10 + 10 * 3/4) / 20.
    assert np.allclose(shares[1], [0.875, 0.125])


@given(st.lists(st.integers(0, 12), min_size=12, max_size=12), st.integers(1, 8), st.floats(0, 20))
def test_shares_are_shares_and_no_single_record_moves_a_rare_code(cells, least, weight):
    leaves = np.array(cells, dtype=float).reshape(3, 4) + np.array([1.0, 0, 0, 0])
    counts = np.vstack([leaves.sum(0), leaves[0], leaves[1] + leaves[2], leaves[1], leaves[2]])
    shares = protected_shares(counts, CHILDREN, least, weight)
    assert np.allclose(shares.sum(axis=1), 1)
    assert (shares >= 0).all()
    # Which of the rare codes of leaf 3 a record has does not show there: only their sum does.
    rare = np.flatnonzero(counts[3] < least)
    swapped = counts.copy()
    swapped[3, rare] = counts[3, rare][::-1]
    again = protected_shares(swapped, CHILDREN, least, weight)
    assert np.allclose(again[3], shares[3])
