"""An evaluation task, and a suite of them under one digest."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generation.engine.errors import SuiteError
from generation.engine.llm.canary import canary_of
from generation.engine.llm.documents.document import digest
from generation.engine.llm.written import Written

DIFFICULTIES = ("easy", "medium", "hard")


@dataclass(frozen=True, slots=True)
class Task:
    """`expected_kind` is exact, schema, rubric or state; `expected` the text, JSON Schema, criteria or state.

    `cell` is where it stands in the scenario matrix.
    """

    input: str
    expected_kind: str
    expected: Any
    cell: Mapping[str, str]
    difficulty: str
    tags: tuple[str, ...] = ()
    id: str = ""

    @property
    def cell_key(self) -> str:
        return " / ".join(f"{name}={value}" for name, value in self.cell.items())


@dataclass(frozen=True, slots=True)
class Suite:
    """Tasks with what was asked for. `shortfall` counts missing ones by reason; `notes` say what else to know; `mark`
    is the release that its canary is of, "" before there is one."""

    name: str
    asked: int
    seed: int
    tasks: tuple[Task, ...]
    shortfall: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    mark: str = ""

    @property
    def digest(self) -> str:
        """The same for the same tasks in the same order."""
        return digest(*(as_line(task) for task in self.tasks))

    @property
    def canary(self) -> str:
        """A text that is in every export: a model that says it has seen these tasks."""
        return canary_of(self.mark or self.digest)

    def difficulties(self) -> dict[str, int]:
        return dict(Counter(task.difficulty for task in self.tasks))


def as_line(task: Task) -> str:
    """The task as one line of JSON, keys in order: the bytes that a digest is of."""
    plain = {
        "id": task.id,
        "input": task.input,
        "expected_kind": task.expected_kind,
        "expected": task.expected,
        "cell": dict(task.cell),
        "difficulty": task.difficulty,
        "tags": list(task.tags),
    }
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


def from_line(line: str, place: int = 1) -> Task:
    """The task again; `place` is the number of the line. SuiteError for what is no task."""
    try:
        plain = json.loads(line)
    except (ValueError, RecursionError):
        raise SuiteError("no_task", f"Line {place} of the file of tasks is not JSON.") from None
    said = Written(plain, "file of tasks", f"line {place}")
    return Task(
        said.part("input").name(),
        said.part("expected_kind").name(),
        said.part("expected").plain,
        {name: value.text() for name, value in said.part("cell").parts().items()},
        said.part("difficulty").text(),
        said.part("tags").texts(),
        said.part("id").name(),
    )
