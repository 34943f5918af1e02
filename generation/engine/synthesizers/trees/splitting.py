"""Growing a tree on histograms: each split parts the records so that their goals lie closest around two means."""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

MOST_BINS = 256
# One split of what does not depend on it gains one variance on average, the best of a few features so many: a split
# that gains less would tell of these records only.
BY_CHANCE = 4.0

Bins = npt.NDArray[np.uint8]
Features = npt.NDArray[np.float32]


def binned(features: Features) -> tuple[Bins, list[npt.NDArray[np.float32]]]:
    """(features x rows) bins, and per feature their edges: bin b holds the values above edge b - 1, up to edge b."""
    bins = np.empty((features.shape[1], len(features)), dtype=np.uint8)
    edges = []
    for place, values in enumerate(np.ascontiguousarray(features.T)):
        found = _edges(values)
        bins[place] = np.searchsorted(found, values, side="left")
        edges.append(found)
    return bins, edges


def _edges(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    ordered = np.sort(values)
    distinct = ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])]
    if len(distinct) <= MOST_BINS:
        return np.asarray((distinct[:-1] + distinct[1:]) / 2, dtype=np.float32)
    places = np.linspace(0, len(ordered) - 1, MOST_BINS + 1).astype(np.int64)[1:-1]
    return np.unique(ordered[places])


def split_up(
    bins: Bins, goals: npt.NDArray[np.float32], least: int, share: float, rng: np.random.Generator
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """(feature or -1, last bin to the left, children) per node, and the leaf of each row.

    `goals` (rows x axes) are parted by squared error (for one-hot goals that is Gini impurity), each side holding at
    least `least` rows. A split looks at a random `share` of the features. Children come after their parent.
    """
    looked = max(1, int(np.ceil(share * len(bins)))) if len(bins) else 0
    return _split_up(bins, goals, least, looked, rng)  # type: ignore[no-any-return]


@numba.njit(cache=True)
def _split_up(bins, goals, least, looked, rng):  # type: ignore[no-untyped-def]
    rows = len(goals)
    most = max(2 * (rows // max(least, 1)), 1) + 1
    column = np.full(most, -1, dtype=np.int32)
    threshold = np.zeros(most, dtype=np.int32)
    children = np.full((most, 2), -1, dtype=np.int64)
    start, stop = np.zeros(most, dtype=np.int64), np.zeros(most, dtype=np.int64)
    order = np.arange(rows)
    spare = np.empty(rows, dtype=np.int64)
    features = np.arange(len(bins))
    stop[0] = rows
    leaf = np.zeros(rows, dtype=np.int64)
    nodes, node = 1, 0
    while node < nodes:
        mine = order[start[node] : stop[node]]
        feature, last = -1, -1
        if len(mine) >= 2 * least:
            for place in range(looked):
                other = place + min(int(rng.random() * (len(features) - place)), len(features) - place - 1)
                features[place], features[other] = features[other], features[place]
            feature, last = _best(bins, goals, mine, features[:looked], least)
        if feature < 0:
            leaf[mine] = node
        else:
            middle = _part(bins[feature], mine, last, spare)
            column[node], threshold[node] = feature, last
            children[node, 0], children[node, 1] = nodes, nodes + 1
            start[nodes], stop[nodes] = start[node], start[node] + middle
            start[nodes + 1], stop[nodes + 1] = start[node] + middle, stop[node]
            nodes += 2
        node += 1
    return column[:nodes], threshold[:nodes], children[:nodes], leaf


@numba.njit(cache=True)
def _best(bins, goals, mine, features, least):  # type: ignore[no-untyped-def]
    """The feature and last bin to the left of the best split, or -1."""
    axes = goals.shape[1]
    counts, sums = np.empty(MOST_BINS), np.empty((MOST_BINS, axes))
    best, feature, last = 0.0, -1, -1
    for each in features:
        _tally(bins[each], goals, mine, counts, sums)
        if feature < 0 and best == 0.0:
            best = _chance(goals, mine, sums.sum(axis=0))
        parted, place = _best_place(counts, sums, len(mine), least)
        if parted > best:
            best, feature, last = parted, each, place
    return feature, last


@numba.njit(cache=True)
def _chance(goals, mine, total):  # type: ignore[no-untyped-def]
    """What a split must exceed: the whole's sum of squares about its mean, and what the best of a few would gain so."""
    squares = 0.0
    for row in mine:
        for axis in range(len(total)):
            squares += goals[row, axis] ** 2
    about = (total * total).sum() / len(mine)
    return about + BY_CHANCE * max(squares - about, 0.0) / len(mine) + 1e-9 * (1 + about)


@numba.njit(cache=True)
def _tally(mapped, goals, mine, counts, sums):  # type: ignore[no-untyped-def]
    """Records and sums of goals per bin."""
    counts[:], sums[:] = 0, 0
    for row in mine:
        place = mapped[row]
        counts[place] += 1
        for axis in range(goals.shape[1]):
            sums[place, axis] += goals[row, axis]


@numba.njit(cache=True)
def _best_place(counts, sums, rows, least):  # type: ignore[no-untyped-def]
    """The largest sum of squares about two means that a cut between bins gives, and the last bin before it."""
    total, left = sums.sum(axis=0), np.zeros(sums.shape[1])
    held, best, last = 0.0, 0.0, -1
    for place in range(len(counts) - 1):
        held += counts[place]
        left += sums[place]
        if rows - held < least:
            break
        if counts[place] and held >= least:
            parted = 0.0
            for axis in range(len(left)):
                parted += left[axis] ** 2 / held + (total[axis] - left[axis]) ** 2 / (rows - held)
            if parted > best:
                best, last = parted, place
    return best, last


@numba.njit(cache=True)
def _part(mapped, mine, last, spare):  # type: ignore[no-untyped-def]
    """Puts the rows of bins up to `last` first, in their order; how many they are."""
    kept, moved = 0, 0
    for row in mine:
        if mapped[row] <= last:
            mine[kept] = row
            kept += 1
        else:
            spare[moved] = row
            moved += 1
    mine[kept:] = spare[:moved]
    return kept
