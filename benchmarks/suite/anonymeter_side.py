"""anonymeter's side of the comparison; runs in a virtual environment of its own and knows nothing of this project.

    VENV/bin/python anonymeter_side.py FOLDER

FOLDER holds training.csv, holdout.csv, synthetic.csv and question.json ({"halves": [[...], [...]], "secret": ...,
"attacks": ..., "columns": ...}). Prints one JSON object: per attack the risk, its interval and the time.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
import pandas as pd
from anonymeter.evaluators import InferenceEvaluator, LinkabilityEvaluator, SinglingOutEvaluator


def attack(make: Callable[[int], Any], attacks: int) -> dict[str, Any]:
    """Runs once small, to compile; then measured."""
    make(20).evaluate()
    np.random.seed(1)
    evaluator = make(attacks)
    began, used = perf_counter(), process_time()
    evaluator.evaluate()
    seconds, cpu = perf_counter() - began, process_time() - used
    results = evaluator.results()
    risk = evaluator.risk()
    rates = {"attack": results.attack_rate.value, "control": results.control_rate.value}
    return {"value": risk.value, "interval": list(risk.ci), "seconds": seconds, "cpu": cpu, "attacks": attacks, **rates}


def main() -> None:
    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1])
    training, holdout, synthetic = (pd.read_csv(folder / f"{n}.csv") for n in ("training", "holdout", "synthetic"))
    asked = json.loads((folder / "question.json").read_text())
    known = [name for name in training if name != asked["secret"]]
    tables = {"ori": training, "syn": synthetic, "control": holdout}
    makers = {
        "singling_out_risk": lambda n: SinglingOutEvaluator(**tables, n_attacks=n, n_cols=asked["columns"]),
        "linkability_risk": lambda n: LinkabilityEvaluator(**tables, aux_cols=asked["halves"], n_attacks=n),
        "inference_risk": lambda n: InferenceEvaluator(**tables, aux_cols=known, secret=asked["secret"], n_attacks=n),
    }
    print(json.dumps({name: attack(make, asked["attacks"]) for name, make in makers.items()}))


if __name__ == "__main__":
    main()
