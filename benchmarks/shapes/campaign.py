"""Calls of a campaign: what sells differs from month to month, so a model must serve each month."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.shapes.case import TARGET, Case, halves

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
JOBS = ("admin", "services", "manager", "technician", "retired", "student", "worker", "none")


def campaign(seed: int, rows: int = 24_000) -> Case:
    """Slopes of age, length and balance are drawn anew for each month and channel."""
    rng = np.random.default_rng(seed)
    month = rng.choice(12, rows, p=np.array([3, 6, 1, 6, 30, 12, 16, 14, 1.5, 2, 8, 0.8]) / 100.3)
    channel = rng.choice(3, rows, p=[0.62, 0.28, 0.1])
    job = rng.choice(len(JOBS), rows, p=[0.22, 0.1, 0.2, 0.16, 0.06, 0.03, 0.2, 0.03])
    age = np.clip(rng.gamma(14, 2.8, rows) + 14 * (job == 4) - 12 * (job == 5), 18, 92).round()
    balance = np.round(np.exp(rng.normal(6.5 + 0.01 * age, 1.3)) - 300)
    length = np.round(rng.gamma(1.1, 230, rows) + 5)
    calls = rng.geometric(0.42, rows)
    before = np.where(rng.random(rows) < 0.8, -1, rng.integers(1, 400, rows))
    old = np.where(before < 0, "unknown", np.where(rng.random(rows) < 0.25, "success", "failure"))
    slopes = rng.normal(0, 0.8, (12, 4))
    z = np.column_stack([(age - 41) / 11, np.log(length / 200), np.tanh(balance / 3000), np.log(calls)])
    odds = -2.2 + rng.normal(0, 0.8, 12)[month] + (z * slopes[month]).sum(axis=1) + 0.9 * z[:, 1] - 0.4 * z[:, 3]
    odds += rng.normal(0, 0.4, (3, len(JOBS)))[channel, job] + 1.8 * (old == "success") - 0.6 * (channel == 2)
    table = {
        "age": age.astype(int),
        "job": np.array(JOBS)[job],
        "housing": rng.random(rows) < 1 / (1 + np.exp((age - 45) / 9)),
        "balance": balance.astype(int),
        "channel": np.array(["cellular", "unknown", "telephone"])[channel],
        "month": np.array(MONTHS)[month],
        "length": length.astype(int),
        "calls": calls,
        "before": before,
        "old": old,
        TARGET: np.where(rng.random(rows) < 1 / (1 + np.exp(-odds)), "yes", "no"),
    }
    return halves("campaign", pd.DataFrame(table))
