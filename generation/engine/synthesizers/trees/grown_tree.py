"""One decision tree as plain arrays: grown on histograms, kept without its leaf contents."""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from generation.engine.synthesizers.columns.cells import Codes
from generation.engine.synthesizers.trees.goals import Goals
from generation.engine.synthesizers.trees.leaf_shares import node_counts, protected_shares
from generation.engine.synthesizers.trees.splitting import Bins, Features, binned, split_up


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


def grow(features: Features, codes: Codes, goals: Goals, growth: Growth, seed: int) -> Tree:
    """A tree for P(code | features) alone; see `grow_on`."""
    return grow_on(*binned(features), codes, goals, growth, seed)


def grow_on(
    bins: Bins, edges: list[npt.NDArray[np.float32]], codes: Codes, goals: Goals, growth: Growth, seed: int
) -> Tree:
    """A tree for P(place in the order of the goals | features) from their bins, which several trees share."""
    least = max(growth.leaf_records, len(codes) // growth.most_leaves)
    rng = np.random.default_rng(seed)
    column, last, children, leaf = split_up(bins, goals.points[codes], least, growth.features, rng)
    counts = node_counts(leaf, goals.places[codes], len(goals.points), children)
    shares = protected_shares(counts, children, growth.k, growth.prior, goals.order is not None)
    is_leaf = column < 0
    numbering = np.where(is_leaf, np.cumsum(is_leaf) - 1, -1).astype(np.int32)
    pairs = zip(column, last, strict=True)
    threshold = np.array([0.0 if place < 0 else edges[place][at] for place, at in pairs], dtype=np.float32)
    cumulative = np.cumsum(shares[is_leaf], axis=1).astype(np.float32)
    return Tree(column.astype(np.int16), threshold, children.astype(np.int32), numbering, cumulative)


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
