"""Real values of near-unique columns that come back, whatever was done to the column: kept, modelled or invented anew.

A fresh sample of real records shares few values of such a column with training, and so must the synthetic table. The
holdout shows how many. Exchanging training and holdout, as in the replay of unique values, would see nothing where the
source numbered its records one after the other: a run from 100000 to 100699 holds both sides alike. Of identifiers that
have the form of codes a share comes back by chance, which follows from the room of that form.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NamedRecord
from generation.engine.evaluation.study.encoding import EncodedColumn, EncodedTable
from generation.engine.evaluation.study.intervals import CONFIDENCE, difference_of_shares, wilson
from generation.engine.evaluation.study.sampling import worst_of
from generation.engine.evaluation.study.study import Study
from generation.engine.pii.codes import form_of_codes
from generation.engine.schema import ColumnRole, Sdtype

IDENTIFYING, OTHER = "returned_identifying", "returned_values"
NEAR_UNIQUE = 0.9
LEAST_VALUES = 20
# Whole numbers of so many records, each of them alone, are identifiers whatever the column is called.
LEAST_NUMBERS = 50
MOST_NAMED = 100

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Returned:
    """Shares of cells (0..1): `synthetic` and `holdout` that hold a training value, `chance` what the form explains.

    `value` is what is beyond the larger of the two latter, with its interval; `n` counts the synthetic cells.
    """

    column: str
    label: str
    n: int
    synthetic: float
    holdout: float
    chance: float
    value: float
    lower: float
    upper: float


def returned_values(study: Study) -> Findings:
    """The worst near-unique column that identifies, and the worst other one; every one of them in the details."""
    study.need_holdout()
    study.need_columns(study.columns)
    near = [column for column in study.columns if _is_near_unique(column, study)]
    sides = {
        IDENTIFYING: [column for column in near if _identifies(column, study)],
        OTHER: [column for column in near if not _identifies(column, study)],
    }
    return Findings(tuple(_metric(study, name, columns) for name, columns in sides.items()))


def _is_near_unique(column: EncodedColumn, study: Study) -> bool:
    present = _present(column, study.training)
    sizes = [len(_present(column, table)) for table in (study.need_holdout(), study.synthetic)]
    return min(len(present), *sizes) >= LEAST_VALUES and len(np.unique(present)) >= NEAR_UNIQUE * len(present)


def _identifies(column: EncodedColumn, study: Study) -> bool:
    """By role, by kind, or because it holds whole numbers of which no two are alike."""
    if column.spec.role is ColumnRole.DIRECT or column.spec.sdtype in (Sdtype.ID, Sdtype.TEXT):
        return True
    if column.spec.sdtype is not Sdtype.NUMERICAL:
        return False
    numbers = study.training.values(column)
    numbers = numbers[np.isfinite(numbers)]
    is_whole = bool(np.all(numbers == np.floor(numbers)) and numbers.min() >= 0)
    return is_whole and len(numbers) >= LEAST_NUMBERS and len(np.unique(numbers)) == len(numbers)


def _present(column: EncodedColumn, table: EncodedTable) -> npt.NDArray[np.int32]:
    codes = table.codes(column)
    return codes[codes >= 0]


def _real(column: EncodedColumn, table: EncodedTable) -> Flags:
    """Per code whether a record of the table has it."""
    held = np.zeros(len(column.categories), dtype=bool)
    held[_present(column, table)] = True
    return held


def returned(column: EncodedColumn, study: Study, confidence: float = CONFIDENCE) -> Returned:
    """How many cells of the synthetic table hold a real value of this column, beyond what a fresh sample would."""
    real = _real(column, study.training)
    found, known = (real[_present(column, table)] for table in (study.synthetic, study.need_holdout()))
    mine, theirs = (int(found.sum()), len(found)), (int(known.sum()), len(known))
    chance = _chance(column, study, real)
    value, lower, upper = _beyond(mine, theirs, chance, confidence)
    shares = float(found.mean()), float(known.mean())
    return Returned(column.spec.name, column.label, len(found), *shares, chance, value, lower, upper)


def _beyond(
    mine: tuple[int, int], theirs: tuple[int, int], chance: float, confidence: float
) -> tuple[float, float, float]:
    """Value and interval of the share beyond the holdout's, or beyond chance where chance explains the holdout's."""
    share, known = mine[0] / mine[1], theirs[0] / theirs[1]
    if chance and wilson(*theirs, confidence)[0] <= chance:
        lower, upper = wilson(*mine, confidence)
        return share - chance, lower - chance, upper - chance
    return share - known, *difference_of_shares(mine, theirs, confidence)


def _chance(column: EncodedColumn, study: Study, real: Flags) -> float:
    """The share of real values among all that have the form of the synthetic ones; 0 where they have no such form."""
    if column.spec.sdtype is not Sdtype.ID:
        return 0.0
    made = column.categories[_real(column, study.synthetic)]
    form = form_of_codes([str(value) for value in made])
    if form is None or not form.is_code:
        return 0.0
    fitting = sum(form.fits(str(value)) for value in column.categories[real])
    return min(1.0, fitting / form.size)


def _metric(study: Study, name: str, columns: list[EncodedColumn]) -> Metric:
    if not columns:
        sentence = f"In no such column has nearly each of {LEAST_VALUES} or more records on every side its own value."
        return Metric(Group.PRIVACY, name, sentence, Direction.LOWER, 0.0, 0.0, 0.0, baseline=0.0, seed=study.seed)
    # One interval per column: the more columns, the wider each, so that the worst of them is not chance alone.
    found = [returned(column, study, 1 - (1 - CONFIDENCE) / len(columns)) for column in columns]
    worst = max(found, key=lambda one: one.lower)
    baseline = max(worst.holdout, worst.chance)
    sentence = (
        f"{worst_of(len(found), worst.label)}, {worst.synthetic:.2%} of the synthetic values are "
        f"values of training records; a fresh real sample or chance gives {baseline:.2%}."
    )
    return Metric(
        Group.PRIVACY,
        name,
        sentence,
        Direction.LOWER,
        worst.value,
        worst.lower,
        worst.upper,
        n=worst.n,
        baseline=baseline,
        seed=study.seed,
        details={"columns": [asdict(one) for one in found]},
        named=_named(study, columns[found.index(worst)]) if worst.lower > 0 else (),
    )


def _named(study: Study, column: EncodedColumn) -> tuple[NamedRecord, ...]:
    codes = study.synthetic.codes(column)
    rows = np.flatnonzero((codes >= 0) & _real(column, study.training)[codes])
    reason = f"the {column.label} of a training record"
    return tuple(NamedRecord(int(study.synthetic.original[row]), reason, 20.0) for row in rows[:MOST_NAMED])
