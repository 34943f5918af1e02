"""Check F, second attack: linkability (Article 29 Working Party, Opinion 05/2014).

The attacker holds two halves of a person's attributes in two files and links them when both are nearest to the same
synthetic record. Success on training records is set against success on holdout records (Giomi et al. 2023). Where
several synthetic records are equally near, the attacker picks one at random; the expected success is counted, so that
the order of rows changes nothing. The 2,000 attacked records are stratified by how many rare values they hold; all
synthetic records are searched.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NotAssessable
from generation.engine.evaluation.privacy.nearest.gower import GowerSpace, gower_space
from generation.engine.evaluation.privacy.nearest.ties import link_chance
from generation.engine.evaluation.study.encoding import EncodedColumn, EncodedTable
from generation.engine.evaluation.study.intervals import Share, residual_risk, worth
from generation.engine.evaluation.study.sampling import at_most, by_rarity, sample_facts, sample_words
from generation.engine.evaluation.study.study import Study

NAME = "linkability_risk"
ATTACKS = 2_000
LEAST_ATTACKS = 100

Floats = npt.NDArray[np.float64]


def linkability(study: Study) -> Findings:
    """Residual risk of linking two random halves of the measured columns."""
    study.need_holdout()
    study.need_columns(study.measured, 2)
    rng = study.rng(NAME)
    real = (study.training, study.need_holdout())
    first, second = halves(study, rng)
    spaces = gower_space(first, *real), gower_space(second, *real)
    size = min(ATTACKS, *map(len, real))
    if size < LEAST_ATTACKS:
        raise NotAssessable(f"Only {size} records can be attacked.")
    targets = [at_most(study, table, size, rng, by_rarity) for table in real]
    found = [_success(spaces, table, study.synthetic) for table in targets]
    return Findings(
        (_metric(study, [worth(hits, table.whose) for hits, table in zip(found, targets, strict=True)], size),)
    )


def halves(study: Study, rng: np.random.Generator) -> tuple[list[EncodedColumn], list[EncodedColumn]]:
    """The measured columns in two files at random."""
    columns = [study.measured[place] for place in rng.permutation(len(study.measured))]
    return columns[: len(columns) // 2], columns[len(columns) // 2 :]


def _metric(study: Study, hits: Sequence[Share], size: int) -> Metric:
    baseline = 1 / len(study.synthetic)
    value, lower, upper = residual_risk(hits[0], hits[1])
    shares = [found / tried for found, tried in hits]
    sentence = (
        f"Halves of {shares[0]:.2%} of {size:,} training records can be linked, {shares[1]:.2%} of holdout "
        f"({baseline:.2%} at random): a residual risk of {value:.3f}, at most {upper:.3f}."
    )
    details = {"attack": shares[0], "control": shares[1]}
    total = len(study.training)
    return Metric(
        Group.PRIVACY,
        NAME,
        sentence + sample_words(size, total, "training records"),
        Direction.LOWER,
        value,
        lower,
        upper,
        n=size,
        baseline=baseline,
        seed=study.seed,
        details=details | sample_facts(size, total),
    )


def _success(spaces: tuple[GowerSpace, GowerSpace], targets: EncodedTable, synthetic: EncodedTable) -> Floats:
    first, second = ((space.points(targets), space.points(synthetic)) for space in spaces)
    return link_chance(first, second)
