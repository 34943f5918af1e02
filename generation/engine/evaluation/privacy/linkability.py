"""Check F, second attack: linkability (Article 29 Working Party, Opinion 05/2014).

The attacker holds two halves of a person's attributes in two files and links them when both are nearest to the same
synthetic record. Success on training records is set against success on holdout records (Giomi et al. 2023). Where
several synthetic records are equally near, the attacker picks one at random; the expected success is counted, so that
the order of rows changes nothing.
"""

from __future__ import annotations

import numpy as np

from generation.engine.evaluation.encoding import EncodedTable
from generation.engine.evaluation.intervals import residual_risk
from generation.engine.evaluation.metric import Direction, Group, Metric, NotAssessable
from generation.engine.evaluation.privacy.gower import GowerSpace, gower_space
from generation.engine.evaluation.privacy.ties import link_chance
from generation.engine.evaluation.study import EXACT_ROWS, Check, Findings, Study, at_most

NAME = "linkability_risk"
ATTACKS = 2_000
LEAST_ATTACKS = 100


def linkability(study: Study) -> Findings:
    """Residual risk of linking two random halves of the measured columns."""
    study.need_holdout()
    study.need_columns(study.measured, 2)
    rng = study.rng(NAME)
    columns = [study.measured[place] for place in rng.permutation(len(study.measured))]
    half = len(columns) // 2
    real = (study.training, study.need_holdout())
    spaces = gower_space(columns[:half], *real), gower_space(columns[half:], *real)
    synthetic = at_most(study.synthetic, EXACT_ROWS, rng)
    size = min(ATTACKS, len(study.training), len(study.mirror))
    if size < LEAST_ATTACKS:
        raise NotAssessable(f"Only {size} records can be attacked.")
    hits = [_success(spaces, at_most(table, size, rng), synthetic) for table in real]
    baseline = 1 / len(synthetic)
    value, lower, upper = residual_risk((hits[0], size), (hits[1], size))
    sentence = (
        f"Halves of {hits[0] / size:.2%} of {size:,} training records can be linked, {hits[1] / size:.2%} of holdout "
        f"({baseline:.2%} at random): a residual risk of {value:.3f}, at most {upper:.3f}."
    )
    details = {"attack": hits[0] / size, "control": hits[1] / size}
    metric = Metric(
        Group.PRIVACY,
        NAME,
        sentence,
        Direction.LOWER,
        value,
        lower,
        upper,
        n=size,
        baseline=baseline,
        seed=study.seed,
        details=details,
    )
    return Findings((metric,))


def _success(spaces: tuple[GowerSpace, GowerSpace], targets: EncodedTable, synthetic: EncodedTable) -> float:
    first, second = ((space.points(targets), space.points(synthetic)) for space in spaces)
    return float(np.sum(link_chance(first, second)))


CHECK = Check(
    NAME,
    Group.PRIVACY,
    {NAME: "can two halves of a person's attributes be linked through the synthetic table?"},
    linkability,
)
