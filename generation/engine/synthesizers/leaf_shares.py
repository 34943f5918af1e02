"""What a tree may tell of its leaves: shares of codes in which no code rests on fewer than `least` records."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def node_counts(
    leaf: npt.NDArray[np.int64], codes: npt.NDArray[np.int32], count: int, children: npt.NDArray[np.int64]
) -> Floats:
    """Records per node and code, for all nodes: those of the leaves, added up towards the root.

    `children` (nodes x 2) has -1 for leaves and larger numbers than the parent's for children.
    """
    nodes = len(children)
    counts = np.bincount(leaf * count + codes, minlength=nodes * count).astype(np.float64).reshape(nodes, count)
    for node in range(nodes - 1, -1, -1):
        if children[node, 0] >= 0:
            counts[node] = counts[children[node, 0]] + counts[children[node, 1]]
    return counts


def protected_shares(counts: Floats, children: npt.NDArray[np.int64], least: int, weight: float) -> Floats:
    """Shares per node and code (rows sum to 1), from the root down.

    In each node a code seen in fewer than `least` records loses its own count; what such codes had together is shared
    among them as in the parent. So a code's share in a leaf is that of the smallest group around the leaf in which at
    least `least` records have it. `weight` records of the parent's shares are added to each node (shrinkage towards
    the larger group, as in a Dirichlet prior).
    """
    shares = np.empty_like(counts)
    shares[0] = _shares(counts[0], np.full(counts.shape[1], 1 / counts.shape[1]), least, 0.0)
    for node, pair in enumerate(children):
        if pair[0] >= 0:
            for child in pair:
                shares[child] = _shares(counts[child], shares[node], least, weight)
    return shares


def _shares(counts: Floats, parent: Floats, least: int, weight: float) -> Floats:
    total = counts.sum()
    rare = counts < least
    shares = np.where(rare, 0.0, counts)
    lost, room = total - shares.sum(), parent[rare].sum()
    if room > 0:
        shares[rare] = lost * parent[rare] / room
    shares = shares / shares.sum() if shares.any() else parent
    return np.asarray((shares * total + weight * parent) / (total + weight))
