"""Scenarios that together hold every combination of values of any t dimensions that the rules allow.

A greedy of the kind of AETG (Cohen, Dalal, Fredman and Patton 1997): each scenario starts from a combination that is
not held yet and takes, dimension by dimension, the value that adds most new ones; the best of a few tries is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product

import numpy as np

from generation.engine.errors import SuiteError
from generation.engine.llm.suites.matrix import Cell, Matrix, Partial, Space
from generation.engine.progress import Progress, silent

_TRIES = 6
MOST_COMBINATIONS = 2_000_000

Combination = tuple[tuple[int, int], ...]


def covering(
    matrix: Matrix, ways: int, *, seed: int, tries: int = _TRIES, progress: Progress = silent
) -> list[dict[str, str]]:
    """Scenarios that hold every allowed combination of `ways` dimensions; those that add most come first.

    The same matrix, `ways`, seed and tries give the same scenarios; with fewer `tries` a scenario, there are some more
    of them, sooner. SuiteError when there are more dimensions asked for than
    there are, or too many combinations to go through.
    """
    space = matrix.space
    if not 1 <= ways <= len(space.names):
        raise SuiteError("bad_ways", f"Ask for combinations of 1 to {len(space.names)} dimensions.")
    rng = np.random.default_rng(seed)
    left = set(possible(space, ways))
    total, rows = len(left), []
    while left:
        progress("covering combinations", total - len(left), total)
        tried = [_row(space, left, ways, rng) for _ in range(tries)]
        best = max(tried, key=lambda row: len(held(row, ways) & left))
        left -= held(best, ways)
        rows.append(space.cell(best))
    return rows


def coverage(cells: Sequence[Cell], matrix: Matrix, ways: int) -> float:
    """The share of all allowed combinations of `ways` dimensions that these scenarios hold, from 0 to 1."""
    space = matrix.space
    wanted = set(possible(space, ways))
    found = {one for cell in cells for one in held(space.numbered(cell), ways)}
    return len(found & wanted) / len(wanted) if wanted else 1.0


def held(row: Partial, ways: int) -> set[Combination]:
    """The combinations that a scenario holds."""
    return set(combinations(sorted(row.items()), ways))


def possible(space: Space, ways: int) -> Iterator[Combination]:
    """Every combination that some scenario can hold."""
    count = 0
    for dimensions in combinations(range(len(space.names)), ways):
        for values in product(*(range(len(space.values[dimension])) for dimension in dimensions)):
            count += 1
            if count > MOST_COMBINATIONS:
                raise SuiteError("too_many", f"There are more than {MOST_COMBINATIONS:,} combinations: ask for fewer.")
            combination = tuple(zip(dimensions, values, strict=True))
            if space.is_possible(dict(combination)):
                yield combination


def _row(space: Space, left: set[Combination], ways: int, rng: np.random.Generator) -> Partial:
    """One scenario that begins with a combination that is not held yet."""
    row = dict(_start(left, rng))
    waiting = [dimension for dimension in range(len(space.names)) if dimension not in row]
    for at in rng.permutation(len(waiting)):
        row[waiting[at]] = _best_value(space, row, waiting[at], left, ways, rng)
    return row


def _start(left: set[Combination], rng: np.random.Generator) -> Combination:
    """One of those that are left, drawn from the first few in order: a set has no order of its own to draw from."""
    some = sorted(_first(left, 64))
    return some[int(rng.integers(len(some)))]


def _first(left: set[Combination], count: int) -> list[Combination]:
    import heapq

    return heapq.nsmallest(count, left)


def _best_value(
    space: Space, row: Partial, dimension: int, left: set[Combination], ways: int, rng: np.random.Generator
) -> int:
    best: list[int] = []
    most = -1
    others = list(combinations(sorted(row.items()), ways - 1))
    for value in range(len(space.values[dimension])):
        gain = sum(tuple(sorted((*other, (dimension, value)))) in left for other in others)
        if gain < most or not space.is_possible(row | {dimension: value}):
            continue
        best = [value] if gain > most else [*best, value]
        most = gain
    return best[int(rng.integers(len(best)))]


def matches(cell: Cell, where: Mapping[str, Iterable[str]]) -> bool:
    """Whether a scenario has, of every dimension that is named, one of the values that are meant."""
    return all(cell[name] in set(values) for name, values in where.items())
