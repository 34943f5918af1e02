"""How large a matrix is, and how many tasks it takes to hold its pairs or triples: told while a plan is written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from math import prod

from generation.engine.llm.suites.cover import Combination, covering, possible
from generation.engine.llm.suites.matrix import Matrix, Space

# What can be gone through while somebody waits for an answer.
MOST_STEPS, MOST_COMBINATIONS = 100_000, 4_000


@dataclass(frozen=True, slots=True)
class Take:
    """What it takes to hold every combination of so many dimensions: `least` tasks at any rate, and `about` so many.

    `about` is None where there are too many combinations to try it out.
    """

    ways: int
    combinations: int
    least: int
    about: int | None


def count_cells(matrix: Matrix) -> int | None:
    """How many scenarios the rules allow; None where that takes too long to count. SuiteError as `Matrix.space`.

    Dimensions that no rule ties to each other are counted apart and multiplied.
    """
    space, steps = matrix.space, Counter({"left": MOST_STEPS})
    counted = [_count(space, sorted(group), 0, {}, steps) for group in _tied(matrix)]
    return prod(counted) if steps["left"] > 0 else None


def _tied(matrix: Matrix) -> list[set[int]]:
    """Dimensions in groups: two that a rule names together are in one."""
    names = list(matrix.dimensions)
    groups = [{place} for place in range(len(names))]
    for rule in matrix.rules:
        own = {names.index(name) for name in (*rule.when, *rule.then)}
        joined = set().union(own, *(group for group in groups if group & own))
        groups = [*(group for group in groups if not group & own), joined]
    return [group for group in groups if group]


def _count(space: Space, left: list[int], at: int, row: dict[int, int], steps: Counter[str]) -> int:
    if at == len(left):
        return 1
    found = 0
    for value in range(len(space.values[left[at]])):
        steps["left"] -= 1
        if steps["left"] > 0 and space.keeps_rules(row | {left[at]: value}):
            found += _count(space, left, at + 1, row | {left[at]: value}, steps)
    return found


def take(matrix: Matrix, ways: int) -> Take:
    """What it takes to hold every combination of `ways` dimensions. SuiteError as `Matrix.space`."""
    most = sum(prod(map(len, group)) for group in combinations(matrix.space.values, ways))
    if most > MOST_COMBINATIONS:
        return Take(ways, most, max(prod(map(len, group)) for group in combinations(matrix.space.values, ways)), None)
    found: list[Combination] = list(possible(matrix.space, ways))
    of_group = Counter(tuple(dimension for dimension, _ in one) for one in found)
    least = max(of_group.values(), default=0)
    return Take(ways, len(found), least, len(covering(matrix, ways, seed=1, tries=1)))
