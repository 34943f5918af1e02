"""Money: limits in steps, bills that follow each other month by month, payments that are zero, full or partial."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.shapes.case import TARGET, Case, halves

MONTHS = 6


def credit(seed: int, rows: int = 24_000) -> Case:
    """A card account over six months; the target is default in the next."""
    rng = np.random.default_rng(seed)
    age = np.clip(rng.gamma(14, 2.6, rows), 21, 79).round()
    school = rng.choice(4, rows, p=[0.35, 0.47, 0.16, 0.02])
    limit = np.clip(np.exp(rng.normal(11.6 - 0.25 * school + 0.005 * age, 0.8)), 10_000, 500_000)
    limit = np.where(rng.random(rows) < 0.85, np.round(limit / 10_000) * 10_000, np.round(limit, -3))
    strain = rng.normal(0, 1, rows) - 0.3 * np.log(limit / 1e5)
    use = 1 / (1 + np.exp(-(-0.8 + 1.4 * strain + rng.normal(0, 1, rows))))
    bill = np.where(rng.random(rows) < 0.09, 0, limit * use).round()
    columns: dict[str, np.ndarray] = {}
    late = np.zeros(rows)
    for month in range(MONTHS):
        way = rng.random(rows)
        full, nothing = way < 0.25 - 0.12 * np.tanh(strain), way > 0.82 - 0.12 * np.tanh(strain)
        part = bill * np.clip(rng.gamma(1.2, 0.05, rows), 0, 1)
        rounded = np.where(rng.random(rows) < 0.5, np.maximum(np.round(part, -3), np.minimum(bill, 1000)), part)
        paid = np.where(full, bill, np.where(nothing, 0, rounded)).round()
        late = np.where(nothing & (bill > 0), late + 1, np.maximum(late - 1, 0)) * (bill > 0)
        columns |= {f"bill{month}": bill, f"paid{month}": paid, f"late{month}": np.where(bill > 0, late, -1)}
        spend = np.where(rng.random(rows) < 0.25, 0, rng.gamma(0.7, 0.06, rows) * limit)
        bill = np.clip(np.round((bill - paid) * 1.015 + spend), 0, np.round(limit * 1.05))
    odds = -2.4 + 0.55 * late + 0.9 * (columns["late5"] >= 2) + 0.5 * strain - 0.35 * np.log(limit / 1e5)
    odds += 0.6 * (bill > 0.9 * limit) - 0.25 * np.log1p(columns["paid5"] / 1000) - 0.2 * (school == 0)
    table = {
        "limit": limit,
        "school": np.array(["graduate", "university", "high school", "other"])[school],
        "age": age,
        **columns,
        TARGET: np.where(rng.random(rows) < 1 / (1 + np.exp(-odds)), "default", "none"),
    }
    whole = {name: values.astype(int) if values.dtype.kind == "f" else values for name, values in table.items()}
    return halves("credit", pd.DataFrame(whole))
