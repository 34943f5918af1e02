"""What `dp_marginals` is worth at each epsilon: skill and coverage of classes, over tables and repeated fits.

    python benchmarks/audits/marginals.py DATA [--epsilons 1 3 10] [--bins 16] [--fits 10] [--tables NAME ...]
        [--json -]

DATA holds adult/training.csv.gz, adult/holdout.csv.gz and people/baseball_players.csv.gz. The noise cannot be repeated,
so each figure is a mean over --fits fits, with its standard error. "skill" is that of a model trained on synthetic
records over that of one trained on as many real ones, on the same holdout; "classes" the share of the real columns'
categories (of 5 records or more) and tenths of numbers that occur. `falls` lists the tables whose mean skill falls as
epsilon grows, beyond two standard errors. `trees`, which spends no epsilon, stands beside them as what it costs.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.shapes.case import TARGET, Case
from benchmarks.shapes.tables import cases, shapes
from generation.engine.evaluation.limits.policy import default_policy
from generation.engine.evaluation.study.study import make_study
from generation.engine.evaluation.utility.coverage import CLASSES, coverage
from generation.engine.evaluation.utility.tstr import run_trial
from generation.engine.progress import silent
from generation.engine.synthesizers import catalogue
from generation.engine.synthesizers.bytes.sampling import sample_shards
from generation.engine.synthesizers.card import validated

TABLES = ("adult", "players", "campaign", "scarce class", "customers")
BESIDE = "trees"
ERRORS = 2.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--epsilons", type=float, nargs="+", default=[1.0, 3.0, 10.0])
    parser.add_argument("--bins", type=int, nargs="+", help="into how many parts numbers are cut; else the default")
    parser.add_argument("--fits", type=int, default=10)
    parser.add_argument("--tables", nargs="+", default=TABLES)
    parser.add_argument("--json")
    given = parser.parse_args()
    warnings.filterwarnings("ignore")
    made = {**cases(given.data), **shapes(given.data)}
    settings = [
        {"epsilon": one} | ({"bins": bins} if bins else {}) for bins in given.bins or [0] for one in given.epsilons
    ]
    lines = [line for name in given.tables for line in compared(made[name](), settings, given.fits)]
    report = {"lines": lines, "falls": falls(lines)}
    out = sys.stderr if given.json == "-" else sys.stdout
    for line in lines:
        print(_words(line), file=out)
    print("skill falls as epsilon grows:", ", ".join(report["falls"]) or "nowhere", file=out)
    if given.json == "-":
        print(json.dumps(report))
    elif given.json:
        Path(given.json).write_text(json.dumps(report, indent=1))


def compared(case: Case, settings: list[dict[str, Any]], fits: int) -> Iterator[dict[str, Any]]:
    """A line for each setting, and one for what spends no epsilon."""
    for asked in settings:
        yield line_of(case, "dp_marginals", asked, fits)
    yield line_of(case, BESIDE, {}, 1)


def line_of(case: Case, name: str, asked: dict[str, Any], fits: int) -> dict[str, Any]:
    """Means over the fits, with the standard error of the skill."""
    skills, classes, seconds = np.array([one_fit(case, name, asked, seed) for seed in range(fits)]).T
    error = skills.std(ddof=1) / np.sqrt(fits) if fits > 1 else None
    return {
        "table": case.name,
        "synthesizer": name,
        "epsilon": asked.get("epsilon"),
        "bins": asked.get("bins"),
        "fits": fits,
        "skill": float(skills.mean()),
        "skill_error": None if error is None else float(error),
        "classes": float(classes.mean()),
        "seconds": float(seconds.mean()),
    }


def one_fit(case: Case, name: str, asked: dict[str, Any], seed: int) -> tuple[float, float, float]:
    """(skill ratio, share of classes reached, processor seconds of fit and sample)."""
    started = process_time()
    model = catalogue.load(name).fit(
        case.training, case.schema, validated(catalogue.cards()[name], asked), seed, silent
    )
    synthetic = pd.concat(sample_shards(model, len(case.training), seed), ignore_index=True)
    seconds = process_time() - started
    left_out = {out.name for out in model.left_out}
    schema = tuple(spec for spec in case.schema if spec.name not in left_out)
    study = make_study((case.training, case.holdout, synthetic), schema, TARGET, default_policy("training"), 0)
    trial = run_trial(study)
    once = np.ones((len(trial.answers), 1))
    ratio = trial.skills(trial.synthetic, once)[0] / trial.skills(trial.real, once)[0]
    reached = next(metric for metric in coverage(study).metrics if metric.name == CLASSES)
    return float(ratio), float(reached.value or 0), seconds


def falls(lines: list[dict[str, Any]]) -> list[str]:
    """Tables and steps of epsilon where the mean skill is lower than at the smaller epsilon, beyond two errors."""
    found = []
    paid = [line for line in lines if line["epsilon"] is not None]
    for before, after in pairwise(paid):
        error = np.hypot(before["skill_error"] or 0, after["skill_error"] or 0)
        alike = (before["table"], before["bins"]) == (after["table"], after["bins"])
        if alike and after["skill"] < before["skill"] - ERRORS * error:
            found.append(f"{after['table']} {before['epsilon']:g} to {after['epsilon']:g}")
    return found


def _words(line: dict[str, Any]) -> str:
    spent = "" if line["epsilon"] is None else f" epsilon {line['epsilon']:g}"
    spent += f" bins {line['bins']}" if line["bins"] else ""
    error = "" if line["skill_error"] is None else f" +- {line['skill_error']:.3f}"
    return (
        f"{line['table']:>14} {line['synthesizer'] + spent:<24} skill {line['skill']:.3f}{error}"
        f"  classes {line['classes']:.3f}  {line['seconds']:.1f} s"
    )


if __name__ == "__main__":
    main()
