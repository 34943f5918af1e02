"""Check H: distance to the closest record, nearest neighbour distance ratio, identical match share. Informational only.

A share of records closer to training than to holdout near one half proves nothing: a file that keeps 40 % of every real
row's cells reaches .503. Ties count half; counting them as "closer to holdout" would flatter. Beyond 100,000 x 100,000
pairs a sample of the synthetic records is measured against all real ones, stratified by how many rare values they hold.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric
from generation.engine.evaluation.privacy.nearest.gower import gower_space, nearest
from generation.engine.evaluation.study.intervals import wilson
from generation.engine.evaluation.study.sampling import affordable, at_most, by_rarity, sample_facts, sample_words
from generation.engine.evaluation.study.study import Study

SHARE, RATIO, IDENTICAL = "dcr_share", "nndr_difference", "identical_match_share"

Floats = npt.NDArray[np.float64]


def distances(study: Study) -> Findings:
    """Three figures that describe and never decide."""
    study.need_holdout()
    study.need_columns(study.measured)
    most = affordable(len(study.synthetic), len(study.mirror))
    synthetic = at_most(study, study.synthetic, most, study.rng(SHARE), by_rarity)
    space = gower_space(study.measured, study.training, study.need_holdout())
    near = [nearest(space.points(synthetic), space.points(table), 2) for table in (study.chunks[0], study.mirror)]
    return Findings((_share(study, near), _ratio(study, near), _identical(study, near)))


def _share(study: Study, near: list[Floats]) -> Metric:
    share, total = dcr_share(near[0][:, 0], near[1][:, 0]), len(near[0])
    sentence = f"{share:.1%} of the records are closer to training than to holdout; this alone proves nothing."
    return _metric(study, SHARE, sentence, (share, *wilson(share * total, total)), (total, 0.5))


def _ratio(study: Study, near: list[Floats]) -> Metric:
    ratios = [float(np.median(nndr(each))) for each in near]
    sentence = f"The median nearest neighbour ratio is {ratios[0]:.3f} to training, {ratios[1]:.3f} to holdout."
    return _metric(study, RATIO, sentence, (ratios[0] - ratios[1], None, None), (len(near[0]), 0.0))


def _identical(study: Study, near: list[Floats]) -> Metric:
    met, total = [int((each[:, 0] == 0).sum()) for each in near], len(near[0])
    sentence = f"{met[0]:,} records are identical to a training record, {met[1]:,} to a holdout record."
    return _metric(study, IDENTICAL, sentence, (met[0] / total, *wilson(met[0], total)), (total, met[1] / total))


def dcr_share(to_training: Floats, to_holdout: Floats) -> float:
    """The share of records nearer to training; a tie counts half."""
    return float((to_training < to_holdout).mean() + (to_training == to_holdout).mean() / 2)


def nndr(two_nearest: Floats) -> Floats:
    """The nearest over the second nearest distance per record; 1 where both are 0."""
    first, second = two_nearest[:, 0], two_nearest[:, 1]
    return np.divide(first, second, out=np.ones(len(first)), where=second > 0)


def _metric(
    study: Study,
    name: str,
    sentence: str,
    estimate: tuple[float, float | None, float | None],
    n_and_baseline: tuple[int, float],
) -> Metric:
    n, baseline = n_and_baseline
    return Metric(
        Group.PRIVACY,
        name,
        sentence + sample_words(n, len(study.synthetic), "synthetic records"),
        Direction.INFORMATIONAL,
        *estimate,
        n=n,
        baseline=baseline,
        seed=study.seed,
        details=sample_facts(n, len(study.synthetic)),
    )
