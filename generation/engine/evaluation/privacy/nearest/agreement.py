"""The record that agrees with another one most surprisingly, column by column, compiled.

Two ways of agreeing. In `ANY_COLUMNS` a category that is equal, or a number that is near, was to be expected with some
chance p; it speaks for a copy with log2(1/2 + 1/(2p)) bits, the likelihood ratio of "copied or not, each as likely"
against chance, and a column that differs says nothing: the sum is greatest where many columns agree that seldom do,
whichever they are. In `NEARLY_ALL` columns of a copy that was blurred differ only by a little: a number within 5 % of
its range, three categories in five; a column that differs speaks against it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.privacy.nearest.gower import THREADS
from generation.engine.evaluation.study.surprise import TOLERANCE, Records, Surprise

TILE = 1024
BLOCK = 32
# A number agrees, where it is another column's parent, when fewer than this share of real records lie as near.
CLOSE = np.float32(0.15)
# float32 as a whole number is its logarithm, but for this bias, to within .09 bits (Mitchell 1962).
_ONE = 1065353216
_STEP = np.float32(2.0**-23)
# Numbers are compared in float32: what lies within the tolerance in float64 does so here.
_ROUNDING = 1e-4

Single = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Agreement:
    """`copied` is the share of categories that a copy keeps; a category, or a number, that differs takes bits away."""

    is_near: bool
    copied: float
    category: float
    number: float


ANY_COLUMNS = Agreement(is_near=False, copied=0.5, category=0.0, number=0.0)
NEARLY_ALL = Agreement(is_near=True, copied=0.6, category=-np.log2(0.4), number=4.0)


def best_agreement(
    surprise: Surprise,
    queries: Records,
    references: Records,
    whose: tuple[Places, Places] | None = None,
    agreement: Agreement = ANY_COLUMNS,
) -> tuple[Single, Places]:
    """Per query the bits of its best agreement among the references, and which one it is.

    `whose` numbers the people of queries and of references: a query must not meet a record of its own person. A query
    that nobody is left for has no agreement (-inf).
    """
    numba.set_num_threads(min(THREADS, numba.config.NUMBA_NUM_THREADS))
    near = agreement.is_near
    weights = np.log2(1 - agreement.copied + agreement.copied / queries.shares)
    weights[: len(queries.around)] = -np.log2(queries.around) if near else 0
    found: tuple[Single, Places] = _best(
        (queries.scaled if near else queries.ranks, queries.codes, queries.shares, weights, queries.tied),
        (references.scaled if near else references.ranks, references.codes, len(references)),
        (surprise.parents, surprise.order),
        whose or (np.full(len(queries), -1, np.int64), np.full(len(references), -2, np.int64)),
        (near, np.float32(TOLERANCE + _ROUNDING), np.float32(agreement.category), np.float32(agreement.number)),
    )
    return found


@numba.njit(parallel=True, cache=True, fastmath=True)
def _best(queries, references, tree, whose, rule):  # type: ignore[no-untyped-def]
    rows, total = queries[2].shape[1], references[2]
    best, where = np.empty(rows, np.float32), np.empty(rows, np.int64)
    for block in numba.prange((rows + BLOCK - 1) // BLOCK):
        bits = np.empty(TILE, np.float32)
        ratio = np.empty(TILE, np.float32)
        agree = np.empty((len(tree[0]), TILE), np.float32)
        for i in range(block * BLOCK, min(rows, block * BLOCK + BLOCK)):
            top, place = np.float32(-np.inf), -1
            for start in range(0, total, TILE):
                size = min(TILE, total - start)
                _set_bits((queries, i), (references, start, size), tree, (bits, ratio, agree), rule)
                for j in range(size):
                    if bits[j] > top and whose[1][start + j] != whose[0][i]:
                        top, place = bits[j], start + j
            best[i], where[i] = top, place
    return best, where


@numba.njit(cache=True, fastmath=True, inline="always")
def _set_bits(query, tile, tree, buffers, rule):  # type: ignore[no-untyped-def]
    """Sets `bits` to the agreement of one query with each reference of a tile, parents counted before children."""
    (numbers, codes, shares, weights, tied), i = query
    references, start, size = tile
    bits, ratio, agree = buffers
    near, tolerance, category, number = rule
    bits[:] = 0
    for place in tree[1]:
        parent, mine = tree[0][place], agree[place]
        other = agree[parent] if parent >= 0 else mine
        less = tied[place, i] if parent >= 0 else np.float32(0.0)
        if place >= numbers.shape[0]:
            values = references[1][place - numbers.shape[0], start : start + size]
            code = codes[place - numbers.shape[0], i]
            _add_equal(values, (code, weights[place, i], less, category), (mine, other), bits)
        elif near:
            values = references[0][place, start : start + size]
            _add_within(values, (numbers[place, i], weights[place, i], less, number, tolerance), (mine, other), bits)
        else:
            values = references[0][place, start : start + size]
            _add_near(values, (numbers[place, i], shares[place, i], less), (mine, other, ratio), bits)


@numba.njit(cache=True, fastmath=True, inline="always")
def _add_near(values, query, buffers, bits):  # type: ignore[no-untyped-def]
    value, share, less = query
    mine, other, ratio = buffers
    logs = ratio.view(np.int32)
    half, one = np.float32(0.5), np.float32(1.0)
    for j in range(len(values)):
        chance = min(one, share + np.float32(2.0) * abs(values[j] - value))
        mine[j] = one if chance < CLOSE else np.float32(0.0)
        ratio[j] = half + half / chance
    for j in range(len(values)):
        told = np.float32(logs[j] - _ONE) * _STEP - less * mine[j] * other[j]
        bits[j] += max(np.float32(0.0), told)


@numba.njit(cache=True, fastmath=True, inline="always")
def _add_within(values, query, buffers, bits):  # type: ignore[no-untyped-def]
    value, weight, less, penalty, tolerance = query
    mine, other = buffers
    for j in range(len(values)):
        mine[j] = np.float32(1.0) if abs(values[j] - value) <= tolerance else np.float32(0.0)
        bits[j] += mine[j] * (penalty + max(np.float32(0.0), weight - less * other[j])) - penalty


@numba.njit(cache=True, fastmath=True, inline="always")
def _add_equal(values, query, buffers, bits):  # type: ignore[no-untyped-def]
    value, weight, less, penalty = query
    mine, other = buffers
    for j in range(len(values)):
        mine[j] = np.float32(1.0) if values[j] == value else np.float32(0.0)
        bits[j] += mine[j] * (penalty + max(np.float32(0.0), weight - less * other[j])) - penalty
