"""A linear model for boosting to start from: with few records a straight relation is learned best as one."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generation.engine.synthesizers.columns.cells import Codes
from generation.engine.synthesizers.trees.splitting import Features

Floats = npt.NDArray[np.float64]

# More records than this change no coefficient by more than its standard error lets expect.
LINEAR_ROWS = 50_000
MOST_STEPS = 200
# A penalty of so many records at the spread of each feature.
PENALTY = 1.0


@dataclass(frozen=True, slots=True)
class LinearBase:
    """`weights` (features x scores) of the features less their `mean` over their `spread`, plus `offset`."""

    mean: Floats
    spread: Floats
    weights: Floats
    offset: Floats

    def scores(self, features: Features) -> Floats:
        """Rows x scores, from the first features; the others are not of a scale."""
        return np.asarray((features[:, : len(self.mean)] - self.mean) / self.spread @ self.weights + self.offset)


def logistic_base(features: Features, codes: Codes) -> LinearBase:
    """Log odds of two classes (one score), or of each of more (as many scores), with an L2 penalty."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    some = slice(None, None, -(-len(codes) // LINEAR_ROWS))
    mean, spread = _scale(features)
    with warnings.catch_warnings():
        # Where the last digits of the coefficients are still moving, boosting goes on from there.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = LogisticRegression(C=1 / PENALTY, max_iter=MOST_STEPS)
        model.fit((features[some] - mean) / spread, codes[some])
    return LinearBase(mean, spread, np.asarray(model.coef_.T), np.asarray(model.intercept_))


def ridge_base(features: Features, goals: Floats) -> LinearBase:
    """Least squares with an L2 penalty: one score."""
    mean, spread = _scale(features)
    scaled = (features - mean) / spread
    square = scaled.T @ scaled + PENALTY * np.eye(scaled.shape[1])
    weights = np.linalg.solve(square, scaled.T @ (goals - goals.mean()))
    return LinearBase(mean, spread, weights[:, None], np.array([goals.mean()]))


def _scale(features: Features) -> tuple[Floats, Floats]:
    spread = features.std(axis=0, dtype=np.float64)
    return features.mean(axis=0, dtype=np.float64), np.where(spread > 0, spread, 1.0)
