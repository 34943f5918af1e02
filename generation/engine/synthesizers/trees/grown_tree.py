"""One decision tree as plain arrays: grown by scikit-learn, kept without its leaf contents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from generation.engine.synthesizers.columns.cells import Codes
from generation.engine.synthesizers.trees.leaf_shares import node_counts, protected_shares

Features = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Growth:
    """How trees are grown: at least `leaf_records` in a leaf, every code of a leaf behind `k` records.

    `prior` records of the larger group are added to each group; each split looks at a `features` share of the columns.
    """

    leaf_records: int
    k: int
    prior: float
    features: float
    most_leaves: int


@dataclass(frozen=True, slots=True)
class Tree:
    """Splits (a leaf's `column` is -1) and, per node that is a leaf, the cumulative protected shares of the codes."""

    column: npt.NDArray[np.int16]
    threshold: npt.NDArray[np.float32]
    children: npt.NDArray[np.int32]
    leaf: npt.NDArray[np.int32]
    cumulative: npt.NDArray[np.float32]

    def draw(self, features: Features, uniform: npt.NDArray[np.float32]) -> Codes:
        """One code per row, by inverting the leaf's cumulative shares at `uniform`."""
        splits = (self.column, self.threshold, self.children)
        return np.asarray(_draw(features, uniform, splits, self.leaf, self.cumulative))


def grow(features: Features, codes: Codes, count: int, is_ordered: bool, growth: Growth, seed: int) -> Tree:
    """A tree for P(code | features). Ordered codes are split by squared error, the others by Gini impurity."""
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    kind: Any = DecisionTreeRegressor if is_ordered else DecisionTreeClassifier
    grown = kind(
        min_samples_leaf=growth.leaf_records,
        max_features=growth.features,
        max_leaf_nodes=growth.most_leaves,
        random_state=seed % 2**32,
    ).fit(features, codes)
    splits = grown.tree_
    children = np.column_stack([splits.children_left, splits.children_right]).astype(np.int64)
    counts = node_counts(grown.apply(features).astype(np.int64), codes, count, children)
    shares = protected_shares(counts, children, growth.k, growth.prior, is_ordered)
    is_leaf = children[:, 0] < 0
    numbering = np.where(is_leaf, np.cumsum(is_leaf) - 1, -1).astype(np.int32)
    return Tree(
        np.where(is_leaf, -1, splits.feature).astype(np.int16),
        splits.threshold.astype(np.float32),
        children.astype(np.int32),
        numbering,
        np.cumsum(shares[is_leaf], axis=1).astype(np.float32),
    )


@numba.njit(cache=True)
def _draw(features, uniform, splits, leaf, cumulative):  # type: ignore[no-untyped-def]
    column, threshold, children = splits
    rows = len(uniform)
    last = cumulative.shape[1] - 1
    drawn = np.empty(rows, dtype=np.int32)
    for row in range(rows):
        node = 0
        while column[node] >= 0:
            right = features[row, column[node]] > threshold[node]
            node = children[node, 1 if right else 0]
        drawn[row] = min(np.searchsorted(cumulative[leaf[node]], uniform[row], side="right"), last)
    return drawn
