"""Check C, second part: near copies. Every category equal, every number within a tolerance.

Rows of the synthetic table near a training record that the holdout has no record near to are set against the mirror.
Beyond 100,000 synthetic records a sample of them is looked at, stratified by how many rare values they hold; all real
records are searched.
"""

from __future__ import annotations

from collections.abc import Sequence

import numba
import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.encoding import EncodedTable
from generation.engine.evaluation.intervals import difference_of_shares
from generation.engine.evaluation.metric import Direction, Group, Metric, NamedRecord, NotAssessable
from generation.engine.evaluation.privacy.gower import gower_space
from generation.engine.evaluation.privacy.keys import record_keys
from generation.engine.evaluation.sampling import at_most, by_rarity, equalised, sample_facts, sample_words
from generation.engine.evaluation.study import EXACT_ROWS, Check, Findings, Study

NAME = "near_matches"
# Of each number's range: one year of age or one hour of work lies within.
TOLERANCE = 0.02
MOST_NAMED = 300

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]


def near_matches(study: Study) -> Findings:
    """The share of synthetic rows near training alone, less the share near holdout alone (tables of one size)."""
    study.need_holdout()
    study.need_columns(study.measured, 2)
    if not any(column.is_continuous for column in study.measured):
        raise NotAssessable("There is no number or date: exact matches say all.")
    rng = study.rng(NAME)
    training, holdout = equalised(study, (study.training, study.mirror), rng, by_rarity)
    synthetic = at_most(study, study.synthetic, EXACT_ROWS, rng, by_rarity)
    met = [_near(study, synthetic, table) for table in (training, holdout)]
    flags = (met[0] >= 0) & (met[1] < 0), (met[1] >= 0) & (met[0] < 0)
    effect = design_effect([which[each] for which, each in zip(met, flags, strict=True)])
    return Findings((_metric(study, synthetic, flags, effect),))


def design_effect(met: Sequence[Places]) -> float:
    """How many times more the number of rows near something varies than if each were near a real record of its own.

    `met` holds per side the real record of each row. Rows near one record come and go together: their number varies as
    the sum of the squares of the groups (Kish 1965, clusters).
    """
    groups = np.concatenate([np.unique(side, return_counts=True)[1] for side in met])
    return float((groups**2).sum() / groups.sum()) if len(groups) else 1.0


def _metric(study: Study, synthetic: EncodedTable, flags: tuple[Flags, Flags], effect: float) -> Metric:
    training, holdout = flags
    total, counts = len(synthetic), [int(training.sum()), int(holdout.sum())]
    independent = total / effect
    lower, upper = difference_of_shares((counts[0] / effect, independent), (counts[1] / effect, independent))
    sentence = (
        f"{counts[0] / total:.2%} of the synthetic records lie within a small tolerance of a training record alone, "
        f"{counts[1] / total:.2%} of a holdout record alone."
    )
    named = tuple(
        NamedRecord(int(synthetic.original[row]), "all categories and nearly all numbers of one training record", 50.0)
        for row in np.flatnonzero(training & (lower > 0))[:MOST_NAMED]
    )
    return Metric(
        Group.PRIVACY,
        NAME,
        sentence + sample_words(total, len(study.synthetic), "synthetic records"),
        Direction.LOWER,
        (counts[0] - counts[1]) / total,
        lower,
        upper,
        n=total,
        baseline=counts[1] / total,
        seed=study.seed,
        details={"tolerance": TOLERANCE, "design_effect": effect, **sample_facts(total, len(study.synthetic))},
        named=named,
    )


def _near(study: Study, queries: EncodedTable, references: EncodedTable) -> Places:
    """Per query row a reference row with its categories and all its numbers within `TOLERANCE` of the spread, or -1."""
    categorical = [column for column in study.measured if not column.is_continuous]
    tables = (queries, references)
    if categorical:
        keys = record_keys(tables, categorical)[0]
    else:
        keys = [np.zeros(len(table), dtype=np.int64) for table in tables]
    points = [_scaled(study, table) for table in tables]
    order = np.lexsort((points[1][0], keys[1]))
    found: Places = _first_within(
        keys[0], points[0], keys[1][order], np.ascontiguousarray(points[1][:, order]), TOLERANCE
    )
    return found


def _scaled(study: Study, table: EncodedTable) -> Floats:
    """Continuous columns in units of the training range, the most varied first; missing far from everything."""
    space = gower_space(tuple(c for c in study.measured if c.is_continuous), study.training)
    numbers = space.points(table).numbers
    distinct = [len(np.unique(study.training.codes(column))) for column in space.columns]
    return np.ascontiguousarray(numbers[np.argsort(-np.array(distinct), kind="stable")])


@numba.njit(parallel=True, cache=True)
def _first_within(keys, points, sorted_keys, references, tolerance):  # type: ignore[no-untyped-def]
    found = np.full(len(keys), -1, np.int64)
    for i in numba.prange(len(keys)):
        start = np.searchsorted(sorted_keys, keys[i])
        stop = np.searchsorted(sorted_keys, keys[i] + 1)
        first = start + np.searchsorted(references[0, start:stop], points[0, i] - tolerance)
        for j in range(first, stop):
            if references[0, j] > points[0, i] + tolerance:
                break
            if np.all(np.abs(references[:, j] - points[:, i]) <= tolerance):
                found[i] = j
                break
    return found


CHECK = Check(
    NAME,
    Group.PRIVACY,
    {NAME: "do synthetic records come nearer to training records than chance explains?"},
    near_matches,
)
