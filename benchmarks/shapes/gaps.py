"""Three in ten cells missing: some at random, some because of what another column or the value itself is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.shapes.case import TARGET, Case, halves


def gaps(seed: int, rows: int = 20_000) -> Case:
    """Twelve numbers and six categories of shared factors; high numbers and some groups are asked less often."""
    rng = np.random.default_rng(seed)
    hidden = rng.normal(size=(rows, 4)) @ rng.normal(size=(4, 18)) + rng.normal(size=(rows, 18))
    hidden /= hidden.std(axis=0)
    odds = hidden @ (rng.normal(0, 0.5, 18)) + hidden[:, 0] * hidden[:, 12] - 0.8 * (hidden[:, 3] > 1)
    table: dict[str, np.ndarray] = {}
    for place in range(18):
        drive = (np.zeros(rows), hidden[:, place], hidden[:, (place + 5) % 18])[place % 3]
        gone = rng.random(rows) < 1 / (1 + np.exp(-(-0.95 + 1.2 * drive)))
        odds += 0.3 * gone * (place % 3 == 1)
        if place < 12:
            table[f"x{place}"] = np.where(gone, np.nan, np.exp(hidden[:, place] / (1 + place % 2)).round(2))
        else:
            groups = np.searchsorted(np.quantile(hidden[:, place], [0.1, 0.3, 0.6, 0.9]), hidden[:, place])
            table[f"x{place}"] = np.where(gone, None, np.array(list("abcde"), dtype=object)[groups])
    table[TARGET] = np.where(rng.random(rows) < 1 / (1 + np.exp(-(odds - odds.mean()))), "yes", "no")
    return halves("gaps", pd.DataFrame(table))
