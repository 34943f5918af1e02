"""Check B: the outlier attack.

An attacker who knows the most isolated people asks for each how near the synthetic table comes, measured by the
person's own isolation. If those who trained the synthesizer can be told from those who did not, it has memorised them.
A distance-based membership inference attack in the spirit of van Breugel et al., "Membership inference attacks
against synthetic data through overfitting detection" (2023), on outliers as Meeus et al., "Achilles' heels" (2023), do.
All synthetic records are searched. In tables beyond 100,000 records the outliers are those of a screened stratum
(isolation.py), and the sentence says so.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.intervals import percentile_interval
from generation.engine.evaluation.metric import Direction, Group, Metric, NamedRecord, NotAssessable
from generation.engine.evaluation.privacy.gower import nearest
from generation.engine.evaluation.privacy.isolation import (
    LEAST_OUTLIERS,
    Outliers,
    isolated,
    screening_facts,
    screening_words,
)
from generation.engine.evaluation.study import Check, Findings, Study
from generation.engine.evaluation.utility.skill import roc_points, weighted_auc

AUC, TPR = "outlier_attack_auc", "outlier_attack_tpr"
FALSE_ALARMS = 0.01
BOOTSTRAPS = 500
MOST_NAMED = 200

Floats = npt.NDArray[np.float64]


def outlier_attack(study: Study) -> Findings:
    """AUC and the true positive rate at 1 % false positives, with bootstrap intervals, and the ROC curve."""
    found = isolated(study)
    if len(found.mirror.table) < LEAST_OUTLIERS:
        raise NotAssessable(f"Only {len(found.mirror.table)} outliers can be attacked; {LEAST_OUTLIERS} are needed.")
    synthetic = found.space.points(study.synthetic)
    targets = (*found.training, found.mirror)
    scores = [attack_scores(each, nearest(found.space.points(each.table), synthetic)[:, 0]) for each in targets]
    trained, unseen = np.concatenate(scores[:-1]), scores[-1]
    both = np.concatenate([trained, unseen])
    is_trained = np.arange(len(both)) < len(trained)
    auc, tpr = _bootstrap(trained, unseen, study.rng(AUC))
    named = _closest(study, found.training, scores[:-1], float(np.quantile(unseen, 1 - FALSE_ALARMS)))
    return Findings(
        (_metric(study, AUC, auc, len(trained), named), _metric(study, TPR, tpr, len(trained), ())),
        {"outlier_roc": {"attack": roc_points(both, is_trained), "baseline": [[0, 0], [1, 1]]}},
    )


def attack_scores(outliers: Outliers, distances: Floats) -> Floats:
    """-(distance to the nearest synthetic record) / (own isolation): 0 for a copy; the higher the more suspicious."""
    # An isolation of 0 means five twins in the own split: nothing stands out, whatever the distance.
    isolation = np.where(outliers.isolation > 0, outliers.isolation, np.inf)
    return np.asarray(-distances / isolation, dtype=np.float64)


def tpr_at(trained: Floats, unseen: Floats, alarms: float = FALSE_ALARMS) -> float:
    """The true positive rate at the given false positive rate; ties are cut at random in expectation."""
    order = np.sort(unseen)[::-1]
    allowed = alarms * len(order)
    cut = order[int(allowed)]
    above, tied = (order > cut).sum(), (order == cut).sum()
    return float((trained > cut).mean() + (trained == cut).mean() * (allowed - above) / tied)


def _bootstrap(trained: Floats, unseen: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """(AUC, TPR) of the sample itself first, then of resampled records of both sides."""
    picks = [(np.arange(len(trained)), np.arange(len(unseen)))]
    picks += [
        (rng.integers(len(trained), size=len(trained)), rng.integers(len(unseen), size=len(unseen)))
        for _ in range(BOOTSTRAPS)
    ]
    weights = np.array(
        [np.append(np.bincount(a, minlength=len(trained)), np.bincount(b, minlength=len(unseen))) for a, b in picks]
    )
    both = np.concatenate([trained, unseen])
    areas = weighted_auc(both, np.arange(len(both)) < len(trained), np.ascontiguousarray(weights.T, dtype=np.float64))
    return areas, np.array([tpr_at(trained[a], unseen[b]) for a, b in picks])


def _metric(study: Study, name: str, draws: Floats, n: int, named: tuple[NamedRecord, ...]) -> Metric:
    lower, upper = percentile_interval(draws[1:])
    value = float(draws[0])
    sentence = {
        AUC: f"An attacker tells trained-on outliers from unseen ones with an AUC of {value:.3f} (guessing: .5).",
        TPR: f"At 1 % false alarms an attacker recognises {value:.1%} of the trained-on outliers (guessing: 1 %).",
    }[name]
    baseline = 0.5 if name == AUC else FALSE_ALARMS
    return Metric(
        Group.PRIVACY,
        name,
        sentence + screening_words(study),
        Direction.LOWER,
        value,
        lower,
        upper,
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


CHECK = Check(
    "outlier_attack",
    Group.PRIVACY,
    {
        AUC: "can an attacker tell which unusual people were in the training table?",
        TPR: "does an attacker recognise some of them with near certainty?",
    },
    outlier_attack,
)
