"""The planted-leak run: what each check catches, and from which dose on.

Leaks are written into a copy of a synthetic table; the result is measured and thrown away, never released.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from generation.engine.evaluation.calibration.words import NOTHING, SWAPPED
from generation.engine.evaluation.checks import of_group
from generation.engine.evaluation.metric import Group, Metric, Status
from generation.engine.evaluation.policy import EvaluationPolicy
from generation.engine.evaluation.privacy.isolation import NEIGHBOURS
from generation.engine.evaluation.privacy.nearest.gower import gower_space, nearest
from generation.engine.evaluation.study.encoding import CONTINUOUS, as_numbers, encode, measurable
from generation.engine.evaluation.study.study import Study, make_study
from generation.engine.evaluation.suite import run_check
from generation.engine.progress import Progress
from generation.engine.schema import ColumnRole, Schema, Sdtype

DOSES = (0.001, 0.003, 0.01, 0.03, 0.1)
SWAPS = (0.7, 0.5, 0.3)
# Of the standard deviation.
NUDGE = 0.01
# Of a number's range, and the share of categories drawn anew.
FUZZ = (0.025, 0.05)
REDRAWN = 0.4
SECONDS_A_DAY = 86_400

Rows = npt.NDArray[np.intp]
Leak = Callable[[pd.DataFrame, pd.DataFrame, Schema, float, np.random.Generator], pd.DataFrame]


@dataclass(frozen=True)
class Planted:
    """One leak at one dose, the metrics that alarmed because of it, those that blocked, and all that had a verdict.

    The leak `NOTHING` is the table as it came: a metric that alarms there cannot be said to catch anything.
    """

    leak: str
    dose: float
    caught: tuple[str, ...]
    blocked: tuple[str, ...]
    judged: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        lists = {"caught": list(self.caught), "blocked": list(self.blocked), "judged": list(self.judged)}
        return {"leak": self.leak, "dose": self.dose} | lists


def plant_leaks(  # noqa: PLR0913 - the suite's own inputs
    training: pd.DataFrame,
    holdout: pd.DataFrame,
    synthetic: pd.DataFrame,
    schema: Schema,
    *,
    target: str | None,
    policy: EvaluationPolicy,
    seed: int,
    progress: Progress,
    doses: Sequence[float] = DOSES,
) -> tuple[Planted, ...]:
    """The table as it came, then every leak at every dose, weakest first. A dose is a share of the table's records."""
    runs = [(name, dose) for name in LEAKS for dose in (SWAPS if name == SWAPPED else doses)]
    isolated = training.iloc[most_isolated(training, holdout, schema)]
    clean = _verdicts(make_study((training, holdout, synthetic), schema, target, policy, seed))
    found = [_planted(NOTHING, 0.0, clean, {})]
    for place, (name, dose) in enumerate(runs):
        progress(f"planting {name}", place, len(runs))
        rng = np.random.default_rng([seed, place])
        source = isolated if "outliers" in name else training
        leaking = LEAKS[name](synthetic, source, schema, dose, rng)
        after = _verdicts(make_study((training, holdout, leaking), schema, target, policy, seed))
        found.append(_planted(name, dose, after, clean))
    progress("planted", len(runs), len(runs))
    return tuple(found)


def _planted(leak: str, dose: float, after: Mapping[str, Metric], before: Mapping[str, Metric]) -> Planted:
    alarming = {name for name, metric in before.items() if _is_alarm(metric)}
    caught = [name for name, metric in after.items() if _is_alarm(metric) and name not in alarming]
    blocked = [name for name, metric in after.items() if metric.status is Status.BLOCK]
    judged = [name for name, metric in after.items() if _is_alarm(metric) or metric.status is Status.PASS]
    return Planted(leak, dose, tuple(caught), tuple(blocked), tuple(judged))


def smallest_doses(planted: Sequence[Planted]) -> dict[str, dict[str, float]]:
    """Per leak and metric the smallest dose caught (for swapped cells: the largest share of cells swapped)."""
    best: dict[str, dict[str, float]] = {}
    for one in planted:
        for name in one.caught if one.leak != NOTHING else ():
            best.setdefault(one.leak, {}).setdefault(name, one.dose)
    return best


