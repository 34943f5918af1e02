"""Evaluation tasks and agent tasks: is every combination covered, in what time, and do the proof agents tell the truth?

    python benchmarks/tasks.py [--count 500] [--agents 100] [--seed N] [--json FILE|-]

The matrix is benchmarks/support_suite.yaml (six dimensions, six rules).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from generation.engine.llm.suites.cover import coverage, covering  # noqa: E402
from generation.engine.llm.suites.making import make_suite  # noqa: E402
from generation.engine.llm.suites.plan import read_plan  # noqa: E402

PLAN = Path(__file__).resolve().parent / "support_suite.yaml"


def suites(count: int, seed: int) -> dict[str, Any]:
    plan = read_plan(PLAN.read_text(encoding="utf-8"))
    began = time.perf_counter()
    made = make_suite(plan, count, seed=seed)
    pairs_seconds = time.perf_counter() - began
    cells = [task.cell for task in made.tasks]
    began = time.perf_counter()
    threes = covering(plan.matrix, 3, seed=seed)
    again = make_suite(plan, count, seed=seed)
    return {
        "asked": count,
        "delivered": len(made.tasks),
        "pairwise_coverage": coverage(cells, plan.matrix, 2),
        "pairwise_rows": len(covering(plan.matrix, 2, seed=seed)),
        "triple_coverage": coverage(threes, plan.matrix, 3),
        "triple_rows": len(threes),
        "seconds": {"pairwise": round(pairs_seconds, 2), "triple": round(time.perf_counter() - began, 2)},
        "same_bytes": made.digest == again.digest,
        "different_inputs": len({task.input for task in made.tasks}),
        "spanish": sum(cell["language"] == "Spanish" for cell in cells),
        "difficulties": made.difficulties(),
        "shortfall": dict(made.shortfall),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--agents", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", default="")
    args = parser.parse_args()
    text = json.dumps(suites(args.count, args.seed), indent=2, ensure_ascii=False)
    if args.json not in ("", "-"):
        Path(args.json).write_text(text + "\n", encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
