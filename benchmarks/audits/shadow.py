"""The shadow audit of synthesizers on Adult: who is told, isolated and random people, at a small size.

    python benchmarks/audits/shadow.py DATA [--only NAME ...] [--rows 1000] [--refits 300] [--workers 1] [--json -]

DATA holds adult/training.csv.gz. Beside `trees` as shipped, and with its protection turned down, stand other
synthesizers and two that are made here: "columns by themselves" draws each column from its real values independently
of all others, so that it keeps the counts of single columns and nothing else; "ignores its data" draws the columns of
other records, which are in no fit. What the first one shows, every synthesizer shows that gives single columns right
without noise.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.shapes.tables import adult
from generation.engine.evaluation.calibration.shadow.audit import shadow_audit
from generation.engine.evaluation.calibration.shadow.plan import plan_audit
from generation.engine.evaluation.calibration.shadow.refit import ByCard, Synthesize
from generation.engine.progress import silent
from generation.engine.schema import Schema
from generation.engine.synthesizers.card import validated
from generation.engine.synthesizers.catalogue import card_of

OFF = {"k": 2, "together": 2, "leaf_records": 5, "prior": 0}
SETTINGS: dict[str, tuple[str, dict[str, object]]] = {
    "trees": ("trees", {}),
    "trees, protection off": ("trees", OFF),
    "trees, k 20": ("trees", {"k": 20}),
    "trees, k 20, together 30": ("trees", {"k": 20, "together": 30}),
    "copula": ("copula", {}),
    "dp_marginals, epsilon 3": ("dp_marginals", {"epsilon": 3.0}),
}
BY_THEMSELVES, IGNORING = "columns by themselves", "ignores its data"


@dataclass(frozen=True)
class Columns:
    """Each column drawn by itself, from the training records or always from `others`."""

    others: pd.DataFrame | None = None

    def __call__(self, training: pd.DataFrame, seed: int, draw: int) -> pd.DataFrame:
        rng = np.random.default_rng(draw)
        source = training if self.others is None else self.others
        return pd.DataFrame(
            {name: source[name].to_numpy()[rng.integers(0, len(source), len(training))] for name in source}
        )


def contenders(schema: Schema, others: pd.DataFrame) -> Mapping[str, Synthesize]:
    cards = {
        label: ByCard(name, schema, validated(card_of(name), parameters))
        for label, (name, parameters) in SETTINGS.items()
    }
    return {**cards, BY_THEMSELVES: Columns(), IGNORING: Columns(others)}


def audited(label: str, synthesize: Synthesize, table: pd.DataFrame, schema: Schema, asked: Any) -> dict[str, Any]:
    plan = plan_audit(table, schema, records=asked.rows, seed=asked.seed)
    started = process_time()
    found = shadow_audit(plan, synthesize, refits=asked.refits, progress=silent, workers=asked.workers)
    groups = {one.group: one.as_json() for one in found.guessed}
    return {"synthesizer": label, "seconds": round(process_time() - started), "exposed": len(found.exposed), **groups}


def line(found: Mapping[str, Any]) -> str:
    said = [f"{found['synthesizer']:26}"]
    for name in ("isolated", "random"):
        one = found[name]
        said.append(f"{name} {one['auc']:.3f} [{one['auc_lower']:.3f}, {one['auc_upper']:.3f}] TPR {one['tpr']:.3f}")
    best = found["best"]
    said.append(f"best {best['auc']:.2f} [{best['auc_lower']:.2f}, {best['auc_upper']:.2f}]")
    return "  ".join([*said, f"exposed {found['exposed']:3}", f"{found['seconds']} s"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", nargs="+", metavar="NAME")
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--refits", type=int, default=300)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--json", metavar="FILE", help="- for standard output")
    asked = parser.parse_args()
    case = adult(asked.data)
    results = []
    for label, synthesize in contenders(case.schema, case.holdout).items():
        if asked.only and label not in asked.only:
            continue
        results.append(audited(label, synthesize, case.training, case.schema, asked))
        print(line(results[-1]), file=sys.stderr if asked.json == "-" else sys.stdout, flush=True)
    told = json.dumps({"rows": asked.rows, "refits": asked.refits, "seed": asked.seed, "audits": results}, indent=1)
    if asked.json == "-":
        print(told)
    elif asked.json:
        Path(asked.json).write_text(told, encoding="utf-8")


if __name__ == "__main__":
    main()
