"""Check H: distance to the closest record, nearest neighbour distance ratio, identical match share. Informational only.

A share of records closer to training than to holdout near one half proves nothing: a file that keeps 40 % of every real
row's cells reaches .503. Ties count half; counting them as "closer to holdout" would flatter.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.intervals import wilson
from generation.engine.evaluation.metric import Direction, Group, Metric
from generation.engine.evaluation.privacy.gower import gower_space, nearest
from generation.engine.evaluation.study import EXACT_ROWS, Check, Findings, Study, at_most

SHARE, RATIO, IDENTICAL = "dcr_share", "nndr_difference", "identical_match_share"

Floats = npt.NDArray[np.float64]


def distances(study: Study) -> Findings:
    """Three figures that describe and never decide."""
    holdout = study.need_holdout()
    study.need_columns(study.measured)
    rng = study.rng(SHARE)
    training, holdout = (at_most(table, EXACT_ROWS, rng) for table in (study.chunks[0], study.mirror))
    synthetic = at_most(study.synthetic, EXACT_ROWS, rng)
    space = gower_space(study.measured, study.training, study.need_holdout())
    near = [nearest(space.points(synthetic), space.points(table), 2) for table in (training, holdout)]
    share = dcr_share(near[0][:, 0], near[1][:, 0])
    identical = [int((each[:, 0] == 0).sum()) for each in near]
    ratios = [float(np.median(nndr(each))) for each in near]
    total = len(synthetic)
    metrics = (
        _metric(
            study,
            SHARE,
            share,
            wilson(share * total, total),
            0.5,
            f"{share:.1%} of the records are closer to training than to holdout; this alone proves nothing.",
        ),
        _metric(
            study,
            RATIO,
            ratios[0] - ratios[1],
            None,
            0.0,
            f"The median nearest neighbour ratio is {ratios[0]:.3f} to training, {ratios[1]:.3f} to holdout.",
        ),
        _metric(
            study,
            IDENTICAL,
            identical[0] / total,
            wilson(identical[0], total),
            identical[1] / total,
            f"{identical[0]:,} records are identical to a training record, {identical[1]:,} to a holdout record.",
        ),
    )
    return Findings(metrics)


def dcr_share(to_training: Floats, to_holdout: Floats) -> float:
    """The share of records nearer to training; a tie counts half."""
    return float((to_training < to_holdout).mean() + (to_training == to_holdout).mean() / 2)


def nndr(two_nearest: Floats) -> Floats:
    """The nearest over the second nearest distance per record; 1 where both are 0."""
    first, second = two_nearest[:, 0], two_nearest[:, 1]
    return np.divide(first, second, out=np.ones(len(first)), where=second > 0)


def _metric(
    study: Study, name: str, value: float, interval: tuple[float, float] | None, baseline: float, sentence: str
) -> Metric:
    lower, upper = interval or (None, None)
    return Metric(
        Group.PRIVACY,
        name,
        sentence,
        Direction.INFORMATIONAL,
        value,
        lower,
        upper,
        n=min(len(study.synthetic), EXACT_ROWS),
        baseline=baseline,
        seed=study.seed,
    )


CHECK = Check(
    "distances",
    Group.PRIVACY,
    {
        SHARE: "what share of records is closer to training than to holdout?",
        RATIO: "how do nearest neighbour distance ratios differ?",
        IDENTICAL: "what share is identical to a training record?",
    },
    distances,
    Direction.INFORMATIONAL,
)
