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

from generation.engine.evaluation.encoding import encode, measurable
from generation.engine.evaluation.leak_words import NOTHING, SWAPPED
from generation.engine.evaluation.metric import Metric, Status
from generation.engine.evaluation.policy import EvaluationPolicy
from generation.engine.evaluation.privacy.gower import gower_space, nearest
from generation.engine.evaluation.privacy.isolation import NEIGHBOURS
from generation.engine.evaluation.study import Study, make_study
from generation.engine.evaluation.suite import privacy_checks, run_check
from generation.engine.progress import Progress
from generation.engine.schema import Schema, Sdtype

DOSES = (0.001, 0.003, 0.01, 0.03, 0.1)
SWAPS = (0.7, 0.5, 0.3)
# Of the standard deviation.
NUDGE = 0.01

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
    return {metric.name: metric for check in privacy_checks() for metric in run_check(check, study).metrics}


def _is_alarm(metric: Metric) -> bool:
    return metric.status in (Status.REVIEW, Status.BLOCK)


def _count(synthetic: pd.DataFrame, dose: float) -> int:
    return max(1, round(dose * len(synthetic)))


def _written_over(synthetic: pd.DataFrame, rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The synthetic table with as many of its records replaced."""
    kept = np.sort(rng.choice(len(synthetic), len(synthetic) - len(rows), replace=False))
    return pd.concat([synthetic.iloc[kept], rows[list(synthetic.columns)]], ignore_index=True)


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
    """Outliers with every number moved by a hundredth of its standard deviation (at least 1 for whole numbers)."""
    rows = source.iloc[: _count(synthetic, dose)].copy()
    for spec in schema:
        if spec.sdtype is Sdtype.NUMERICAL and rows[spec.name].notna().any():
            values = pd.to_numeric(rows[spec.name])
            step = NUDGE * float(pd.to_numeric(source[spec.name]).std())
            whole = (values.dropna() % 1 == 0).all()
            rows[spec.name] = values + (max(1, round(step)) if whole else step)
    return _written_over(synthetic, rows, rng)


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


LEAKS: dict[str, Leak] = {
    "random copies": random_copies,
    "copies of outliers": outlier_copies,
    "near copies of outliers": near_copies_of_outliers,
    SWAPPED: cells_swapped,
    "unique values": unique_values,
}
