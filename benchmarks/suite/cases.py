"""Published outputs and planted leaks on UCI Adult, and what must hold of each."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

import pandas as pd

from generation.engine.evaluation.calibration.planted_leaks import most_isolated
from generation.engine.evaluation.limits.policy import default_policy
from generation.engine.evaluation.metric import Status
from generation.engine.evaluation.suite import EvaluationResult, evaluate_tables
from generation.engine.progress import silent
from generation.engine.schema import ColumnSpec, Schema, Sdtype

ROWS = 24_421
TARGET = "income"
PUBLISHED = {"tvae": 0.888, "ctgan": 0.884, "gaussian_copula": 0.755, "synthpop": 0.914}
CLOSE = 0.015


@dataclass(frozen=True)
class Case:
    """A synthetic table, and what must hold of its result."""

    name: str
    folder: str
    synthetic: pd.DataFrame
    holds: Callable[[EvaluationResult], bool]
    claim: str


def statuses(result: EvaluationResult) -> dict[str, Status]:
    return {metric.name: metric.status for metric in result.metrics}


def privacy_blocks(result: EvaluationResult) -> list[str]:
    return [m.name for m in result.metrics if m.group == "privacy" and m.status is Status.BLOCK]


def tstr_auc(result: EvaluationResult) -> float:
    return next(m.details["tstr"] for m in result.metrics if m.name == "skill_ratio")


def read(data: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(data / f"{name}.csv.gz")


def schema_of(table: pd.DataFrame) -> Schema:
    kinds = {True: Sdtype.NUMERICAL, False: Sdtype.CATEGORICAL}
    return tuple(ColumnSpec(name, kinds[pd.api.types.is_numeric_dtype(table[name])]) for name in table)


def evaluated(training: pd.DataFrame, holdout: pd.DataFrame, synthetic: pd.DataFrame) -> EvaluationResult:
    """The whole suite, for training, seed 1."""
    return evaluate_tables(
        training,
        holdout,
        synthetic,
        schema_of(training),
        target=TARGET,
        purpose="training",
        policy=default_policy("training"),
        seed=1,
        progress=silent,
    )


def published(data: Path, name: str) -> Case:
    auc = PUBLISHED[name]

    def holds(result: EvaluationResult) -> bool:
        verdicts = statuses(result)
        close = abs(tstr_auc(result) - auc) <= CLOSE
        if name == "synthpop":
            return close and verdicts["rare_combination_excess"] in (Status.REVIEW, Status.BLOCK)
        skill = {"gaussian_copula": (Status.BLOCK,), "tvae": (Status.REVIEW, Status.PASS)}.get(name, tuple(Status))
        return close and not privacy_blocks(result) and verdicts["skill_ratio"] in skill

    claim = f"AUC {auc} within {CLOSE}, " + ("review or block on A" if name == "synthpop" else "no privacy block")
    return Case(name, "adult", read(data, f"adult/synthetic/{name}").head(ROWS), holds, claim)


def blocked(result: EvaluationResult) -> bool:
    return bool(privacy_blocks(result))


def cases(data: Path) -> Iterator[Case]:
    training, holdout = read(data, "adult/training"), read(data, "adult/holdout")
    tvae = read(data, "adult/synthetic/tvae").head(ROWS)
    yield from (published(data, name) for name in PUBLISHED)
    yield Case("flip30", "adult_2021", read(data, "adult_2021/flip30").head(ROWS), blocked, "privacy block")
    yield Case("training itself", "adult", training, blocked, "privacy block")
    order = most_isolated(training, holdout, schema_of(training))
    copies = training.iloc[order[:24]]
    yield Case("tvae + 24 copies", "adult", pd.concat([tvae.iloc[24:], copies]), blocked, "privacy block")
    near = training.iloc[order[:244]].copy()
    near[["age", "fnlwgt", "hours-per-week"]] += [1, 137, 1]
    yield Case("tvae + 244 near copies", "adult", pd.concat([tvae.iloc[244:], near]), blocked, "privacy block")


def run(case: Case, data: Path) -> bool:
    """Prints a case's verdicts and returns whether its claim holds."""
    training, holdout = (read(data, f"{case.folder}/{name}") for name in ("training", "holdout"))
    began, used = perf_counter(), process_time()
    result = evaluated(training, holdout, case.synthetic.reset_index(drop=True))
    seconds, used = perf_counter() - began, process_time() - used
    is_met = case.holds(result)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{'ok ' if is_met else 'NOT'} {case.name}: {case.claim}; {seconds:.1f} s, {used:.1f} CPU s, {peak:.2f} GiB")
    for metric in result.metrics:
        if metric.status in (Status.REVIEW, Status.BLOCK):
            print(f"      {metric.status.value:6} {metric.name}: {metric.value:.4f} ({metric.lower}, {metric.upper})")
    print(f"      TSTR AUC {tstr_auc(result):.4f}", flush=True)
    return is_met
