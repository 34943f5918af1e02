"""Exact nearest neighbours by Gower's distance (study/distance.py) over mixed columns, compiled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.study.distance import range_of, scaled
from generation.engine.evaluation.study.encoding import EncodedColumn, EncodedTable

THREADS = 2
TILE = 2048
BLOCK = 64
STRIDE = 64
# float32 sums of up to some hundred columns stay within this of the exact sum, which is computed for what survives.
_SLACK = 1e-3

# Sums of the same distances in the same order are equal; this leaves room for nothing but rounding.
TIED = 1e-9

Floats = npt.NDArray[np.float64]
Approval = tuple[Floats, Floats, float]


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
        return scaled(table.values(column), self.low[column.spec.name], self.span[column.spec.name])


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
            low[column.spec.name], span[column.spec.name] = range_of(values)
    return GowerSpace(tuple(columns), low, span)


def nearest(queries: Points, references: Points, k: int = 1, *, skip_self: bool = False) -> Floats:
    """Distances (queries x k) to the k nearest references, ascending, exact; inf where there are fewer than k.

    `skip_self` leaves out the reference at the query's own position.
    """
    queried, tiles = _prepared(queries, references)
    found: Floats = _nearest(queried, tiles, len(references), k, skip_self)
    return found / queries.width


def votes(queries: Points, references: Points, approves: Approval) -> Floats:
    """Per query the share of its nearest references (all that are equally near) that approve.

    `approves` is (truth per query, answer per reference, tolerance): a reference approves when its answer is within
    tolerance x |truth| of the truth. Two passes, so that the order of the references changes nothing.
    """
    return votes_by_part(queries, references, approves, np.zeros(len(references), dtype=np.int64), 1)[0]


def votes_by_part(
    queries: Points, references: Points, approves: Approval, part: npt.NDArray[np.int64], parts: int
) -> tuple[Floats, Floats]:
    """`votes`, and per query (rows x parts) the share of its nearest references that are of each part, from 0."""
    limits = nearest(queries, references)[:, 0] * queries.width
    queried, tiles = _prepared(queries, references)
    counts = _votes(queried, tiles, len(references), limits, (*approves, part), parts)
    shares = counts[:, 1:] / np.maximum(counts[:, :1], 1.0)
    return shares[:, 0], shares[:, 1:]


def _prepared(queries: Points, references: Points) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    numba.set_num_threads(min(THREADS, numba.config.NUMBA_NUM_THREADS))
    numbers = references.numbers.astype(np.float32)
    tiles = _tiled(numbers), _tiled(references.few), _tiled(references.many), _tiled(references.numbers)
    return (queries.numbers.astype(np.float32), queries.few, queries.many, queries.numbers), tiles


def _tiled(columns: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Columns x rows as tiles x columns x TILE, the last tile padded: the inner loops then run over whole rows."""
    width, rows = columns.shape
    count = -(-rows // TILE)
    padded = np.zeros((width, count * TILE), dtype=columns.dtype)
    padded[:, :rows] = columns
    return np.ascontiguousarray(padded.reshape(width, count, TILE).transpose(1, 0, 2))


def _is_narrow(column: EncodedColumn) -> bool:
    """Codes fit into uint8, with 255 left for missing (-1)."""
    return len(column.categories) < 255


@numba.njit(parallel=True, cache=True)
def _nearest(queries, tiles, total, k, skip_self):  # type: ignore[no-untyped-def]
    rows = queries[0].shape[1]
    best = np.full((rows, k), np.inf)
    for block in numba.prange((rows + BLOCK - 1) // BLOCK):
        rough = np.empty(TILE, np.float32)
        misses = np.empty(TILE, np.uint8)
        for tile in range(tiles[0].shape[0]):
            size = min(TILE, total - tile * TILE)
            for i in range(block * BLOCK, min(block * BLOCK + BLOCK, rows)):
                _set_rough(queries, (tiles[0][tile], tiles[1][tile], tiles[2][tile]), i, rough, misses)
                skipped = i - tile * TILE if skip_self else -1
                _keep_nearest((queries, tiles), (i, tile, size, skipped), rough, best[i])
    return best


@numba.njit(parallel=True, cache=True)
def _votes(queries, tiles, total, limits, approves, parts):  # type: ignore[no-untyped-def]
    """Rows x (tied, approving, of each part)."""
    rows = queries[0].shape[1]
    counts = np.zeros((rows, 2 + parts))
    for block in numba.prange((rows + BLOCK - 1) // BLOCK):
        rough = np.empty(TILE, np.float32)
        misses = np.empty(TILE, np.uint8)
        for tile in range(tiles[0].shape[0]):
            size = min(TILE, total - tile * TILE)
            for i in range(block * BLOCK, min(block * BLOCK + BLOCK, rows)):
                _set_rough(queries, (tiles[0][tile], tiles[1][tile], tiles[2][tile]), i, rough, misses)
                _count_votes((queries, tiles), (i, tile, size), rough, (limits[i], approves), counts[i])
    return counts


@numba.njit(cache=True)
def _count_votes(points, place, rough, asked, counts):  # type: ignore[no-untyped-def]
    """Adds to `counts` (tied, approving, of each part) what of one tile lies at the exact limit."""
    queries, tiles = points
    i, tile, size = place
    limit, (truths, answers, tolerance, part) = asked
    wide = np.float32(limit + _SLACK)
    for first in range(0, size, STRIDE):
        if not _is_any_below(rough, first, wide):
            continue
        for j in range(first, min(first + STRIDE, size)):
            if rough[j] < wide and _exact_distance(queries, tiles, i, (tile, j)) <= limit + TIED:
                counts[0] += 1
                counts[1] += abs(answers[tile * TILE + j] - truths[i]) <= tolerance * abs(truths[i])
                counts[2 + part[tile * TILE + j]] += 1


@numba.njit(cache=True)
def _set_rough(queries, tile, i, rough, misses):  # type: ignore[no-untyped-def]
    """Sets `rough` to the distances of query i to a tile, in float32."""
    _set_numbers(queries[0], tile[0], i, rough)
    _add_mismatches(queries[1], tile[1], i, misses, rough)
    _add_wide_mismatches(queries[2], tile[2], i, rough)


@numba.njit(cache=True)
def _set_numbers(queries, tile, i, rough):  # type: ignore[no-untyped-def]
    """Sets `rough` to the float32 distances of query i over the continuous columns of a tile."""
    rough[:] = 0
    for column in range(tile.shape[0]):
        value, values = queries[column, i], tile[column]
        for j in range(TILE):
            rough[j] += min(abs(values[j] - value), np.float32(1.0))


@numba.njit(cache=True)
def _add_mismatches(queries, tile, i, misses, rough):  # type: ignore[no-untyped-def]
    """Adds the mismatches over the columns of few categories; an 8-bit counter holds at most 255 columns at a time."""
    for first in range(0, tile.shape[0], 255):
        misses[:] = 0
        for column in range(first, min(first + 255, tile.shape[0])):
            code, codes = queries[column, i], tile[column]
            for j in range(TILE):
                misses[j] += np.uint8(codes[j] != code)
        for j in range(TILE):
            rough[j] += np.float32(misses[j])


@numba.njit(cache=True)
def _add_wide_mismatches(queries, tile, i, rough):  # type: ignore[no-untyped-def]
    for column in range(tile.shape[0]):
        code, codes = queries[column, i], tile[column]
        for j in range(TILE):
            rough[j] += np.float32(codes[j] != code)


@numba.njit(cache=True)
def _keep_nearest(points, place, rough, best):  # type: ignore[no-untyped-def]
    """Computes exactly what may be among the k nearest and inserts it into the ascending `best`."""
    queries, tiles = points
    i, tile, size, skipped = place
    limit = np.float32(best[-1] + _SLACK)
    for first in range(0, size, STRIDE):
        if not _is_any_below(rough, first, limit):
            continue
        for j in range(first, min(first + STRIDE, size)):
            if rough[j] < limit and j != skipped:
                exact = _exact_distance(queries, tiles, i, (tile, j))
                if exact < best[-1]:
                    _insert(best, exact)
                    limit = np.float32(best[-1] + _SLACK)


@numba.njit(cache=True)
def _is_any_below(rough, first, limit):  # type: ignore[no-untyped-def]
    """Counted without a branch, so that vector instructions do it: most strides hold nothing near."""
    below = 0
    for j in range(first, first + STRIDE):
        below += rough[j] < limit
    return below > 0


@numba.njit(cache=True)
def _insert(best, value):  # type: ignore[no-untyped-def]
    place = len(best) - 1
    while place > 0 and best[place - 1] > value:
        best[place] = best[place - 1]
        place -= 1
    best[place] = value


@numba.njit(cache=True)
def _exact_distance(queries, tiles, i, place):  # type: ignore[no-untyped-def]
    """The sum (not the mean) of the column distances in float64, always added in the same order."""
    tile, j = place
    total = 0.0
    for column in range(queries[3].shape[0]):
        total += min(abs(tiles[3][tile, column, j] - queries[3][column, i]), 1.0)
    for column in range(queries[1].shape[0]):
        total += 1.0 if tiles[1][tile, column, j] != queries[1][column, i] else 0.0
    for column in range(queries[2].shape[0]):
        total += 1.0 if tiles[2][tile, column, j] != queries[2][column, i] else 0.0
    return total
