"""The whole suite on large tables: time, memory, and what was measured on samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from evaluation_cases import evaluated, read
from evaluation_existing import Timed, made
from evaluation_timing import timed

# Seconds allowed on two idle cores, by records in each of the three tables.
SECONDS = {100_000: 360, 1_000_000: 600}


def run(data: Path, rows: int) -> bool:
    """Prints the time on this machine and CPU seconds / 2, which other work on the machine does not change."""
    found = timed(f"the suite, {rows:,} x 3", large_suite, read(data, "adult/training"), rows, limit=6 * SECONDS[rows])
    print(f"\n{found}")
    if found.cpu is None:
        return False
    print(f"      CPU seconds / 2: {found.cpu / 2:.0f} (allowed: {SECONDS[rows]}); measured on samples:")
    for name, value, lower, upper, sample in found.value:
        bounds = "no interval" if lower is None else f"{lower:.4f} to {upper:.4f}"
        print(f"      {name}: {value:.4f} ({bounds}), {sample['n']:,} of {sample['of']:,} records", flush=True)
    return found.cpu / 2 <= SECONDS[rows]


def large_suite(real: pd.DataFrame, rows: int) -> Timed:
    tables = [made(real, rows, seed) for seed in (1, 2, 3)]

    def call(size: int) -> list[tuple[Any, ...]]:
        result = evaluated(*(table.head(size) for table in tables))
        sampled = [metric for metric in result.metrics if "sample" in metric.details]
        return [(m.name, m.value, m.lower, m.upper, m.details["sample"]) for m in sampled]

    return lambda: call(300), lambda: call(rows)
