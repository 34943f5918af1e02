"""Real values of near-unique columns that come back, whatever was done to the column: kept, modelled or invented anew.

A fresh sample of real records shares few values of such a column with training, and so must the synthetic table. The
holdout shows how many. Exchanging training and holdout, as in the replay of unique values, would see nothing where the
source numbered its records one after the other: a run from 100000 to 100699 holds both sides alike. Of identifiers that
have the form of codes a share comes back by chance, which follows from the room of that form.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NamedRecord
from generation.engine.evaluation.privacy.combinations import least_measure
from generation.engine.evaluation.study.encoding import EncodedColumn, EncodedTable
from generation.engine.evaluation.study.intervals import CONFIDENCE, Share, excess_of, wilson
from generation.engine.evaluation.study.sampling import worst_of
from generation.engine.evaluation.study.study import Study
from generation.engine.evaluation.study.worst import worst
from generation.engine.pii.codes import form_of_codes
from generation.engine.schema import ColumnRole, Sdtype

IDENTIFYING, OTHER = "returned_identifying", "returned_values"
NEAR_UNIQUE = 0.9
# Of a column that does not identify, so many cells on every side are asked.
LEAST_VALUES = 20
# Whole numbers of so many records, nearly each of them alone, are identifiers whatever the column is called.
LEAST_NUMBERS = 50
# What is known for certain is a share of so many trials.
CERTAIN = 10**9
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
    near = [column for column in study.columns if _is_near_unique(_present(column, study.training))]
    sides = {
        IDENTIFYING: [column for column in near if _identifies(column, study) and _is_there(column, study.synthetic)],
        OTHER: [column for column in near if not _identifies(column, study) and _is_well_filled(column, study)],
    }
    return Findings(tuple(_metric(study, name, columns) for name, columns in sides.items()))


def _is_near_unique(values: npt.NDArray[Any]) -> bool:
    """Whether there are values, and nearly as many different ones. A few doubles make a number no less one's own."""
    return len(values) > 0 and len(np.unique(values)) >= NEAR_UNIQUE * len(values)


def _is_there(column: EncodedColumn, table: EncodedTable) -> bool:
    return len(_present(column, table)) > 0


def _is_well_filled(column: EncodedColumn, study: Study) -> bool:
    tables = (study.training, study.need_holdout(), study.synthetic)
    return min(len(_present(column, table)) for table in tables) >= LEAST_VALUES


def _identifies(column: EncodedColumn, study: Study) -> bool:
    """By role, by kind, or because it holds whole numbers of which hardly two are alike."""
    if column.spec.role is ColumnRole.DIRECT or column.spec.sdtype in (Sdtype.ID, Sdtype.TEXT):
        return True
    if column.spec.sdtype is not Sdtype.NUMERICAL:
        return False
    numbers = study.training.values(column)
    numbers = numbers[np.isfinite(numbers)]
    is_whole = bool(np.all(numbers == np.floor(numbers)) and numbers.min() >= 0)
    return is_whole and len(numbers) >= LEAST_NUMBERS and _is_near_unique(numbers)


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
    usual, least = _usual(theirs, chance, confidence), least_measure(len(study.training))
    value, lower, upper, _ = excess_of(mine, usual, least, confidence)
    shares = mine[0] / mine[1], theirs[0] / max(1, theirs[1])
    return Returned(column.spec.name, column.label, len(found), *shares, chance, value, lower, upper)


def _usual(theirs: Share, chance: float, confidence: float) -> Share:
    """What a fresh sample shares: the holdout's share, or that of chance where chance explains the holdout's."""
    if chance and wilson(*theirs, confidence)[0] <= chance:
        return round(chance * CERTAIN), CERTAIN
    return theirs


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
        sentence = "In no such column has nearly each record its own value."
        return Metric(Group.PRIVACY, name, sentence, Direction.LOWER, 0.0, 0.0, 0.0, baseline=0.0, seed=study.seed)
    # One interval per column: the more columns, the wider each, so that the worst of them is not chance alone.
    found = [returned(column, study, 1 - (1 - CONFIDENCE) / len(columns)) for column in columns]
    decides = worst(found, lambda one: (one.value, one.lower, one.upper), study.policy.limits.get(name))
    shown = decides.one
    baseline = max(shown.holdout, shown.chance)
    sentence = (
        f"{worst_of(len(found), shown.label)}, {shown.synthetic:.2%} of {shown.n:,} synthetic values are "
        f"values of training records; a fresh real sample or chance gives {baseline:.2%}."
    )
    return Metric(
        Group.PRIVACY,
        name,
        sentence,
        Direction.LOWER,
        *decides.interval,
        n=shown.n,
        baseline=baseline,
        seed=study.seed,
        details={"columns": [asdict(one) for one in found]},
        named=_named(study, columns[found.index(shown)]) if shown.lower > 0 else (),
    )


def _named(study: Study, column: EncodedColumn) -> tuple[NamedRecord, ...]:
    codes = study.synthetic.codes(column)
    rows = np.flatnonzero((codes >= 0) & _real(column, study.training)[codes])
    reason = f"the {column.label} of a training record"
    return tuple(NamedRecord(int(study.synthetic.original[row]), reason, 20.0) for row in rows[:MOST_NAMED])
