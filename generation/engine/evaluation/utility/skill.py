"""How good predictions are, under record weights, so that a bootstrap needs no second look at the model."""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def weighted_auc(scores: Floats, is_positive: npt.NDArray[np.bool_], weights: Floats) -> Floats:
    """Area under the ROC curve per column of `weights` (records x draws); ties count half; NaN without both classes.

    The Mann-Whitney form (Hanley and McNeil 1982).
    """
    order = np.argsort(scores, kind="stable")
    is_new = np.diff(scores[order], prepend=-np.inf) > 0
    area: Floats = _areas(is_new, is_positive[order], weights[order])
    return area


@numba.njit(cache=True)
def _areas(is_new, is_positive, weights):  # type: ignore[no-untyped-def]
    """Per draw the share of (positive, negative) pairs in the right order; one pass over records in order of score."""
    draws = weights.shape[1]
    pairs, positive, negative = np.zeros(draws), np.zeros(draws), np.zeros(draws)
    tied_positive, tied_negative = np.zeros(draws), np.zeros(draws)
    for i in range(len(is_new) + 1):
        if i == len(is_new) or is_new[i]:
            pairs += tied_positive * (negative + tied_negative / 2)
            positive += tied_positive
            negative += tied_negative
            tied_positive[:] = 0
            tied_negative[:] = 0
        if i < len(is_new):
            tied = tied_positive if is_positive[i] else tied_negative
            tied += weights[i]
    total = positive * negative
    return np.where(total > 0, pairs / np.maximum(total, 1e-300), np.nan)


def classification_skill(scores: Floats, answers: Floats, weights: Floats) -> Floats:
    """AUC - .5 per draw: of the rarer class for two classes, the mean over classes against the rest for more."""
    if scores.shape[1] == 1:
        return weighted_auc(scores[:, 0], answers == 1, weights) - 0.5
    areas = [weighted_auc(scores[:, place], answers == place, weights) for place in range(scores.shape[1])]
    known = np.isfinite(areas)
    total = np.where(known, areas, 0).sum(axis=0)
    count = known.sum(axis=0)
    mean: Floats = np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
    return mean - 0.5


def regression_skill(scores: Floats, answers: Floats, weights: Floats) -> Floats:
    """The coefficient of determination R² per draw; NaN for a constant answer."""
    # Not `@`: a sum that BLAS splits over threads changes its last digit with their number.
    total = weights.sum(axis=0)
    mean, square, error = (
        np.einsum("i,ij->j", each, weights) / total for each in (answers, answers**2, (answers - scores[:, 0]) ** 2)
    )
    spread = square - np.square(mean)
    share: Floats = np.divide(error, spread, out=np.full(len(total), np.nan), where=spread > 0)
    return 1 - share


def roc_points(scores: Floats, is_positive: npt.NDArray[np.bool_], points: int = 60) -> list[list[float]]:
    """[false positive rate, true positive rate] at evenly spread rates, for a plot."""
    order = np.argsort(-scores, kind="stable")
    # Equal scores are one step: which of them comes first is nobody's skill.
    ends = np.append(scores[order][1:] != scores[order][:-1], True)
    hits = np.append(0.0, np.cumsum(is_positive[order])[ends] / max(1, is_positive.sum()))
    alarms = np.append(0.0, np.cumsum(~is_positive[order])[ends] / max(1, (~is_positive).sum()))
    grid = np.linspace(0, 1, points)
    return [[float(x), float(y)] for x, y in zip(grid, np.interp(grid, alarms, hits), strict=True)]
