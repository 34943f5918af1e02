"""What a tree may tell of its leaves: shares of codes in which no code rests on fewer than `least` records."""

from __future__ import annotations

import numba
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


def protected_shares(
    counts: Floats, children: npt.NDArray[np.int64], least: int, weight: float, is_ordered: bool = False
) -> Floats:
    """Shares per node and code (rows sum to 1), from the root down.

    A code seen in fewer than `least` records of a node is put together with other such codes: with the next ones
    where codes are ordered, with all where they are not. What a group has together is shared among its codes
    as in the parent. A group that still has fewer than `least` records counts as the mean of 0 to `least` - 1, or as
    what the parent's shares let expect if that is less: whether it has none or nearly `least` does not show. So no
    share rests on fewer than `least` records. `weight` records of the parent's shares are added to each node
    (shrinkage towards the larger group, as in a Dirichlet prior).
    """
    return np.asarray(_protected(counts, children, float(least), weight, is_ordered))


@numba.njit(cache=True)
def _protected(counts, children, least, weight, is_ordered):  # type: ignore[no-untyped-def]
    shares = np.empty_like(counts)
    shares[0] = _shares(counts[0], np.full(counts.shape[1], 1 / counts.shape[1]), least, 0.0, is_ordered)
    for node in range(len(children)):
        for child in children[node]:
            if child >= 0:
                shares[child] = _shares(counts[child], shares[node], least, weight, is_ordered)
    return shares


@numba.njit(cache=True)
def _shares(counts, parent, least, weight, is_ordered):  # type: ignore[no-untyped-def]
    groups = _groups(counts, least, is_ordered)
    held, room = np.zeros(groups.max() + 1), np.zeros(groups.max() + 1)
    for code, group in enumerate(groups):
        held[group] += counts[code]
        room[group] += parent[code]
    total = counts.sum()
    shares = np.zeros(len(counts))
    for code, group in enumerate(groups):
        told = held[group] if held[group] >= least else min((least - 1) / 2, room[group] * total)
        shares[code] = parent[code] * told / room[group] if room[group] > 0 else 0.0
    whole = shares.sum()
    shares = shares / whole if whole > 0 else parent
    return (shares * total + weight * parent) / (total + weight)


@numba.njit(cache=True)
def _groups(counts, least, is_ordered):  # type: ignore[no-untyped-def]
    """The group of each code: its own with `least` records; else one for all such codes, or for runs of them."""
    rare = np.flatnonzero(counts < least)
    groups = np.zeros(len(counts), dtype=np.int64)
    if is_ordered:
        groups[rare] = neighbours(counts[rare], least)
    first = groups.max() + 1
    for code in range(len(counts)):
        if counts[code] >= least:
            groups[code] = first
            first += 1
    return groups


@numba.njit(cache=True)
def neighbours(counts, least):  # type: ignore[no-untyped-def]
    """Group of each code: runs of neighbours that together have `least` records, the last run joined to the one before.

    All are one group when there are not so many records.
    """
    groups = np.empty(len(counts), dtype=np.int64)
    group, held = 0, 0.0
    for code, count in enumerate(counts):
        groups[code] = group
        held += count
        if held >= least:
            group, held = group + 1, 0.0
    return np.minimum(groups, max(group - 1, 0))
