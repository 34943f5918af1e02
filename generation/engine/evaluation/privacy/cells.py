"""Check G: the smallest real cell behind any released combination.

Each combination of up to three quasi-identifiers in the synthetic table is preserved (at least k training records have
it), leaked (1 to k - 1 have it) or fabricated (none has it). Chance leaks too: hence a stop for public releases alone.
"""

from __future__ import annotations

import numpy as np

from generation.engine.evaluation.metric import Direction, Group, Metric
from generation.engine.evaluation.privacy.combinations import bin_column, choose_subsets
from generation.engine.evaluation.privacy.keys import combine
from generation.engine.evaluation.study import EXACT_ROWS, Check, Findings, Study, at_most

NAME = "small_cells"


def small_cells(study: Study) -> Findings:
    """How many released combinations stand on fewer than k training records."""
    holdout = study.need_holdout()
    study.need_columns(study.quasi_identifiers)
    rng = study.rng(NAME)
    training, synthetic = (at_most(table, EXACT_ROWS, rng) for table in (study.training, study.synthetic))
    columns = study.quasi_identifiers
    binned = [bin_column(column, (training, holdout, synthetic)) for column in columns]
    preserved = leaked = fabricated = 0
    smallest = len(training)
    k = study.policy.minimum_cell
    for subset in choose_subsets(len(columns), rng):
        keys, size = combine([np.concatenate([binned[place][0], binned[place][2]]) for place in subset])
        real = np.bincount(keys[: len(training)], minlength=size)
        behind = real[np.unique(keys[len(training) :])]
        preserved += int((behind >= k).sum())
        leaked += int(((behind > 0) & (behind < k)).sum())
        fabricated += int((behind == 0).sum())
        smallest = min(smallest, int(behind[behind > 0].min(initial=smallest)))
    sentence = (
        f"{leaked:,} released combinations stand on fewer than {k} training records (the smallest on {smallest}); "
        f"{preserved:,} on {k} or more, {fabricated:,} on none."
    )
    details = {"preserved": preserved, "leaked": leaked, "fabricated": fabricated, "smallest": smallest, "k": k}
    metric = Metric(
        Group.PRIVACY,
        NAME,
        sentence,
        Direction.LOWER,
        float(leaked),
        n=preserved + leaked + fabricated,
        seed=study.seed,
        details=details,
    )
    return Findings((metric,))


CHECK = Check(
    NAME, Group.PRIVACY, {NAME: "how small is the smallest real group behind a released combination?"}, small_cells
)
