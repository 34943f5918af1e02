"""Two versions of a suite beside each other, and cells that are kept apart for training and for evaluation."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from generation.engine.llm.suites.task import Suite, Task, as_line

_STEPS = 1 << 53


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between two versions, by the ids of tasks, and by how many per cell the new one has more."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    same: int
    by_cell: Mapping[str, int]


def difference(old: Suite, new: Suite) -> Difference:
    """The difference between two versions; a task is the same one when it has the same id."""
    before, after = ({task.id: task for task in suite.tasks} for suite in (old, new))
    both = [name for name in after if name in before]
    changed = tuple(name for name in both if as_line(before[name]) != as_line(after[name]))
    cells = Counter(task.cell_key for task in new.tasks)
    cells.subtract(Counter(task.cell_key for task in old.tasks))
    return Difference(
        tuple(name for name in after if name not in before),
        tuple(name for name in before if name not in after),
        changed,
        len(both) - len(changed),
        {cell: count for cell, count in sorted(cells.items()) if count},
    )


def is_for_evaluation(cell: Mapping[str, str], share: float, key: bytes) -> bool:
    """Whether a cell belongs to evaluation. The portal's `key` decides, and so for every suite and version alike.

    `share` is the part of all cells that evaluation gets, from 0 to 1.
    """
    name = "\x1f".join(f"{dimension}={cell[dimension]}" for dimension in sorted(cell))
    drawn = int.from_bytes(hmac.digest(key, name.encode(), "sha256")[:8], "big") >> 11
    return drawn < share * _STEPS


def split_tasks(tasks: Iterable[Task], share: float, key: bytes) -> tuple[list[Task], list[Task]]:
    """The tasks for training and those for evaluation: no cell is in both."""
    parts: tuple[list[Task], list[Task]] = ([], [])
    for task in tasks:
        parts[is_for_evaluation(task.cell, share, key)].append(task)
    return parts
