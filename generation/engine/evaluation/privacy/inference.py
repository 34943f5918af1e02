"""Check F, third attack: attribute inference (Article 29 Working Party, Opinion 05/2014).

The attacker knows all of a person's attributes but one and reads that one off the nearest synthetic record. What is
inferred of training records beyond holdout records is leakage; what both share is what the table is for (Giomi et al.
2023). Among equally near records one is picked at random; the expected success is counted.

Some secrets are easier to guess than others, and training and holdout hold them in shares that differ by chance: the
control is standardised to the secret's shares in both together, and what training has beyond it is told from what was
to be expected of each guess (expected.py). Beyond 25,000 records, or 100,000 x 100,000 pairs, samples are attacked,
stratified by the secret's value; all synthetic records are searched.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NotAssessable
from generation.engine.evaluation.privacy.expected import Guesses, beyond_expected
from generation.engine.evaluation.privacy.nearest.gower import gower_space, votes_by_part
from generation.engine.evaluation.study.encoding import EncodedColumn, EncodedTable
from generation.engine.evaluation.study.intervals import CONFIDENCE, residual_beyond, standardised
from generation.engine.evaluation.study.sampling import affordable, parts_of, sample_facts, sample_words, stratified
from generation.engine.evaluation.study.study import Study
from generation.engine.evaluation.study.worst import worst
from generation.engine.schema import ColumnRole

NAME = "inference_risk"
# A well guessed attribute leaves little room above the control: the interval needs more than the usual 2,000 attacks.
ATTACKS = 25_000
LEAST_ATTACKS = 100
MOST_SECRETS = 3
# Of the parts of a secret by which it is said what was to be expected.
MOST_PARTS = 16
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
    return Findings((_metric(study, found),))


def _guessed(number: int, label: str) -> str:
    return f"The secret is {label}" if number == 1 else f"Of {number} secrets, {label} decides"


def _metric(study: Study, found: list[dict[str, Any]]) -> Metric:
    decides = worst(found, lambda one: (one["value"], one["lower"], one["upper"]), study.policy.limits.get(NAME))
    shown = decides.one
    sentence = (
        f"{_guessed(len(found), shown['label'])}: {shown['attack']:.1%} of training and {shown['control']:.1%} of "
        f"holdout records that are as easily guessed are inferred ({shown['baseline']:.1%} at random): a residual risk "
        f"of {shown['value']:.3f}, at most {shown['upper']:.3f}."
    )
    return Metric(
        Group.PRIVACY,
        NAME,
        sentence + sample_words(shown["n"], shown["of"], "training records"),
        Direction.LOWER,
        *decides.interval,
        n=shown["n"],
        baseline=shown["baseline"],
        seed=study.seed,
        details={"secrets": found, **sample_facts(shown["n"], shown["of"])},
    )


def secrets(study: Study) -> list[EncodedColumn]:
    """Sensitive columns, then the target; the last measured column by name where neither is known."""
    sensitive = [c for c in study.measured if c.spec.role is ColumnRole.SENSITIVE]
    targets = [c for c in study.measured if c is study.target or c.spec.role is ColumnRole.TARGET]
    chosen = sensitive + [c for c in targets if c not in sensitive]
    return chosen[:MOST_SECRETS] or [study.measured[-1]]


def _attack(study: Study, secret: EncodedColumn, confidence: float) -> dict[str, Any]:
    real = tuple(_with_answer(table, secret) for table in (study.training, study.need_holdout()))
    targets = _targets(study, secret, real)
    guesses = [_guesses(study, secret, table) for table in targets]
    strata = [parts_of(secret, study, table) for table in targets]
    control = standardised([each.found for each in guesses], strata)[1]
    beyond = _beyond(study, secret, targets, guesses)
    value, lower, upper = residual_beyond(beyond, [table.whose for table in targets], control, confidence)
    share, blind = control[0] / control[1], _by_chance(*_answered(study, secret, targets[0]))
    words = {"column": secret.spec.name, "label": secret.label, "n": min(map(len, targets)), "of": min(map(len, real))}
    shares = {"attack": share + value * (1 - share), "control": share, "baseline": blind}
    return words | shares | {"value": value, "lower": lower, "upper": upper}


def _targets(study: Study, secret: EncodedColumn, real: tuple[EncodedTable, ...]) -> list[EncodedTable]:
    rng = study.rng(f"{NAME} {secret.spec.name}")
    most = min(ATTACKS, affordable(min(map(len, real)), len(study.synthetic)))
    targets = [stratified(table, parts_of(secret, study, table), most, rng) for table in real]
    if min(map(len, targets)) < LEAST_ATTACKS:
        raise NotAssessable(f"Only {min(map(len, targets))} records can be attacked.")
    return targets


def _guesses(study: Study, secret: EncodedColumn, targets: EncodedTable) -> Guesses:
    """The expected success of the attack on each target, and what was guessed."""
    space = gower_space(_known(study, secret), study.training, study.need_holdout())
    points, guessed = space.points(targets), _parts(study, secret, study.synthetic)
    truths, answered, slack = _answered(study, secret, targets)
    found, by_part = votes_by_part(
        points, space.points(study.synthetic), (truths, answered, slack), guessed, MOST_PARTS + 1
    )
    return Guesses(found, _parts(study, secret, targets), by_part[:, :MOST_PARTS])


def _beyond(
    study: Study, secret: EncodedColumn, targets: list[EncodedTable], guesses: list[Guesses]
) -> tuple[Floats, Floats]:
    """What the success on each target has beyond what was to be expected: of training, then of holdout records."""
    columns, part = _known(study, secret), np.concatenate([each.part for each in guesses])
    # Ranks, the missing before all: trees split alike by any order, and no number is too large for them.
    known = np.concatenate([np.column_stack([table.codes(column) for column in columns]) for table in targets])
    together = Guesses(
        np.concatenate([each.found for each in guesses]), part, np.concatenate([each.guessed for each in guesses])
    )
    truths = np.concatenate([answers(table, secret) for table in targets])
    beyond = beyond_expected(known, together, _approval(truths, part, _slack(secret)), study.seed)
    training, holdout = np.split(beyond, [len(targets[0])])
    return training, holdout


def _known(study: Study, secret: EncodedColumn) -> tuple[EncodedColumn, ...]:
    return tuple(column for column in study.measured if column is not secret)


def _answered(study: Study, secret: EncodedColumn, targets: EncodedTable) -> tuple[Floats, Floats, float]:
    return answers(targets, secret), answers(study.synthetic, secret), _slack(secret)


def _parts(study: Study, secret: EncodedColumn, table: EncodedTable) -> npt.NDArray[np.int64]:
    """Tenths of a number, or the most common categories and all others as one; an answer that is missing comes last."""
    part = parts_of(secret, study, table)
    return np.where(part < 0, MOST_PARTS, np.minimum(part, MOST_PARTS - 1))


def _approval(truths: Floats, part: npt.NDArray[np.int64], slack: float) -> Floats:
    """Parts x parts: how often a guess from one part (column) counts for a truth of another (row)."""
    of_part = [truths[part == each] for each in range(MOST_PARTS)]
    found = np.zeros((MOST_PARTS, MOST_PARTS))
    for row, of_row in enumerate(of_part):
        for column, of_column in enumerate(of_part):
            if len(of_row) and len(of_column):
                found[row, column] = _by_chance(of_row, of_column, slack)
    return found


def _slack(secret: EncodedColumn) -> float:
    return TOLERANCE if secret.is_continuous else 0.0


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
