"""The suite and its kernels beside SDMetrics and scikit-learn: the same inputs, one run, the ratio printed; and the
whole suite on large tables.

scikit-learn has no mixed distance. Its brute force is given the same one as Manhattan distance (each category as
one-hot columns of a half), and the faster Euclidean distance on the same columns, which is another distance.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.suite.cases import evaluated, read, schema_of
from benchmarks.suite.timing import Timing, timed
from generation.engine.evaluation.checks import CHECKS
from generation.engine.evaluation.limits.policy import default_policy
from generation.engine.evaluation.privacy.nearest.gower import gower_space, nearest
from generation.engine.evaluation.study.encoding import encode
from generation.engine.evaluation.study.study import make_study
from generation.engine.evaluation.suite import run_check

Tables = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]
Timed = tuple[Callable[[], Any], Callable[[], Any]]
# Which of our checks answer the question of each report of SDMetrics.
ANSWERS = {
    "QualityReport": ("column_shapes", "pair_trends"),
    "DCROverfittingProtection": ("distances",),
    "NewRowSynthesis": ("copies",),
}
SHORT, LIMIT = 30.0, 240.0
# Seconds allowed on two idle cores, by records in each of the three tables.
SECONDS = {100_000: 360, 1_000_000: 600}


def tables(data: Path, rows: int) -> Tables:
    """Training, holdout and TVAE's output; repeated with a third of the cells swapped beyond the records there are."""
    names = ("adult/training", "adult/holdout", "adult/synthetic/tvae")
    found = tuple(read(data, name) for name in names)
    return tuple(one.head(rows) if rows <= len(one) else made(one, rows, seed) for seed, one in enumerate(found))


def made(table: pd.DataFrame, rows: int, seed: int) -> pd.DataFrame:
    """As many rows as asked: records drawn at random, 30 % of their cells from other records."""
    rng = np.random.default_rng(seed)
    picked, columns = rng.integers(len(table), size=rows), {}
    for name in table:
        values, other = table[name].to_numpy(), rng.integers(len(table), size=rows)
        columns[name] = np.where(rng.random(rows) < 0.3, values[other], values[picked])
    return pd.DataFrame(columns)


def compare(data: Path, *, fast: bool) -> None:
    """Prints every comparison."""
    limit = SHORT if fast else LIMIT
    few = tables(data, 10_000)
    whole = timed("the whole suite (every check), 10,000 x 3", our_suite, few)
    print(f"\n{whole}")
    for report, names in ANSWERS.items():
        ours = timed(f"our {' + '.join(names)}", our_checks, few, names)
        theirs = timed(f"SDMetrics {report}", sdmetrics_report, few, report, limit=limit)
        print(f"{ours}\n{theirs}; {ours.ratio(theirs)} as ours, {whole.ratio(theirs)} as the whole suite", flush=True)
    for rows in (10_000,) if fast else (10_000, 100_000):
        neighbours(tables(data, rows), rows, limit)


def neighbours(found: Tables, rows: int, limit: float) -> None:
    """Nearest neighbours of every synthetic among the training records."""
    ours = timed(f"our neighbours, {rows:,} x {rows:,} x 15", our_neighbours, found, limit=limit)
    print(ours)
    for metric in ("manhattan", "euclidean"):
        theirs = timed(f"scikit-learn brute force, {metric}", brute_force, found, metric, limit=limit)
        print(f"{theirs}; {ours.ratio(theirs)} as ours{_difference(ours, theirs, metric)}", flush=True)


def _difference(ours: Timing, theirs: Timing, metric: str) -> str:
    if theirs.value is None or ours.value is None or metric != "manhattan":
        return ""
    return f"; the largest difference is {np.abs(ours.value - theirs.value).max():.1e}"


def our_suite(found: Tables) -> Timed:
    return lambda: evaluated(*(table.head(300) for table in found)), lambda: len(evaluated(*found).metrics)


def our_checks(found: Tables, names: tuple[str, ...]) -> Timed:
    """The checks of these names, with the encoding of the tables."""

    def call(size: int) -> list[float | None]:
        frames = tuple(table.head(size) for table in found)
        study = make_study(frames, schema_of(found[0]), "income", default_policy("training"), 1)
        wanted = [check for check in CHECKS if check.name in names]
        return [metric.value for check in wanted for metric in run_check(check, study).metrics]

    return lambda: call(300), lambda: call(len(found[0]))


def our_neighbours(found: Tables) -> Timed:
    def call(size: int) -> np.ndarray:
        real, synthetic = encode([found[0], found[2].head(size)], schema_of(found[0]))
        space = gower_space(real.columns, real)
        distances = nearest(space.points(synthetic), space.points(real))[:, 0]
        return distances[np.argsort(synthetic.original)]

    return lambda: call(300), lambda: call(len(found[2]))


def brute_force(found: Tables, metric: str) -> Timed:
    from sklearn.neighbors import NearestNeighbors

    real, synthetic = _scaled(found[0], found[2])

    def call(size: int) -> np.ndarray:
        model = NearestNeighbors(n_neighbors=1, algorithm="brute", metric=metric, n_jobs=2).fit(real)
        return model.kneighbors(synthetic[:size])[0][:, 0] / len(found[0].columns)

    return lambda: call(100), lambda: call(len(synthetic))


def _scaled(real: pd.DataFrame, synthetic: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Numbers over the real range, categories as one-hot columns of a half."""
    both = pd.concat([real, synthetic], ignore_index=True)
    parts = []
    for name in both:
        if pd.api.types.is_numeric_dtype(both[name]):
            parts.append(((both[[name]] - real[name].min()) / np.ptp(real[name])).to_numpy(dtype=np.float64))
        else:
            parts.append(pd.get_dummies(both[name]).to_numpy(dtype=np.float64) / 2)
    matrix = np.ascontiguousarray(np.column_stack(parts))
    return matrix[: len(real)], matrix[len(real) :]


def sdmetrics_report(found: Tables, report: str) -> Timed:
    from sdmetrics.reports import QualityReport
    from sdmetrics.single_table import DCROverfittingProtection, NewRowSynthesis

    kinds = {spec.name: {"sdtype": spec.sdtype.value} for spec in schema_of(found[0])}
    metadata = {"tables": {"people": {"columns": kinds}}, "relationships": []}

    def call(size: int) -> float:
        real, holdout, synthetic = (table.head(size) for table in found)
        if report == "QualityReport":
            quality = QualityReport()
            quality.generate({"people": real}, {"people": synthetic}, metadata, verbose=False)
            return float(quality.get_score())
        if report == "NewRowSynthesis":
            return float(NewRowSynthesis.compute(real, synthetic, metadata, "people"))
        return float(DCROverfittingProtection.compute(real, synthetic, holdout, metadata, "people"))

    return lambda: call(100), lambda: call(len(found[0]))


def run_large(data: Path, rows: int) -> bool:
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
