"""Check F, third attack: attribute inference (Article 29 Working Party, Opinion 05/2014).

The attacker knows all of a person's attributes but one and reads that one off the nearest synthetic record. What is
inferred of training records beyond holdout records is leakage; what both share is what the table is for (Giomi et al.
2023). Among equally near records one is picked at random; the expected success is counted.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.encoding import EncodedColumn, EncodedTable
from generation.engine.evaluation.intervals import CONFIDENCE, residual_risk
from generation.engine.evaluation.metric import Direction, Group, Metric, NotAssessable
from generation.engine.evaluation.privacy.gower import gower_space
from generation.engine.evaluation.privacy.ties import agreement
from generation.engine.evaluation.study import EXACT_ROWS, Check, Findings, Study, at_most
from generation.engine.schema import ColumnRole

NAME = "inference_risk"
# A well guessed attribute leaves little room above the control: the interval needs more than the usual 2,000 attacks.
ATTACKS = 25_000
LEAST_ATTACKS = 100
MOST_SECRETS = 3
# A guessed number counts when it is within this share of the true one (of its absolute value: a sign changes nothing).
TOLERANCE = 0.05

Floats = npt.NDArray[np.float64]


def attribute_inference(study: Study) -> Findings:
    """Residual risk of the worst secret: sensitive columns and the target, at most three."""
    study.need_holdout()
    study.need_columns(study.measured, 2)
    chosen = secrets(study)
    # The worst of several is reported, so each is given its share of the error (Bonferroni).
    confidence = 1 - (1 - CONFIDENCE) / len(chosen)
    found = [_attack(study, secret, confidence) for secret in chosen]
    worst = max(found, key=lambda one: one["upper"])
    sentence = (
        f"Of the worst of {len(found)} secrets, {worst['label']}, {worst['attack']:.1%} of training and "
        f"{worst['control']:.1%} of holdout records are inferred ({worst['baseline']:.1%} at random): a residual risk "
        f"of {worst['value']:.3f}, at most {worst['upper']:.3f}."
    )
    metric = Metric(
        Group.PRIVACY,
        NAME,
        sentence,
        Direction.LOWER,
        worst["value"],
        worst["lower"],
        worst["upper"],
        n=worst["n"],
        baseline=worst["baseline"],
        seed=study.seed,
        details={"secrets": found},
    )
    return Findings((metric,))


def secrets(study: Study) -> list[EncodedColumn]:
    """Sensitive columns, then the target; the last measured column by name where neither is known."""
    sensitive = [c for c in study.measured if c.spec.role is ColumnRole.SENSITIVE]
    targets = [c for c in study.measured if c is study.target or c.spec.role is ColumnRole.TARGET]
    chosen = sensitive + [c for c in targets if c not in sensitive]
    return chosen[:MOST_SECRETS] or [study.measured[-1]]


def _attack(study: Study, secret: EncodedColumn, confidence: float) -> dict[str, Any]:
    rng = study.rng(f"{NAME} {secret.spec.name}")
    known = tuple(column for column in study.measured if column is not secret)
    real = tuple(_with_answer(table, secret) for table in (study.training, study.need_holdout()))
    sizes = [min(ATTACKS, len(table)) for table in real]
    if min(sizes) < LEAST_ATTACKS:
        raise NotAssessable(f"Only {min(sizes)} records can be attacked.")
    space = gower_space(known, study.training, study.need_holdout())
    synthetic = at_most(study.synthetic, EXACT_ROWS, rng)
    targets = [at_most(table, size, rng) for table, size in zip(real, sizes, strict=True)]
    truths, guesses = [answers(table, secret) for table in targets], answers(synthetic, secret)
    slack = TOLERANCE if secret.is_continuous else 0.0
    pool = space.points(synthetic)
    hits = [
        float(np.sum(agreement(space.points(table), pool, truth, guesses, slack)))
        for table, truth in zip(targets, truths, strict=True)
    ]
    value, lower, upper = residual_risk((hits[0], sizes[0]), (hits[1], sizes[1]), confidence)
    shares = {
        "attack": hits[0] / sizes[0],
        "control": hits[1] / sizes[1],
        "baseline": _by_chance(truths[0], guesses, slack),
    }
    words = {"column": secret.spec.name, "label": secret.label, "n": min(sizes)}
    return words | shares | {"value": value, "lower": lower, "upper": upper}


def answers(table: EncodedTable, secret: EncodedColumn) -> Floats:
    return table.values(secret) if secret.is_continuous else table.codes(secret).astype(np.float64)


def _with_answer(table: EncodedTable, secret: EncodedColumn) -> EncodedTable:
    return table.take(np.flatnonzero(table.codes(secret) >= 0))


def _by_chance(truth: Floats, guesses: Floats, slack: float) -> float:
    """The expected success of picking a synthetic record blindly."""
    ordered = np.sort(guesses[~np.isnan(guesses)])
    room = slack * np.abs(truth)
    inside = np.searchsorted(ordered, truth + room, "right") - np.searchsorted(ordered, truth - room, "left")
    return float((inside / len(guesses)).mean())


CHECK = Check(
    NAME, Group.PRIVACY, {NAME: "can a person's secret be read off the nearest synthetic record?"}, attribute_inference
)
