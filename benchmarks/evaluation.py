"""Checks the evaluation suite against published figures and planted leaks on UCI Adult, and times it.

    python benchmarks/evaluation.py DATA [--null 20] [--only NAME ...]

DATA holds adult/ and adult_2021/ as described in docs: training, holdout and the published outputs of four
synthesizers (CSV, gzip). Prints one line per case with the verdicts, and exits with 1 when a claim does not hold.
"""

from __future__ import annotations

import argparse
import resource
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from generation.engine.evaluation.metric import Status
from generation.engine.evaluation.null_run import null_run
from generation.engine.evaluation.planted_leaks import most_isolated
from generation.engine.evaluation.policy import default_policy
from generation.engine.evaluation.suite import EvaluationResult, evaluate_tables
from generation.engine.progress import silent
from generation.engine.schema import ColumnSpec, Schema, Sdtype

ROWS = 24_421
TARGET = "income"
PUBLISHED = {"tvae": 0.888, "ctgan": 0.884, "gaussian_copula": 0.755, "synthpop": 0.914}
REAL = 0.924
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
    training, holdout = (read(data, f"{case.folder}/{name}") for name in ("training", "holdout"))
    began = perf_counter()
    result = evaluate_tables(
        training,
        holdout,
        case.synthetic.reset_index(drop=True),
        schema_of(training),
        target=TARGET,
        purpose="training",
        policy=default_policy("training"),
        seed=1,
        progress=silent,
    )
    seconds = perf_counter() - began
    is_met = case.holds(result)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{'ok ' if is_met else 'NOT'} {case.name}: {case.claim}; {seconds:.1f} s, peak so far {peak:.2f} GiB")
    alarms = [m for m in result.metrics if m.status in (Status.REVIEW, Status.BLOCK)]
    for metric in alarms:
        print(f"      {metric.status.value:6} {metric.name}: {metric.value:.4f} ({metric.lower}, {metric.upper})")
    print(f"      TSTR AUC {tstr_auc(result):.4f}")
    return is_met


def false_alarms(data: Path, repeats: int) -> bool:
    training, holdout = read(data, "adult/training"), read(data, "adult/holdout")
    policy = default_policy("training")
    found = null_run(
        training, holdout, schema_of(training), target=TARGET, policy=policy, seed=1, progress=silent, repeats=repeats
    )
    for one in found:
        print(f"      {one.metric}: {one.alarms} false alarms ({one.blocks} blocks) in {one.runs}")
    return all(one.alarms <= 0.05 * one.runs for one in found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--null", type=int, default=20, help="repeats of the null run")
    parser.add_argument("--only", nargs="*", help="names of cases")
    chosen = parser.parse_args()
    wanted = [case for case in cases(chosen.data) if not chosen.only or case.name in chosen.only]
    met = [run(case, chosen.data) for case in wanted]
    if chosen.null:
        met.append(false_alarms(chosen.data, chosen.null))
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
