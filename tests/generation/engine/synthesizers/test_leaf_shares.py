"""What a leaf may tell, by hand arithmetic."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from generation.engine.synthesizers.leaf_shares import node_counts, protected_shares

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
    # Left: 16/20 for the first; the 4/20 of the two others are shared as in the root, one to one.
    assert np.allclose(shares[1], [0.8, 0.1, 0.1])
    # Right: the 4/20 of the first have no other rare code to be shared with.
    assert np.allclose(shares[2], [0.2, 0.45, 0.35])


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
