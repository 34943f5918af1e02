"""The benchmark's vectorised judge must be the product's `decide`, or its table would speak of another gate."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.audits.gate_simulation import judge, leak_positions, table
from reviews.engine.acceptance.decision import Outcome, decide
from reviews.engine.acceptance.plans import fixed_plan, sequential_plan, three_look_plan


@pytest.mark.parametrize("make", [fixed_plan, three_look_plan, sequential_plan])
@pytest.mark.parametrize("leaks", [2, 9])
def test_the_simulated_gate_is_the_gate(make, leaks: int) -> None:
    plan = make(2_000, 0.01, 0.95)
    positions = leak_positions(60, 2_000, leaks, np.random.default_rng(5))
    accepted, reviewed = judge(plan, positions)
    decisions = [decide(plan, [row in places for row in range(2_000)]) for places in map(set, positions.tolist())]
    assert accepted.tolist() == [decision.outcome is Outcome.ACCEPT for decision in decisions]
    assert reviewed.tolist() == [decision.reviewed for decision in decisions]


def test_the_same_seed_gives_the_same_table() -> None:
    first, second = (table(50, 2_000, np.random.default_rng(9)) for _ in range(2))
    assert first == second
