"""A plan and a number in, exactly so many tasks out, or what is missing and why. The door of this room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from math import ceil

import numpy as np

from generation.engine.errors import SuiteError
from generation.engine.llm.counts import by_number, counted
from generation.engine.llm.documents.document import digest
from generation.engine.llm.suites.cover import covering, matches
from generation.engine.llm.suites.matrix import Rule, Space
from generation.engine.llm.suites.plan import SuitePlan
from generation.engine.llm.suites.quotas import require_room, where_words
from generation.engine.llm.suites.task import DIFFICULTIES, Suite, Task
from generation.engine.llm.suites.values import Inventor, expected_in, filled
from generation.engine.profiling.tidiness import plain_spelling
from generation.engine.progress import Progress, silent

MOST_TASKS = 100_000
_TRIES = 40
_MOST_MISSES = 2_000  # cells with nothing new to say, one after the other
SAME = "The plan's wordings and values allow no more different tasks in the cells that have room."

Cell = Mapping[str, str]


def make_suite(plan: SuitePlan, count: int, *, ways: int = 2, seed: int, progress: Progress = silent) -> Suite:
    """`count` tasks that hold every allowed combination of `ways` dimensions, if they are enough for that.

    The same plan, count, ways and seed give the same bytes. SuiteError, in one sentence, where rules contradict each
    other or go in a circle, where a cell has no expected result or two, and where quotas cannot be kept.
    """
    if not 1 <= count <= MOST_TASKS:
        raise SuiteError("bad_count", f"Ask for 1 to {MOST_TASKS:,} tasks.")
    cover = covering(plan.matrix, ways, seed=seed, progress=progress)
    require_room(plan.quotas, plan.matrix.space, count)
    maker = _Maker(plan, count, np.random.default_rng([seed, 1]), progress)
    tasks = maker.made(cover[:count])
    notes = (
        [] if len(cover) <= count else [f"All combinations of {ways} dimensions take {counted(len(cover), 'task')}."]
    )
    notes += maker.notes()
    missing = count - len(tasks)
    return Suite(plan.name, count, seed, tuple(_rated(plan, tasks)), {SAME: missing} if missing else {}, tuple(notes))


def make_in_cell(
    plan: SuitePlan, cell: Mapping[str, str], count: int, *, known: Collection[str], seed: int
) -> list[Task]:
    """Up to `count` tasks in one cell whose inputs are not among those that are `known`."""
    maker = _Maker(replace(plan, quotas=()), count, np.random.default_rng([seed, 2]), silent, known)
    return _rated(plan, maker.made_in({name: frozenset({value}) for name, value in cell.items()}))


class _Maker:
    """Tasks one by one: the cells of the cover first, then what quotas lack, then cells by the weights."""

    def __init__(
        self, plan: SuitePlan, count: int, rng: np.random.Generator, progress: Progress, known: Collection[str] = ()
    ) -> None:
        self._plan, self._count, self._rng, self._progress = plan, count, rng, progress
        self._inventor = Inventor(plan.values, rng)
        self._seen = set(map(plain_spelling, known))
        self._kept: Counter[int] = Counter()
        self._tasks: list[Task] = []
        self._left_out = 0
        self._space = self._with_room()

    def made(self, cover: Sequence[Cell]) -> list[Task]:
        for cell in cover:
            self._left_out += not self._add(cell)
        for place, quota in enumerate(self._plan.quotas):
            self._fill(dict(quota.where), quota.at_least - self._kept[place])
        self._fill({}, self._count - len(self._tasks))
        return self._tasks

    def notes(self) -> list[str]:
        """Which quotas have fewer tasks than they ask for, and how many scenarios of the cover could not be taken."""
        found = [
            f"The quota for {where_words(quota)} asks for {counted(quota.at_least, 'task')} and has "
            f"{self._kept[place]:,}: there was no room for more beside the scenarios that hold all combinations, or "
            "nothing new to say."
            for place, quota in enumerate(self._plan.quotas)
            if self._kept[place] < quota.at_least
        ]
        if self._left_out:
            found.append(
                by_number(
                    self._left_out, "scenario that holds combinations was", "scenarios that hold combinations were"
                )
                + " left out: a quota is full, or nothing new can be said there."
            )
        return found

    def made_in(self, where: Mapping[str, frozenset[str]]) -> list[Task]:
        """Tasks in these cells alone."""
        self._fill(where, self._count)
        return self._tasks

    def _fill(self, where: Mapping[str, frozenset[str]], wanted: int) -> None:
        """Tasks in these cells until there are so many more, or none can be made: by the weights, as long as cells so
        drawn have anything new to say, then in every cell in turn.
        """
        most, misses = min(self._count, len(self._tasks) + wanted), 0
        while len(self._tasks) < most and misses < _TRIES:
            self._progress("making tasks", len(self._tasks), self._count)
            cell = self._drawn(where)
            misses = 0 if cell is not None and self._add(cell) else misses + 1
        before = -1
        while before < len(self._tasks) < most:
            before = len(self._tasks)
            for cell in self._in_turn(where, most):
                self._add(cell)

    def _in_turn(self, where: Mapping[str, frozenset[str]], most: int) -> Iterator[Cell]:
        """These cells until there are so many tasks, or too many cells in a row had nothing new to say."""
        made, misses = len(self._tasks), 0
        for cell in (cell for cell in self._space.cells({}) if matches(cell, where)):
            yield cell
            made, misses = len(self._tasks), 0 if len(self._tasks) > made else misses + 1
            if made >= most or misses >= _MOST_MISSES:
                return

    def _add(self, cell: Cell) -> bool:
        """A task in this cell; False where a quota is full or nothing new can be said."""
        own = [place for place, quota in enumerate(self._plan.quotas) if matches(cell, quota.where)]
        if any(self._is_full(place) for place in own):
            return False
        for _ in range(_TRIES):
            task = self._worded(cell)
            if (spelling := plain_spelling(task.input)) not in self._seen:
                self._seen.add(spelling)
                self._kept.update(own)
                self._tasks.append(task)
                if any(self._is_full(place) for place in own):
                    self._space = self._with_room()
                return True
        return False

    def _is_full(self, place: int) -> bool:
        most = self._plan.quotas[place].at_most
        return most is not None and self._kept[place] >= most

    def _with_room(self) -> Space:
        """The cells that the rules allow, without those of quotas that are full."""
        matrix, quotas = self._plan.matrix, self._plan.quotas
        full = [Rule(quota.where, {}) for place, quota in enumerate(quotas) if self._is_full(place)]
        return Space(replace(matrix, rules=(*matrix.rules, *full))) if full else matrix.space

    def _drawn(self, where: Mapping[str, frozenset[str]]) -> Cell | None:
        """A cell by the weights of its values that keeps the rules."""
        space = self._space
        row: dict[int, int] = {}
        named = [space.names.index(name) for name in where]
        others = [at for at in range(len(space.names)) if at not in named]
        for dimension in [*named, *(others[at] for at in self._rng.permutation(len(others)))]:
            values, allowed = space.values[dimension], where.get(space.names[dimension])
            possible = [
                at
                for at, value in enumerate(values)
                if (allowed is None or value in allowed) and space.is_possible(row | {dimension: at})
            ]
            if not possible:
                return None
            weights = np.array([space.weights[dimension][at] for at in possible]) + 1e-12
            row[dimension] = possible[int(self._rng.choice(len(possible), p=weights / weights.sum()))]
        return space.cell(row)

    def _worded(self, cell: Cell) -> Task:
        fitting = [one for one in self._plan.inputs if matches(cell, one.where)]
        if not fitting:
            raise SuiteError("no_input", f"No input fits the cell {_said(cell)}.")
        invented = self._inventor.fresh()
        said = {name: filled(self._said_value(name, value), invented) for name, value in cell.items()}
        text = filled(fitting[int(self._rng.integers(len(fitting)))].text, said | invented)
        kind, value = expected_in(self._plan.expected, cell, {**cell, **invented})
        return Task(text, kind, value, cell, "", tuple(f"{name}:{value}" for name, value in cell.items()))

    def _said_value(self, name: str, value: str) -> str:
        words = self._plan.words.get(name, {}).get(value) or (value,)
        return words[int(self._rng.integers(len(words)))]


def _said(cell: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in cell.items())


def _rated(plan: SuitePlan, tasks: Sequence[Task]) -> list[Task]:
    """The tasks with their difficulty, in thirds of what the points of the plan allow, and their ids."""
    most = sum(max(points.values(), default=0.0) for points in plan.difficulty.values()) or 1.0
    found = []
    for task in tasks:
        points = sum(plan.difficulty.get(name, {}).get(value, 0.0) for name, value in task.cell.items())
        place = min(len(DIFFICULTIES), max(1, ceil(len(DIFFICULTIES) * points / most))) - 1
        found.append(replace(task, difficulty=DIFFICULTIES[place], id=digest(plan.name, task.input, task.cell_key)))
    return found
