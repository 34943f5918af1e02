"""The attack on each record: from the counts of a fit, was the record in it?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from generation.engine.evaluation.calibration.shadow.refit import Counts

# The penalty on the squared weights, in units of the number of fits.
PENALTY = 10.0
# Memberships drawn anew, that tell how far from chance a guess comes by itself.
SHAMS = 60
# Fits that are guessed by one rule, learnt from all others; of few fits a fifth.
FOLD = 30
LEAST_FOLDS = 5

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Guesses:
    """Of each target (fits x targets): `scores`, the higher the likelier it was there, and whether it was. `areas` are
    its areas under the curve, `shams` those of memberships that were made up (targets x shams).
    """

    scores: Floats
    members: Flags
    areas: Floats
    shams: Floats

    def of(self, targets: slice) -> Guesses:
        return Guesses(self.scores[:, targets], self.members[:, targets], self.areas[targets], self.shams[targets])


def guess(counts: Counts, members: Flags, shams: Flags) -> Guesses:
    """Guesses from counts (fits x targets x queries), who was there (fits x targets), and shams (fits x targets x any).

    For each target by itself: a linear rule with a penalty, on the square roots of its counts (the spread of a count's
    root does not depend on its size), cross-validated over pairs of fits. Guesses so made depend on each other: their
    areas spread by more than those of independent ones would. Hence the shams.
    """
    sides = np.concatenate([members[:, :, None], shams], axis=2)
    scores, found = np.empty(members.shape), np.empty(sides.shape[1:])
    for target in range(len(found)):
        answers = sides[:, target]
        foretold = _left_out(_standardised(counts[:, target]), np.where(answers, 1.0, -1.0))
        scores[:, target], found[target] = foretold[:, 0], areas(foretold, answers)
    return Guesses(scores, members, found[:, 0], found[:, 1:])


def areas(scores: Floats, members: Flags) -> Floats:
    """The area under the curve of each column (Mann and Whitney 1947), as a mean over folds; ties count half.

    Between folds, scores that tie differ by what was left out, and always to the attacker's harm.
    """
    found: Floats = np.mean([_area(scores[fold], members[fold]) for fold in folds(len(scores))], axis=0)
    return found


def folds(fits: int) -> list[slice]:
    """Runs of whole pairs of fits."""
    count = max(LEAST_FOLDS, fits // FOLD)
    ends = [2 * (fits // 2 * place // count) for place in range(count + 1)]
    return [slice(start, end) for start, end in pairwise(ends)]


def _area(scores: Floats, members: Flags) -> Floats:
    present = len(scores) / 2
    ranks = (rankdata(scores, axis=0) * members).sum(axis=0)
    found: Floats = (ranks - present * (present + 1) / 2) / present**2
    return found


def _standardised(counts: Counts) -> Floats:
    """Of one target (fits x queries), without the queries that always give the same."""
    roots = np.sqrt(counts.astype(np.float64))
    roots -= roots.mean(axis=0)
    spread = roots.std(axis=0)
    kept: Floats = roots[:, spread > 0] / spread[spread > 0]
    return kept


def _left_out(points: Floats, answers: Floats) -> Floats:
    """What a ridge regression on all other folds foretells for each fit; one column of answers is one regression.

    By the identity of the residual left out, e = (1 - H)^-1 (y - Hy) on the fold's block of the hat matrix H (Cook and
    Weisberg 1982): no regression is fitted twice. Each pair has one answer of each kind, so there is no intercept.
    """
    weights = np.linalg.solve(points.T @ points + PENALTY * len(points) * np.eye(points.shape[1]), points.T)
    errors = answers - points @ (weights @ answers)
    for fold in folds(len(points)):
        own = points[fold] @ weights[:, fold]
        errors[fold] = np.linalg.solve(np.eye(len(own)) - own, errors[fold])
    found: Floats = answers - errors
    return found