def most_isolated(training: pd.DataFrame, holdout: pd.DataFrame, schema: Schema) -> Rows:
    """Positions of training records, the most isolated first (mean distance to 5 neighbours in training)."""
    table, other = encode([training, holdout], schema)
    points = gower_space(measurable(table.columns), table, other).points(table)
    isolation = nearest(points, points, NEIGHBOURS, skip_self=True).mean(axis=1)
    return table.original[np.argsort(-isolation, kind="stable")]


def _verdicts(study: Study) -> dict[str, Metric]:
    return {metric.name: metric for check in of_group(Group.PRIVACY) for metric in run_check(check, study).metrics}


def _is_alarm(metric: Metric) -> bool:
    return metric.status in (Status.REVIEW, Status.BLOCK)


def _count(synthetic: pd.DataFrame, dose: float) -> int:
    return max(1, round(dose * len(synthetic)))


def _written_over(synthetic: pd.DataFrame, rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The synthetic table with as many of its records replaced."""
    kept = np.sort(rng.choice(len(synthetic), len(synthetic) - len(rows), replace=False))
    rows = rows[list(synthetic.columns)].astype(synthetic.dtypes.to_dict(), errors="ignore")
    return pd.concat([synthetic.iloc[kept], rows], ignore_index=True)


def random_copies(
    synthetic: pd.DataFrame, source: pd.DataFrame, schema: Schema, dose: float, rng: np.random.Generator
) -> pd.DataFrame:
    picked = rng.choice(len(source), min(len(source), _count(synthetic, dose)), replace=False)
    return _written_over(synthetic, source.iloc[picked], rng)


def outlier_copies(
    synthetic: pd.DataFrame, source: pd.DataFrame, schema: Schema, dose: float, rng: np.random.Generator
) -> pd.DataFrame:
    """The source comes most isolated first."""
    return _written_over(synthetic, source.iloc[: _count(synthetic, dose)], rng)


def near_copies_of_outliers(
    synthetic: pd.DataFrame, source: pd.DataFrame, schema: Schema, dose: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Outliers with every number and date moved by a hundredth of its standard deviation (at least 1 for whole numbers
    and days)."""
    rows = source.iloc[: _count(synthetic, dose)].copy()
    for spec in schema:
        if spec.sdtype in CONTINUOUS and rows[spec.name].notna().any():
            values, unit = _numbers(source[spec.name], spec.sdtype)
            step = NUDGE * float(values.std())
            step = max(1, round(step)) if unit else step
            rows[spec.name] = _moved(source[spec.name], values.loc[rows.index] + step, spec.sdtype)
    return _written_over(synthetic, rows, rng)


def _numbers(column: pd.Series, sdtype: Sdtype) -> tuple[pd.Series, bool]:
    """The column as numbers (of dates the days since 1970), and whether all of them are whole."""
    numbers = pd.Series(as_numbers(column, sdtype), index=column.index)
    numbers = numbers / SECONDS_A_DAY if sdtype is Sdtype.DATETIME else numbers
    return numbers, bool((numbers.dropna() % 1 == 0).all())


def _moved(column: pd.Series, numbers: pd.Series, sdtype: Sdtype) -> pd.Series:
    """Numbers as they were read from the column, written as the column's own kind."""
    if sdtype is not Sdtype.DATETIME:
        return numbers
    # Of missing floats pandas reads memory that nobody wrote, and may find a number there that is too large.
    known = (numbers.dropna() * SECONDS_A_DAY).round().astype("int64")
    moments = pd.to_datetime(known, unit="s").reindex(numbers.index)
    if not pd.api.types.is_datetime64_any_dtype(column):
        return moments.dt.strftime("%Y-%m-%dT%H:%M:%S")
    return moments.dt.tz_localize(column.dt.tz) if column.dt.tz else moments


def cells_swapped(
    synthetic: pd.DataFrame, source: pd.DataFrame, schema: Schema, dose: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Every training record, with the share `dose` of its cells taken from other records."""
    rows = source.reset_index(drop=True).copy()
    for spec in schema:
        swapped = rng.random(len(rows)) < dose
        rows.loc[swapped, spec.name] = rng.permutation(rows[spec.name].to_numpy())[swapped]
    return rows


def unique_values(
    synthetic: pd.DataFrame, source: pd.DataFrame, schema: Schema, dose: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Values that one training record has, written into that share of the records, in the column that has most."""
    counts = {spec.name: source[spec.name].value_counts() for spec in schema}
    name = max(counts, key=lambda column: int((counts[column] == 1).sum()))
    alone = counts[name].index[counts[name] == 1].to_numpy()
    leaking = synthetic.copy().reset_index(drop=True)
    rows = rng.choice(len(leaking), min(len(alone), _count(synthetic, dose)), replace=False)
    leaking.loc[rows, name] = rng.choice(alone, len(rows), replace=False)
    return leaking


def parts_of_records(
    synthetic: pd.DataFrame, source: pd.DataFrame, schema: Schema, dose: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Half of the columns of a training record, others for each, written over a synthetic record."""
    own, rows = _pairs(synthetic, source, dose, rng)
    width = len(own.columns)
    copied = np.argsort(rng.random((len(own), width)), axis=1) < -(-width // 2)
    for place, name in enumerate(own.columns):
        own[name] = own[name].where(~copied[:, place], rows[name])
    return _written_over(synthetic, own, rng)


def spliced_records(
    synthetic: pd.DataFrame, source: pd.DataFrame, schema: Schema, dose: float, rng: np.random.Generator
) -> pd.DataFrame:
    """One half of the columns from one training record, the rest from another one."""
    _, rows = _pairs(synthetic, source, dose, rng)
    _, others = _pairs(synthetic, source, dose, rng)
    for name in rng.permutation(list(rows.columns))[: len(rows.columns) // 2]:
        rows[name] = others[name]
    return _written_over(synthetic, rows, rng)


def fuzzy_copies(
    synthetic: pd.DataFrame, source: pd.DataFrame, schema: Schema, dose: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Training records with every number and date moved by 2.5 to 5 % of its range, and two categories in five drawn
    anew."""
    _, rows = _pairs(synthetic, source, dose, rng)
    for spec in schema:
        column = source[spec.name]
        if spec.sdtype in CONTINUOUS and column.notna().any():
            values, is_whole = _numbers(column, spec.sdtype)
            step = rng.choice([-1.0, 1.0], len(rows)) * rng.uniform(*FUZZ, len(rows)) * float(np.ptp(values.dropna()))
            copied = _numbers(rows[spec.name].astype(column.dtype), spec.sdtype)[0]
            moved = (copied + step).clip(values.min(), values.max())
            rows[spec.name] = _moved(column, moved.round() if is_whole else moved, spec.sdtype)
        elif spec.sdtype in (Sdtype.CATEGORICAL, Sdtype.BOOLEAN):
            drawn = column.iloc[rng.choice(len(source), len(rows))].to_numpy()
            rows[spec.name] = rows[spec.name].where(rng.random(len(rows)) >= REDRAWN, drawn)
    return _written_over(synthetic, rows, rng)


def identifiers_redrawn(
    synthetic: pd.DataFrame, source: pd.DataFrame, schema: Schema, dose: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Training records whose quasi-identifiers (any columns, where none is declared) are other people's: no more than
    half of all columns, so that what is planted is half a record."""
    _, rows = _pairs(synthetic, source, dose, rng)
    declared = [spec.name for spec in schema if spec.role is ColumnRole.QUASI] or [spec.name for spec in schema]
    for name in rng.permutation(declared)[: len(schema) // 2]:
        rows[name] = source[name].iloc[rng.choice(len(source), len(rows))].to_numpy()
    return _written_over(synthetic, rows, rng)


def _pairs(
    synthetic: pd.DataFrame, source: pd.DataFrame, dose: float, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """As many synthetic and training records as the dose says, at random, side by side in the synthetic columns."""
    count = min(len(source), _count(synthetic, dose))
    picked = [table.iloc[rng.choice(len(table), count, replace=False)] for table in (synthetic, source)]
    own, rows = (table[list(synthetic.columns)].reset_index(drop=True) for table in picked)
    return own.astype(object), rows.astype(object)


LEAKS: dict[str, Leak] = {
    "random copies": random_copies,
    "copies of outliers": outlier_copies,
    "near copies of outliers": near_copies_of_outliers,
    "parts of records": parts_of_records,
    "spliced records": spliced_records,
    "fuzzy copies": fuzzy_copies,
    "identifiers redrawn": identifiers_redrawn,
    SWAPPED: cells_swapped,
    "unique values": unique_values,
}
