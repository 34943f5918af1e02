"""k-anonymity by a plan's own treatments: real records made coarse until k share each combination (Sweeney 2002).

Columns are made coarser one step at a time (a greedy descent as in Datafly, Sweeney 1997): each time the step that lets
the most records into groups of k for what it costs, which is what the column then tells less of the target, and a
little for what it tells less of itself. Steps that later ones made needless are taken back. What is left alone at the
end, at most one record in twenty, is suppressed. The steps are bins, periods, prefixes, folded ends and rare values,
and dropping: what a plan can do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from generation.engine.comparison.technologies.ladders import Rung, ladder, spread, told
from generation.engine.evaluation.study.keys import combine
from generation.engine.progress import Progress, silent
from generation.engine.schema import ColumnRole, Schema, Sdtype

MOST_SUPPRESSED = 0.05
# What a column tells of itself counts so much of what it tells of the target.
OF_ITSELF = 0.001
TENTHS = np.linspace(0, 1, 11)[1:-1]

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Generalised:
    """Records with k alike at least, and how others look when they are treated alike.

    `kept` are the positions of the records that were not suppressed, `smallest` is the k reached, over the
    quasi-identifiers and in persons where they are known; `schema` lacks the columns dropped.
    """

    rungs: Mapping[str, Rung]
    schema: Schema
    kept: npt.NDArray[np.intp]
    smallest: int
    suppressed: float

    def view(self, table: pd.DataFrame) -> pd.DataFrame:
        """The table made as coarse; no record is suppressed in it."""
        made = table[[spec.name for spec in self.schema]].copy()
        for name, rung in self.rungs.items():
            if rung.treatment is not None:
                made[name] = rung.treatment.apply(table[name])
        return made

    def sentences(self, labels: Mapping[str, str]) -> tuple[str, ...]:
        """What was done, column by column."""
        done = [f"{labels[name]}: {rung.words}." for name, rung in self.rungs.items() if rung.words]
        return (*done, f"{self.suppressed:.1%} of the records are suppressed; the smallest group has {self.smallest}.")


def generalise(
    training: pd.DataFrame, schema: Schema, k: int, *, persons: Codes | None = None, progress: Progress = silent
) -> Generalised:
    """The training records (minimised) with every combination of quasi-identifiers shared by k of them, or k persons.

    `persons` numbers the person of each record where the source names one. Without quasi-identifiers nothing is done.
    """
    quasi = [spec for spec in schema if spec.role is ColumnRole.QUASI and spec.sdtype not in (Sdtype.ID, Sdtype.TEXT)]
    ladders = {spec.name: ladder(training[spec.name], spec, k) for spec in quasi}
    target = _target_codes(training, schema)
    losses = {name: [_tells(rung, target) for rung in rungs] for name, rungs in ladders.items()}
    heights = dict.fromkeys(ladders, 0)
    total = sum(len(rungs) - 1 for rungs in ladders.values())
    while (alone := _alone(ladders, heights, k, persons, len(training))).mean() > MOST_SUPPRESSED:
        progress(f"making records coarse for k = {k}", sum(heights.values()), total)
        heights[_next(ladders, heights, losses, k, persons, int(alone.sum()))] += 1
    heights, alone = _taken_back(ladders, heights, losses, k, persons, alone)
    rungs = {name: steps[heights[name]] for name, steps in ladders.items()}
    kept = np.flatnonzero(~alone)
    left = tuple(spec for spec in schema if spec.name not in rungs or rungs[spec.name].treatment is not None)
    sizes = _sizes([rung.codes for rung in rungs.values()], persons, len(training))
    return Generalised(rungs, left, kept, int(sizes[kept].min(initial=len(training))), float(alone.mean()))


def _taken_back(
    ladders: Mapping[str, list[Rung]],
    heights: dict[str, int],
    losses: Mapping[str, list[float]],
    k: int,
    persons: Codes | None,
    alone: npt.NDArray[np.bool_],
) -> tuple[dict[str, int], npt.NDArray[np.bool_]]:
    """Each column as fine as the others allow, what tells most of the target first."""
    for name in sorted(ladders, key=lambda name: losses[name][heights[name]] - losses[name][0]):
        for height in range(heights[name]):
            tried = _alone(ladders, heights | {name: height}, k, persons, len(alone))
            if tried.mean() <= MOST_SUPPRESSED:
                heights, alone = heights | {name: height}, tried
                break
    return heights, alone


def _target_codes(training: pd.DataFrame, schema: Schema) -> Codes | None:
    spec = next((spec for spec in schema if spec.role is ColumnRole.TARGET), None)
    if spec is None:
        return None
    column = training[spec.name]
    if spec.sdtype is Sdtype.NUMERICAL and column.nunique() > len(TENTHS) + 1:
        return np.searchsorted(np.nanquantile(column.to_numpy(dtype=np.float64, na_value=np.nan), TENTHS), column)
    return pd.factorize(column)[0].astype(np.int64)


def _tells(rung: Rung, target: Codes | None) -> float:
    return (0.0 if target is None else told(rung.codes, target)) + OF_ITSELF * spread(rung.codes)


def _sizes(codes: list[Codes], persons: Codes | None, rows: int) -> npt.NDArray[np.integer[Any]]:
    """Per record how many records, or persons, share its combination."""
    keys, _ = combine(codes) if codes else (np.zeros(rows, dtype=np.int64), 1)
    if persons is None:
        return np.bincount(keys)[keys]
    several = pd.Series(persons).groupby(keys).nunique()
    return several.reindex(keys).to_numpy(dtype=np.int64)


def _alone(
    ladders: Mapping[str, list[Rung]], heights: Mapping[str, int], k: int, persons: Codes | None, rows: int
) -> npt.NDArray[np.bool_]:
    codes = [ladders[name][height].codes for name, height in heights.items()]
    return np.asarray(_sizes(codes, persons, rows) < min(k, rows))


def _next(
    ladders: Mapping[str, list[Rung]],
    heights: dict[str, int],
    losses: Mapping[str, list[float]],
    k: int,
    persons: Codes | None,
    alone: int,
) -> str:
    """The column to make coarser: the most records let into groups for what it costs."""
    worth: dict[str, float] = {}
    for name, steps in ladders.items():
        if heights[name] + 1 < len(steps):
            tried = heights | {name: heights[name] + 1}
            left = int(_alone(ladders, tried, k, persons, len(steps[0].codes)).sum())
            cost = max(losses[name][heights[name]] - losses[name][heights[name] + 1], 1e-9)
            worth[name] = (alone - left + 1) / cost
    return max(worth, key=lambda name: worth[name])
