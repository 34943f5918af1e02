"""Two hundred columns, a quarter of which tell of the target, alone and in pairs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.shapes.case import TARGET, Case, halves

FACTORS = 12


def wide(seed: int, rows: int = 10_000, numbers: int = 140, categories: int = 60, informative: int = 50) -> Case:
    """Columns share hidden factors; the target is of two classes."""
    rng = np.random.default_rng(seed)
    width = numbers + categories
    weights = rng.normal(size=(FACTORS, width)) * (rng.random((FACTORS, width)) < 0.3)
    hidden = rng.normal(size=(rows, FACTORS)) @ weights + rng.normal(size=(rows, width))
    hidden /= hidden.std(axis=0)
    chosen = rng.permutation(width)[:informative]
    pairs = rng.permutation(chosen)[: informative // 2 * 2].reshape(-1, 2)
    odds = hidden[:, chosen] @ rng.normal(0, 0.4, informative)
    odds += (hidden[:, pairs[:, 0]] * hidden[:, pairs[:, 1]]) @ rng.normal(0, 0.5, len(pairs))
    odds += ((hidden[:, pairs[:, 0]] > 0.5) & (hidden[:, pairs[:, 1]] > 0)) @ rng.normal(0, 0.6, len(pairs))
    columns = {f"x{place}": _column(hidden[:, place], place, place >= numbers, rng) for place in range(width)}
    chance = 1 / (1 + np.exp(-(odds - odds.mean())))
    columns[TARGET] = np.where(rng.random(rows) < chance, "yes", "no")
    return halves("wide 200", pd.DataFrame(columns))


def _column(hidden: np.ndarray, place: int, is_category: bool, rng: np.random.Generator) -> np.ndarray:
    if not is_category:
        return np.round((hidden, np.exp(hidden), np.maximum(hidden, -0.5))[place % 3], 3)
    count = int(rng.integers(2, 12))
    cuts = np.quantile(hidden, np.sort(rng.random(count - 1)))
    names = rng.permutation(count)
    return np.array([f"v{name}" for name in names])[np.searchsorted(cuts, hidden)]
