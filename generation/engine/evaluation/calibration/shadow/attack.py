"""The attack on each record: from the counts of a fit, was the record in it?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from generation.engine.evaluation.calibration.shadow.refit import Counts

FOLDS = 10
# Both chosen on tables drawn at random, before any audit of a real one.
PENALTY = 100.0
STEPS = 6

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def guesses(counts: Counts, members: Flags) -> Floats:
    """Log odds that a target was in a fit (fits x targets), each from fits of other pairs.

    `counts` are fits x targets x queries. Logistic regression with a penalty on the weights, for each target by itself,
    on the square roots of its counts (the spread of a count's root does not depend on its size), cross-validated over
    pairs.
    """
    fold = np.arange(len(counts)) // 2 % FOLDS
    found = np.empty(members.shape)
    for target in range(members.shape[1]):
        roots = np.sqrt(counts[:, target].astype(np.float64))
        for number in range(min(FOLDS, len(counts) // 2)):
            kept = fold == number
            found[kept, target] = _guess(roots[~kept], members[~kept, target], roots[kept])
    return found


def _guess(known: Floats, answers: Flags, asked: Floats) -> Floats:
    """Each pair has one of each answer, so there is no intercept to learn beyond the means."""
    mean, spread = known.mean(axis=0), known.std(axis=0)
    varies = spread > 0
    points, others = ((each[:, varies] - mean[varies]) / spread[varies] for each in (known, asked))
    weights = np.zeros(points.shape[1])
    for _ in range(STEPS if len(weights) else 0):
        chance = expit(points @ weights)
        slope = points.T @ (answers - chance) - PENALTY * weights
        curve = (points * (chance * (1 - chance))[:, None]).T @ points
        weights += np.linalg.solve(curve + PENALTY * np.eye(len(weights)), slope)
    told: Floats = others @ weights
    return told
