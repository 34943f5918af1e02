"""Evaluation tasks and agent tasks: is every combination covered, in what time, and do the proof agents tell the truth?

    python benchmarks/tasks.py [--count 500] [--agents 100] [--seed N] [--policy FILE] [--json FILE|-]

The matrix is docs/examples/support-suite.yaml (six dimensions, six rules). The agents' domain is
benchmarks/shapes/retail_domain.yaml under ../shared/data/documents/retail_policy.md, or under another text that holds
the sentences of its rules; the tables it learns from (payments, a catalogue, orders) are drawn here by seed and stand
for an owner's.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from generation.engine.llm.agents.domain import read_domain  # noqa: E402
from generation.engine.llm.agents.making import make_tasks  # noqa: E402
from generation.engine.llm.agents.policy import beside_rules, unmodelled  # noqa: E402
from generation.engine.llm.agents.proof import prove  # noqa: E402
from generation.engine.llm.agents.world import make_database  # noqa: E402
from generation.engine.llm.documents.document import Document  # noqa: E402
from generation.engine.llm.documents.reading import read_documents  # noqa: E402
from generation.engine.llm.suites.cover import coverage, covering  # noqa: E402
from generation.engine.llm.suites.making import make_suite  # noqa: E402
from generation.engine.llm.suites.plan import read_plan  # noqa: E402

DOMAIN = Path(__file__).resolve().parent / "shapes" / "retail_domain.yaml"
POLICY = ROOT.parent / "shared" / "data" / "documents" / "retail_policy.md"
PLAN = ROOT / "docs" / "examples" / "support-suite.yaml"


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


def governed(seed: int) -> dict[str, pd.DataFrame]:
    """Tables that stand for an owner's: payment methods, a catalogue, orders."""
    rng = np.random.default_rng(seed)
    kinds = rng.choice(["gift card", "credit card", "paypal account"], 900, p=[0.4, 0.4, 0.2])
    products = rng.choice(["t-shirt", "desk lamp", "backpack", "kettle", "headphones"], 900)
    options = rng.choice(["blue, small", "red, large", "black, medium", "white, large"], 900)
    return {
        "payment_methods": pd.DataFrame(
            {"kind": kinds, "balance": np.where(kinds == "gift card", rng.gamma(2, 40, 900), 0).round(2)}
        ),
        "items": pd.DataFrame(
            {
                "product": products,
                "option": options,
                "price": rng.gamma(4, 15, 900).round(2),
                "available": rng.choice(["yes", "no"], 900, p=[0.75, 0.25]),
            }
        ),
        "orders": pd.DataFrame(
            {
                "status": rng.choice(["pending", "processed", "delivered", "cancelled"], 900, p=[0.4, 0.15, 0.35, 0.1]),
                "quantity": rng.integers(1, 5, 900),
            }
        ),
    }


def agents(count: int, seed: int, text: Path) -> dict[str, Any]:
    domain = read_domain(DOMAIN.read_text(encoding="utf-8"))
    with text.open("rb") as file:
        (policy,) = read_documents(file, text.name)
    assert isinstance(policy, Document)
    sentences = beside_rules(policy, domain)
    began = time.perf_counter()
    database = make_database(domain, governed(seed), seed=seed)
    made = make_tasks(domain, database, count, seed=seed)
    seconds = time.perf_counter() - began
    proof = prove(domain, database, made)
    return {
        "tasks": len(made.tasks),
        "rules": len(domain.confirmed),
        "sentences": len(sentences),
        "sentences_modelled": len(sentences) - len(unmodelled(sentences)),
        "branches": len(made.wanted),
        "branches_covered": len(made.covered),
        "missing": [f"{rule}: {way}" for rule, way in made.missing],
        "writes": sum(task.writes for task in made.tasks),
        "denials": sum(bool(task.denies) for task in made.tasks),
        "changed_rows": sum(len(task.changes) for task in made.tasks),
        "reference": proof.reference,
        "nothing": proof.nothing,
        "breaker": proof.breaker,
        "breaches": proof.breaches,
        "unbroken": proof.unbroken,
        "seconds": round(seconds, 1),
        "shortfall": dict(made.shortfall),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--agents", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--policy", type=Path, default=POLICY)
    parser.add_argument("--json", default="")
    args = parser.parse_args()
    facts = suites(args.count, args.seed) | {"agents": agents(args.agents, args.seed, args.policy)}
    text = json.dumps(facts, indent=2, ensure_ascii=False)
    if args.json not in ("", "-"):
        Path(args.json).write_text(text + "\n", encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
