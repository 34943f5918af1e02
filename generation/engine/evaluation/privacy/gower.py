"""Exact nearest neighbours by Gower's distance over mixed columns.

Gower, "A general coefficient of similarity" (1971), as SDMetrics defines it for distances to the closest record: the
mean over columns of |a - b| / range (at most 1) for continuous and of a mismatch for other columns; missing equals
missing and differs from every value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.encoding import EncodedColumn, EncodedTable

THREADS = 2
TILE = 2048
BLOCK = 64
# Real values lie in [0, 1] once divided by the range; what lies outside is clipped where every distance is already 1.
_OUTSIDE = (-1.0, 2.0)
_MISSING = 4.0
# float32 sums of up to some hundred columns stay within this of the exact sum, which is computed for what survives.
_SLACK = 1e-3

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class GowerSpace:
    """The columns of a distance and the range of each continuous one."""

    columns: tuple[EncodedColumn, ...]
    low: dict[str, float]
    span: dict[str, float]

    def points(self, table: EncodedTable) -> Points:
        """The rows as points: scaled numbers and category codes, column-major."""
        continuous = [self._scaled(table, column) for column in self.columns if column.is_continuous]
        narrow = [table.codes(column) for column in self.columns if not column.is_continuous and _is_narrow(column)]
        wide = [table.codes(column) for column in self.columns if not column.is_continuous and not _is_narrow(column)]
        rows = len(table)
        numbers = np.array(continuous, dtype=np.float64).reshape(len(continuous), rows)
        few = np.array(narrow, dtype=np.int16).reshape(len(narrow), rows).astype(np.uint8)
        return Points(numbers, few, np.array(wide, dtype=np.int32).reshape(len(wide), rows))

    def _scaled(self, table: EncodedTable, column: EncodedColumn) -> Floats:
        low, span = self.low[column.spec.name], self.span[column.spec.name]
        values = table.values(column)
        scaled = (values - low) / span if span > 0 else np.where(values == low, 0.0, _OUTSIDE[1])
        return np.where(np.isnan(values), _MISSING, np.clip(scaled, *_OUTSIDE))


@dataclass(frozen=True)
class Points:
    """`numbers` (continuous x rows, float64), `few` (categorical x rows, uint8), `many` (categorical x rows, int32)."""

    numbers: Floats
    few: npt.NDArray[np.uint8]
    many: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return int(self.numbers.shape[1])

    @property
    def width(self) -> int:
        return len(self.numbers) + len(self.few) + len(self.many)


def gower_space(columns: Sequence[EncodedColumn], *references: EncodedTable) -> GowerSpace:
    """A space whose ranges are those of the reference tables together."""
    low, span = {}, {}
    for column in columns:
        if column.is_continuous:
            values = np.concatenate([table.values(column) for table in references])
            present = values[~np.isnan(values)]
            low[column.spec.name] = float(present.min()) if len(present) else 0.0
            span[column.spec.name] = float(np.ptp(present)) if len(present) else 0.0
    return GowerSpace(tuple(columns), low, span)


def nearest(queries: Points, references: Points, k: int = 1, *, skip_self: bool = False) -> Floats:
    """Distances (queries x k) to the k nearest references, ascending, exact; inf where there are fewer than k.

    `skip_self` leaves out the reference at the query's own position.
    """
    numba.set_num_threads(min(THREADS, numba.config.NUMBA_NUM_THREADS))
    found: Floats = _nearest(_arrays(queries), _arrays(references), k, skip_self)
    return found / queries.width


def _arrays(points: Points) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.uint8], npt.NDArray[np.int32], Floats]:
    return points.numbers.astype(np.float32), points.few, points.many, points.numbers


def _is_narrow(column: EncodedColumn) -> bool:
    """Codes fit into uint8, with 255 left for missing (-1)."""
    return len(column.categories) < 255


@numba.njit(parallel=True, cache=True)
def _nearest(queries, references, k, skip_self):  # type: ignore[no-untyped-def]
    rows = queries[0].shape[1]
    best = np.full((rows, k), np.inf)
    for block in numba.prange((rows + BLOCK - 1) // BLOCK):
        rough = np.empty(TILE, np.float32)
        misses = np.empty(TILE, np.uint8)
        for start in range(0, references[0].shape[1], TILE):
            stop = min(start + TILE, references[0].shape[1])
            for i in range(block * BLOCK, min(block * BLOCK + BLOCK, rows)):
                _add_numbers(queries[0][:, i], references[0][:, start:stop], rough)
                _add_mismatches(queries[1][:, i], references[1][:, start:stop], misses, rough)
                _add_wide_mismatches(queries[2][:, i], references[2][:, start:stop], rough)
                skipped = i if skip_self else -1
                _keep_nearest((queries, references), (i, start, stop), rough, best[i], skipped)
    return best


@numba.njit(cache=True)
def _add_numbers(query, tile, rough):  # type: ignore[no-untyped-def]
    """Sets `rough` to the float32 distances over the continuous columns of a tile."""
    size = tile.shape[1]
    rough[:size] = 0
    for column in range(tile.shape[0]):
        value, values = query[column], tile[column]
        for j in range(size):
            rough[j] += min(abs(values[j] - value), np.float32(1.0))


@numba.njit(cache=True)
def _add_mismatches(query, tile, misses, rough):  # type: ignore[no-untyped-def]
    """Adds the mismatches over the columns of few categories; an 8-bit counter holds at most 255 columns at a time."""
    size = tile.shape[1]
    for first in range(0, tile.shape[0], 255):
        misses[:size] = 0
        for column in range(first, min(first + 255, tile.shape[0])):
            code, codes = query[column], tile[column]
            for j in range(size):
                misses[j] = np.uint8(misses[j] + np.uint8(codes[j] != code))
        for j in range(size):
            rough[j] += np.float32(misses[j])


@numba.njit(cache=True)
def _add_wide_mismatches(query, tile, rough):  # type: ignore[no-untyped-def]
    for column in range(tile.shape[0]):
        code, codes = query[column], tile[column]
        for j in range(tile.shape[1]):
            rough[j] += np.float32(codes[j] != code)


@numba.njit(cache=True)
def _keep_nearest(points, place, rough, best, skipped):  # type: ignore[no-untyped-def]
    """Computes exactly what may be among the k nearest and inserts it into the ascending `best`."""
    queries, references = points
    i, start, stop = place
    limit = best[-1] + _SLACK
    for j in range(stop - start):
        if rough[j] < limit and start + j != skipped:
            exact = exact_distance(queries, references, i, start + j)
            if exact < best[-1]:
                _insert(best, exact)
                limit = best[-1] + _SLACK


@numba.njit(cache=True)
def _insert(best, value):  # type: ignore[no-untyped-def]
    place = len(best) - 1
    while place > 0 and best[place - 1] > value:
        best[place] = best[place - 1]
        place -= 1
    best[place] = value


@numba.njit(cache=True)
def exact_distance(queries, references, i, j):  # type: ignore[no-untyped-def]
    """The sum (not the mean) of the column distances in float64, always added in the same order."""
    total = 0.0
    for column in range(references[3].shape[0]):
        total += min(abs(references[3][column, j] - queries[3][column, i]), 1.0)
    for column in range(references[1].shape[0]):
        total += 1.0 if references[1][column, j] != queries[1][column, i] else 0.0
    for column in range(references[2].shape[0]):
        total += 1.0 if references[2][column, j] != queries[2][column, i] else 0.0
    return total
