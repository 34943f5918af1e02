"""Check B: the outlier attack.

An attacker who knows the most isolated people asks for each how near the synthetic table comes, measured by the
person's own isolation. If those who trained the synthesizer can be told from those who did not, it has memorised them.
A distance-based membership inference attack in the spirit of van Breugel et al., "Membership inference attacks
against synthetic data through overfitting detection" (2023), on outliers as Meeus et al., "Achilles' heels" (2023), do.
All synthetic records are searched. In tables beyond 100,000 records the outliers are those of a screened stratum
(isolation.py), and the sentence says so.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NamedRecord
from generation.engine.evaluation.privacy.isolation import (
    WANTED,
    Outliers,
    isolated,
    screening_facts,
    screening_words,
)
from generation.engine.evaluation.privacy.nearest.gower import nearest
from generation.engine.evaluation.study.encoding import numbered_on
from generation.engine.evaluation.study.intervals import area_interval, percentile_interval
from generation.engine.evaluation.study.study import Study
from generation.engine.evaluation.utility.skill import roc_points

AUC, TPR = "outlier_attack_auc", "outlier_attack_tpr"
FALSE_ALARMS = 0.01
BOOTSTRAPS = 500
MOST_NAMED = 200

Floats = npt.NDArray[np.float64]
People = npt.NDArray[np.int64]


def outlier_attack(study: Study) -> Findings:
    """AUC and the true positive rate at 1 % false positives, with bootstrap intervals, and the ROC curve."""
    found = isolated(study)
    synthetic = found.space.points(study.synthetic)
    targets = (*found.training, found.mirror)
    scores = [attack_scores(each, nearest(found.space.points(each.table), synthetic)[:, 0]) for each in targets]
    trained, unseen = np.concatenate(scores[:-1]), scores[-1]
    both, people = np.concatenate([trained, unseen]), [_people(found.training), _people([found.mirror])]
    is_trained = np.arange(len(both)) < len(trained)
    named = _closest(study, found.training, scores[:-1], float(np.quantile(unseen, 1 - FALSE_ALARMS, method="higher")))
    return Findings(
        (_auc(study, (trained, unseen), people, named), _tpr(study, (trained, unseen), people)),
        {"outlier_roc": {"attack": roc_points(both, is_trained), "baseline": [[0, 0], [1, 1]]}},
    )


def _people(outliers: Sequence[Outliers]) -> People:
    """Whose each of the outliers is: chunks have no people in common."""
    return numbered_on([each.table.whose for each in outliers])


def attack_scores(outliers: Outliers, distances: Floats) -> Floats:
    """-(distance to the nearest synthetic record) / (own isolation): 0 for a copy; the higher the more suspicious.

    An isolation of 0 means five twins in the own split: whatever the distance, nobody stands out there, and the score
    is below all others.
    """
    scores: Floats = np.full(len(distances), -np.inf)
    np.divide(-distances, outliers.isolation, out=scores, where=outliers.isolation > 0)
    return scores


def tpr_at(trained: Floats, unseen: Floats, alarms: float = FALSE_ALARMS) -> float:
    """The true positive rate at the given false positive rate; ties are cut at random in expectation."""
    order = np.sort(unseen)[::-1]
    allowed = alarms * len(order)
    cut = order[int(allowed)]
    above, tied = (order > cut).sum(), (order == cut).sum()
    return float((trained > cut).mean() + (trained == cut).mean() * (allowed - above) / tied)


def _auc(
    study: Study, scores: tuple[Floats, Floats], people: Sequence[People], named: tuple[NamedRecord, ...]
) -> Metric:
    trained, unseen = scores
    value, lower, upper = area_interval(trained, unseen, people)
    sentence = f"An attacker tells trained-on outliers from unseen ones with an AUC of {value:.3f} (guessing: .5)."
    if not np.isfinite([*trained, *unseen]).any():
        sentence = "No real record stands out: each has twins among those of its own side."
    return _metric(study, AUC, sentence, (value, lower, upper), len(trained), 0.5, named)


def _tpr(study: Study, scores: tuple[Floats, Floats], people: Sequence[People]) -> Metric:
    """Below 200 outliers never seen, 1 % of them is hardly one: the AUC alone decides then."""
    trained, unseen = scores
    if len(unseen) < WANTED:
        why = f"Not asked of {len(unseen)} unusual holdout records: 1 % of them is hardly one. The AUC decides."
        return Metric(Group.PRIVACY, TPR, why, Direction.LOWER, seed=study.seed, reason=why, decided_by=AUC)
    draws = np.array(_resampled(scores, people, study.rng(AUC)))
    value = tpr_at(trained, unseen)
    sentence = f"At 1 % false alarms an attacker recognises {value:.1%} of the trained-on outliers (guessing: 1 %)."
    return _metric(study, TPR, sentence, (value, *percentile_interval(draws)), len(trained), FALSE_ALARMS)


def _resampled(scores: tuple[Floats, Floats], people: Sequence[People], rng: np.random.Generator) -> list[float]:
    """The true positive rate of resampled people of both sides, each with all of his records (Efron 1979)."""
    sides = [_by_person(own, side) for side, own in zip(scores, people, strict=True)]
    return [tpr_at(_drawn(sides[0], rng), _drawn(sides[1], rng)) for _ in range(BOOTSTRAPS)]


def _drawn(people: list[Floats], rng: np.random.Generator) -> Floats:
    return np.concatenate([people[place] for place in rng.integers(len(people), size=len(people))])


def _by_person(whose: People, scores: Floats) -> list[Floats]:
    order = np.argsort(whose, kind="stable")
    return np.split(scores[order], np.flatnonzero(np.diff(whose[order])) + 1)


def _metric(  # noqa: PLR0913 - what the two metrics differ in
    study: Study,
    name: str,
    sentence: str,
    estimate: tuple[float, float, float],
    n: int,
    baseline: float,
    named: tuple[NamedRecord, ...] = (),
) -> Metric:
    return Metric(
        Group.PRIVACY,
        name,
        sentence + screening_words(study),
        Direction.LOWER,
        *estimate,
        n=n,
        baseline=baseline,
        seed=study.seed,
        details=screening_facts(study),
        named=named,
    )


def _closest(
    study: Study, targets: tuple[Outliers, ...], scores: list[Floats], least: float
) -> tuple[NamedRecord, ...]:
    """The synthetic records nearest to outliers whose score few unseen outliers reach."""
    table, space = study.synthetic, isolated(study).space
    flags = [np.flatnonzero(score > least) for score in scores]
    picked = [each.table.take(rows) for each, rows in zip(targets, flags, strict=True)]
    named: dict[int, float] = {}
    for suspects in picked:
        if len(suspects):
            distances = nearest(space.points(table), space.points(suspects))[:, 0]
            limit = float(nearest(space.points(suspects), space.points(table))[:, 0].max())
            for row in np.flatnonzero(distances <= limit)[:MOST_NAMED]:
                named[int(table.original[row])] = -float(distances[row])
    ranked = sorted(named.items(), key=lambda item: (-item[1], item[0]))[:MOST_NAMED]
    return tuple(
        NamedRecord(row, "unusually close to one of the most isolated training records", score) for row, score in ranked
    )
