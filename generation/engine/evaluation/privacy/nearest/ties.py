"""Linking halves when several records are equally near: the expected success over a random pick among them."""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.privacy.nearest.gower import TIED, Points, nearest

Floats = npt.NDArray[np.float64]

_Pair = tuple[Points, Points]


def link_chance(first: _Pair, second: _Pair) -> Floats:
    """Per target the chance that picks among the nearest by either half are one record: |both| / (|a| |b|).

    Each pair is (targets, references) over its own columns; the rows are the same in both.
    """
    limits = [nearest(*pair)[:, 0] * pair[0].width for pair in (first, second)]
    chance: Floats = _link(
        _plain(first[0]), _plain(first[1]), _plain(second[0]), _plain(second[1]), (limits[0], limits[1])
    )
    return chance


def _plain(points: Points) -> tuple[Floats, npt.NDArray[np.int32]]:
    """Row by row: numbers, and all category codes."""
    codes = np.concatenate([points.few.astype(np.int32), points.many])
    return np.ascontiguousarray(points.numbers.T), np.ascontiguousarray(codes.T)


@numba.njit(cache=True)
def _is_within(query, reference, i, j, limit):  # type: ignore[no-untyped-def]
    total = 0.0
    for column in range(query[1].shape[1]):
        if query[1][i, column] != reference[1][j, column]:
            total += 1.0
            if total > limit:
                return False
    for column in range(query[0].shape[1]):
        total += min(abs(query[0][i, column] - reference[0][j, column]), 1.0)
        if total > limit:
            return False
    return True


@numba.njit(parallel=True, cache=True)
def _link(targets_a, references_a, targets_b, references_b, limits):  # type: ignore[no-untyped-def]
    chance = np.zeros(len(limits[0]))
    for i in numba.prange(len(chance)):
        a, b, both = 0, 0, 0
        for j in range(len(references_a[0])):
            is_a = _is_within(targets_a, references_a, i, j, limits[0][i] + TIED)
            is_b = _is_within(targets_b, references_b, i, j, limits[1][i] + TIED)
            a, b, both = a + is_a, b + is_b, both + (is_a and is_b)
        chance[i] = both / max(1.0, float(a) * float(b))
    return chance
