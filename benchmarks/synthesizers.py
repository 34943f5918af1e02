"""Fits and samples synthesizers on UCI Adult and made tables: time, skill and rare-combination excess; SDV beside ours.

    python benchmarks/synthesizers.py DATA [--only NAME ...] [--tables NAME ...] [--bare] [--scale]

DATA holds adult/training.csv.gz and adult/holdout.csv.gz. --bare adds SDV's own GaussianCopulaSynthesizer, as its
tutorial uses it. --scale times 100,000 and 1,000,000 records. Times are processor seconds of one process; ratios of
two rows tell more than their values. Only synthesizers without epochs run unless --only names others.
"""

from __future__ import annotations

import argparse
import resource
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from generation.engine.evaluation.policy import default_policy
from generation.engine.evaluation.suite import evaluate_tables
from generation.engine.progress import silent
from generation.engine.schema import ColumnRole, ColumnSpec, Schema, Sdtype
from generation.engine.synthesizers import catalogue
from generation.engine.synthesizers.sampling import sample_shards

QUICK = ("trees", "copula", "gaussian_copula")
SHOWN = ("skill_ratio", "worst_segment_skill", "rare_combination_excess", "column_shapes", "pair_trends")
TARGET = "target"


@dataclass(frozen=True)
class Case:
    """A real table cut in two; the column `target` is to be predicted."""

    name: str
    training: pd.DataFrame
    holdout: pd.DataFrame


def adult(data: Path) -> Case:
    """UCI Adult in the fixed split of a published benchmark."""
    parts = (pd.read_csv(data / "adult" / f"{part}.csv.gz") for part in ("training", "holdout"))
    return Case("adult", *(part.rename(columns={"income": TARGET}) for part in parts))


def made(name: str, rows: int, columns: int, categories: int, scarce: float) -> Case:
    """A table of clustered normals, some columns cut into six categories, with a class of the share `scarce`."""
    from sklearn.datasets import make_classification

    numbers, classes = make_classification(
        2 * rows,
        columns,
        n_informative=max(columns // 4, 8),
        n_clusters_per_class=3,
        weights=[1 - scarce],
        flip_y=0.005,
        random_state=1,
    )
    table = pd.DataFrame(numbers, columns=[f"x{place}" for place in range(columns)])
    for place in range(categories):
        table[f"x{place}"] = pd.qcut(table[f"x{place}"], 6, labels=list("abcdef")).astype(str)
    table[TARGET] = np.where(classes, "yes", "no")
    return Case(name, table.iloc[:rows], table.iloc[rows:].reset_index(drop=True))


def cases(data: Path) -> Iterator[Case]:
    """Tables of different shape, so that nothing is tuned to one."""
    real = adult(data)
    yield real
    yield made("numbers only", 10_000, 12, 0, 0.5)
    yield made("wide", 6_000, 60, 15, 0.5)
    yield made("scarce class", 20_000, 15, 4, 0.02)
    yield Case("500 rows", real.training.sample(500, random_state=1).reset_index(drop=True), real.holdout)


def schema_of(table: pd.DataFrame) -> Schema:
    """Numbers are numerical, all else categorical."""
    return tuple(
        ColumnSpec(
            name,
            Sdtype.NUMERICAL if pd.api.types.is_numeric_dtype(table[name]) else Sdtype.CATEGORICAL,
            ColumnRole.TARGET if name == TARGET else ColumnRole.OTHER,
        )
        for name in table.columns
    )


def ours(label: str, training: pd.DataFrame) -> pd.DataFrame:
    """Fit with the card's defaults, or settings as in "dp_marginals:epsilon=1", and sample as many records."""
    name, *given = label.split(":")
    parameters = catalogue.validated(catalogue.cards()[name], dict(setting.split("=", 1) for setting in given))
    model = catalogue.load(name).fit(training, schema_of(training), parameters, 0, silent)
    return pd.concat(sample_shards(model, len(training), 1), ignore_index=True)


def bare_copula(training: pd.DataFrame) -> pd.DataFrame:
    """SDV's GaussianCopulaSynthesizer with its own defaults."""
    from sdv.metadata import Metadata
    from sdv.single_table import GaussianCopulaSynthesizer

    kinds = {spec.name: {"sdtype": spec.sdtype.value} for spec in schema_of(training)}
    metadata = Metadata.load_from_dict({"tables": {"t": {"columns": kinds}}})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        synthesizer = GaussianCopulaSynthesizer(metadata)
        synthesizer.fit({"t": training})
        return synthesizer.sample(num_rows=len(training))["t"]


def report(case: Case, label: str, synthesize: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """One line: seconds, the shown metrics, and what the policy for training blocks."""
    started = process_time()
    synthetic = synthesize(case.training)
    seconds = process_time() - started
    result = evaluate_tables(
        case.training,
        case.holdout,
        synthetic,
        schema_of(case.training[list(synthetic.columns)]),
        target=TARGET,
        purpose="training",
        policy=default_policy("training"),
        seed=0,
        progress=silent,
    )
    values = {metric.name: metric.value for metric in result.metrics}
    shown = "  ".join(f"{name} {values[name]:.3f}" for name in SHOWN if values.get(name) is not None)
    blocked = [metric.name for metric in result.metrics if metric.status == "block"]
    print(f"{case.name:13} {label:20} {seconds:6.1f} s  {shown}  blocked: {', '.join(blocked) or '-'}", flush=True)


def scale(case: Case, names: list[str]) -> None:
    """Records per second of fit and sample together, and the peak memory so far, at growing size."""
    for name in names:
        for rows in (100_000, 1_000_000):
            chosen = np.random.default_rng(0).integers(0, len(case.training), rows)
            table = case.training.iloc[chosen].reset_index(drop=True)
            started = process_time()
            ours(name, table)
            seconds = process_time() - started
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
            print(
                f"{name:20} {rows:>9,} records  {seconds:6.1f} s  {rows / seconds:>9,.0f} a second  peak {peak:.1f} GB"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", nargs="+", default=list(QUICK))
    parser.add_argument("--tables", nargs="+")
    parser.add_argument("--bare", action="store_true")
    parser.add_argument("--scale", action="store_true")
    asked = parser.parse_args()
    for name in asked.only:
        # Imports and compiled kernels are not what is measured.
        ours(name, adult(asked.data).training.head(500))
    if asked.scale:
        scale(adult(asked.data), asked.only)
        return
    for case in cases(asked.data):
        if asked.tables and case.name not in asked.tables:
            continue
        for name in asked.only:
            report(case, name, lambda training, name=name: ours(name, training))
        if asked.bare:
            report(case, "bare SDV copula", bare_copula)


if __name__ == "__main__":
    main()
