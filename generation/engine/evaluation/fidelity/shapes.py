"""Column shapes: how closely each column's distribution is followed.

Continuous columns: 1 - the two-sample Kolmogorov-Smirnov distance; other columns: 1 - the total variation distance.
Both as SDMetrics' KSComplement and TVComplement, missing values left out, equal to them on the same input. The ceiling
is the same score of the holdout, a fresh real sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric
from generation.engine.evaluation.study.encoding import EncodedColumn, EncodedTable
from generation.engine.evaluation.study.intervals import percentile_interval
from generation.engine.evaluation.study.study import Study

NAME = "column_shapes"
BOOTSTRAPS = 100

Floats = npt.NDArray[np.float64]


def column_shapes(study: Study) -> Findings:
    """The mean score over the measured columns, each column's own beside its ceiling in the details."""
    study.need_rows()
    study.need_columns(study.measured)
    scores = [shape(column, study.training, study.synthetic) for column in study.measured]
    ceilings = _ceilings(study)
    lower, upper = percentile_interval(_bootstrap(study))
    value = float(np.mean(scores))
    ceiling = float(np.mean(ceilings)) if ceilings else None
    beside = f"; a fresh real sample reaches {ceiling:.3f}" if ceiling is not None else ""
    metric = Metric(
        Group.FIDELITY,
        NAME,
        f"Columns follow the training table's distributions by {value:.3f} on average (1 is identical){beside}.",
        Direction.HIGHER,
        value,
        lower,
        upper,
        n=len(study.synthetic),
        ceiling=ceiling,
        seed=study.seed,
        details={"columns": _per_column(study, scores, ceilings)},
    )
    return Findings((metric,))


def shape(column: EncodedColumn, real: EncodedTable, synthetic: EncodedTable) -> float:
    """The score of one column in [0, 1]; 0 when the synthetic column is all missing."""
    found, wanted = cumulative(column, synthetic), cumulative(column, real)
    if found is None or wanted is None:
        return 0.0
    if column.is_continuous:
        return float(1 - np.abs(found - wanted).max())
    # Where the two have no value in common, rounding makes their distance a little more than 1.
    return max(0.0, float(1 - np.abs(np.diff(found, prepend=0) - np.diff(wanted, prepend=0)).sum() / 2))


def cumulative(column: EncodedColumn, table: EncodedTable) -> Floats | None:
    """The distribution function over the column's distinct values, missing left out; None when all are missing."""
    codes = table.codes(column)
    counts = np.bincount(codes[codes >= 0], minlength=len(column.categories))
    total = counts.sum()
    return np.asarray(np.cumsum(counts) / total, dtype=np.float64) if total else None


def _ceilings(study: Study) -> list[float]:
    if study.holdout is None:
        return []
    return [shape(column, study.training, study.holdout) for column in study.measured]


def _bootstrap(study: Study) -> Floats:
    """Mean scores under resampled synthetic records, drawn as multinomial counts per column.

    Columns are resampled independently of one another, which is what a mean over columns needs to first order.
    """
    rng = study.rng(NAME)
    draws = np.array([_column_draws(column, study, rng) for column in study.measured])
    return np.asarray(draws.mean(axis=0), dtype=np.float64)


def _column_draws(column: EncodedColumn, study: Study, rng: np.random.Generator) -> Floats:
    """Resampling adds noise to a distance that is already noisy: the draws are centred on the score itself."""
    wanted, found = cumulative(column, study.training), cumulative(column, study.synthetic)
    if wanted is None or found is None:
        return np.zeros(BOOTSTRAPS)
    total = int((study.synthetic.codes(column) >= 0).sum())
    edges: npt.NDArray[np.intp] = np.unique(
        np.searchsorted(wanted, np.linspace(0, 1, 201), side="left").clip(0, len(wanted) - 1)
    )
    if not column.is_continuous:
        edges = np.arange(len(wanted))
    shares = np.diff(found[edges], prepend=0)
    drawn = rng.multinomial(total, _normalised(shares, found[edges][-1]), BOOTSTRAPS)[:, : len(edges)] / total
    goal = wanted[edges] if column.is_continuous else np.diff(wanted, prepend=0)
    scores = _distances(drawn, goal, is_continuous=column.is_continuous)
    score = shape(column, study.training, study.synthetic)
    centred: Floats = 1 - scores + (score - np.mean(1 - scores))
    return centred


def _normalised(shares: Floats, total: float) -> Floats:
    """The shares, and the rest as one more cell."""
    whole = np.append(np.clip(shares, 0, None), max(0.0, 1 - total))
    return np.asarray(whole / whole.sum(), dtype=np.float64)


def _distances(drawn: Floats, goal: Floats, *, is_continuous: bool) -> Floats:
    if is_continuous:
        distances: Floats = np.abs(np.cumsum(drawn, axis=1) - goal).max(axis=1)
    else:
        distances = np.abs(drawn - goal).sum(axis=1) / 2
    return distances


def _per_column(study: Study, scores: Sequence[float], ceilings: Sequence[float]) -> list[dict[str, Any]]:
    nullable: list[float | None] = [*ceilings] or [None] * len(scores)
    return [
        {"column": column.spec.name, "label": column.label, "score": score, "ceiling": ceiling}
        for column, score, ceiling in zip(study.measured, scores, nullable, strict=True)
    ]
