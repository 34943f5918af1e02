"""Check G: the smallest real cell behind any released combination.

Each combination of up to three quasi-identifiers in the synthetic table is preserved (at least k training records have
it), leaked (1 to k - 1 have it) or fabricated (none has it). Chance leaks too: hence a stop for public releases alone.
Counted exactly at any size: in a sample every cell is small.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric
from generation.engine.evaluation.privacy.combinations import bin_column, choose_subsets
from generation.engine.evaluation.study.keys import combine, people_by_key
from generation.engine.evaluation.study.study import Study

NAME = "small_cells"


@dataclass
class Cells:
    """Released combinations by how many training records stand behind them: people, where these are known."""

    k: int
    smallest: int
    preserved: int = 0
    leaked: int = 0
    fabricated: int = 0

    def add(self, behind: npt.NDArray[np.int64]) -> None:
        """`behind`: per released combination the number of training records (or people) that have it."""
        self.preserved += int((behind >= self.k).sum())
        self.leaked += int(((behind > 0) & (behind < self.k)).sum())
        self.fabricated += int((behind == 0).sum())
        self.smallest = min(self.smallest, int(behind[behind > 0].min(initial=self.smallest)))


def small_cells(study: Study) -> Findings:
    """How many released combinations stand on fewer than k training records."""
    holdout = study.need_holdout()
    study.need_columns(study.quasi_identifiers)
    training, synthetic = study.training, study.synthetic
    binned = [bin_column(column, (training, holdout, synthetic)) for column in study.quasi_identifiers]
    cells = Cells(study.policy.minimum_cell, len(training))
    for subset in choose_subsets(len(binned), study.rng(NAME)):
        keys, size = combine([np.concatenate([binned[place][0], binned[place][2]]) for place in subset])
        real = people_by_key(keys[: len(training)], size, training)
        released = np.bincount(keys[len(training) :], minlength=size) > 0
        cells.add(real[released])
    return Findings((_metric(study, cells),))


def _metric(study: Study, cells: Cells) -> Metric:
    holders = {"record": "records", "person": "people"}[study.holder]
    sentence = (
        f"{cells.leaked:,} released combinations stand on fewer than {cells.k} training {holders} (the smallest on "
        f"{cells.smallest}); {cells.preserved:,} on {cells.k} or more, {cells.fabricated:,} on none."
    )
    total = cells.preserved + cells.leaked + cells.fabricated
    return Metric(
        Group.PRIVACY,
        NAME,
        sentence,
        Direction.LOWER,
        float(cells.leaked),
        n=total,
        seed=study.seed,
        details=asdict(cells),
    )
