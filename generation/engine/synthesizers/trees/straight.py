"""Straight relations: each column's points foretold from those of the columns drawn before it, by one factorisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.linalg import cholesky, solve_triangular

from generation.engine.synthesizers.columns.cells import Codes
from generation.engine.synthesizers.trees.goals import Goals, Points

Floats = npt.NDArray[np.float64]

# More records than this change no coefficient by more than its standard error lets expect.
LINEAR_ROWS = 50_000
MOST_DIRECTIONS = 3
# Added to the diagonal, relative to the records: keeps columns that repeat each other from cancelling out.
PENALTIES = (1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0)
FOLDS = 5
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Straight:
    """Columns in the `order` of drawing: where the axes of each begin, and the factor of their products."""

    order: tuple[int, ...]
    begins: npt.NDArray[np.int64]
    factor: Floats
    goals: list[Goals]

    def towards(self, column: int) -> tuple[Points, ...]:
        """Per column before it, in order, what each code adds to the linear predictions: codes x up to three axes."""
        place = self.order.index(column)
        begin, axes = self.begins[place], self.begins[place + 1] - self.begins[place]
        if not place:
            return ()
        is_binary = self.goals[column].order is None and axes == 2
        told = self.factor[begin : begin + (1 if is_binary else min(axes, MOST_DIRECTIONS)), :begin]
        weights = np.split(
            solve_triangular(self.factor[:begin, :begin], told.T, lower=True, trans=1), self.begins[1:place]
        )
        pairs = zip(self.order, weights, strict=False)
        return tuple((self.goals[each].points @ weight).astype(np.float32) for each, weight in pairs)


def straight(codes: Mapping[int, Codes], goals: list[Goals], order: tuple[int, ...]) -> Straight:
    """Ridge regressions of each column on those before it: rows of one Cholesky factor give them all."""
    if not order:
        return Straight(order, np.zeros(1, dtype=np.int64), np.empty((0, 0)), goals)
    some = slice(None, None, -(-len(codes[order[0]]) // LINEAR_ROWS))
    points = np.concatenate([goals[column].points[codes[column][some]] for column in order], axis=1).astype(np.float64)
    points -= points.mean(axis=0)
    begins = np.cumsum([0, *(goals[column].points.shape[1] for column in order)])
    penalty = _penalty(points, begins) * len(points)
    factor = cholesky(points.T @ points + penalty * np.eye(points.shape[1]), lower=True)
    return Straight(order, begins, factor, goals)


def _penalty(points: Floats, begins: npt.NDArray[np.int64]) -> float:
    """That of PENALTIES (relative to the records) with which each column is foretold best from all others.

    Learned from four fifths of the records and tried on the others: chance lets many axes explain each other.
    """
    apart = np.arange(len(points)) % FOLDS == 0
    square, errors = points[~apart].T @ points[~apart], []
    for penalty in PENALTIES:
        inverse = np.linalg.inv(square + penalty * np.sum(~apart) * np.eye(len(square)))
        error = 0.0
        for begin, end in pairwise(begins):
            # The columns of the inverse over their own block are 1 there, and elsewhere minus the regression on others.
            missed = points[apart] @ np.linalg.solve(inverse[begin:end, begin:end], inverse[begin:end]).T
            error += np.sqrt(missed.var(axis=0) / (points[:, begin:end].var(axis=0) + TINY)).mean()
        errors.append(error)
    return PENALTIES[int(np.argmin(errors))]
