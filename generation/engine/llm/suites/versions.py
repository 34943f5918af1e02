"""Two versions of a suite beside each other, and cells that are kept apart for training and for evaluation."""

from __future__ import annotations

import hmac
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from generation.engine.llm.suites.task import Suite, Task, as_line

_STEPS = 1 << 53


@dataclass(frozen=True, slots=True)
class Moved:
    """How many tasks a cell, or those with a tag, had in the old version and has in the new; the totals beside them."""

    name: str
    before: int
    after: int
    of_before: int
    of_after: int

    @property
    def more(self) -> int:
        return self.after - self.before

    @property
    def share_before(self) -> float:
        return self.before / self.of_before if self.of_before else 0.0

    @property
    def share_after(self) -> float:
        return self.after / self.of_after if self.of_after else 0.0


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between two versions, by the ids of tasks; the cells that have more or fewer; the shares by tag.

    `parts` names, for each changed task, what of it is another.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    same: int
    cells: tuple[Moved, ...]
    tags: tuple[Moved, ...]
    parts: Mapping[str, tuple[str, ...]]

    @property
    def by_cell(self) -> dict[str, int]:
        """By how many tasks each cell has more."""
        return {cell.name: cell.more for cell in self.cells}


def difference(old: Suite, new: Suite) -> Difference:
    """The difference between two versions; a task is the same one when it has the same id."""
    before, after = ({task.id: task for task in suite.tasks} for suite in (old, new))
    both = [name for name in after if name in before]
    changed = tuple(name for name in both if as_line(before[name]) != as_line(after[name]))
    cells = _moved(old, new, lambda task: [task.cell_key])
    return Difference(
        tuple(name for name in after if name not in before),
        tuple(name for name in before if name not in after),
        changed,
        len(both) - len(changed),
        tuple(cell for cell in cells if cell.more),
        _moved(old, new, lambda task: [*task.tags, f"difficulty:{task.difficulty}"]),
        {name: _parts(before[name], after[name]) for name in changed},
    )


def _moved(old: Suite, new: Suite, names: Callable[[Task], Sequence[str]]) -> tuple[Moved, ...]:
    """How many tasks go by each name in either version."""
    before, after = (Counter(name for task in suite.tasks for name in names(task)) for suite in (old, new))
    totals = len(old.tasks), len(new.tasks)
    return tuple(Moved(name, before[name], after[name], *totals) for name in sorted({*before, *after}))


def _parts(old: Task, new: Task) -> tuple[str, ...]:
    """What of a task is another, by the names of its parts."""
    one, other = json.loads(as_line(old)), json.loads(as_line(new))
    return tuple(name for name in one if one[name] != other[name])


def is_for_evaluation(cell: Mapping[str, str], share: float, key: bytes) -> bool:
    """Whether a cell belongs to evaluation. The portal's `key` decides, and so for every suite and version alike.

    `share` is the part of all cells that evaluation gets, from 0 to 1.
    """
    return place_of(cell_name(cell), key) < share


def cell_name(cell: Mapping[str, str]) -> str:
    """The name of a cell, whatever the order of its dimensions."""
    return "\x1f".join(f"{dimension}={cell[dimension]}" for dimension in sorted(cell))


def place_of(name: str, key: bytes) -> float:
    """Where a name stands between 0 and 1 (uniform over names), by the key alone."""
    return (int.from_bytes(hmac.digest(key, name.encode(), "sha256")[:8], "big") >> 11) / _STEPS


def split_tasks(tasks: Iterable[Task], share: float, key: bytes) -> tuple[list[Task], list[Task]]:
    """The tasks for training and those for evaluation: no cell is in both."""
    parts: tuple[list[Task], list[Task]] = ([], [])
    for task in tasks:
        parts[is_for_evaluation(task.cell, share, key)].append(task)
    return parts
