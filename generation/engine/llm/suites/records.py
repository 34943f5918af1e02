"""Tasks as the records of an artefact, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from generation.engine.llm.suites.task import Suite, Task


def record_of_task(task: Task) -> dict[str, Any]:
    """A task as a record of an artefact."""
    is_text = task.expected_kind == "exact"
    return {
        "input": task.input,
        "expected": task.expected if is_text else json.dumps(task.expected, ensure_ascii=False, sort_keys=True),
        "scenario": "; ".join(f"{name}: {value}" for name, value in task.cell.items()),
        "cell": json.dumps(dict(task.cell), ensure_ascii=False),
        "expected_kind": task.expected_kind,
        "difficulty": task.difficulty,
        "id": task.id,
    }


def suite_from(records: list[Mapping[str, Any]], name: str) -> Suite:
    """The suite of an artefact's records. A record whose result cannot be read keeps it as text, to be found so."""
    tasks = tuple(_task(record) for record in records)
    return Suite(name, len(tasks), 0, tasks)


def _task(record: Mapping[str, Any]) -> Task:
    kind, expected, cell = str(record["expected_kind"]), record["expected"], json.loads(record["cell"])
    if kind != "exact":
        try:
            expected = json.loads(expected)
        except (TypeError, ValueError):
            expected = None
    tags = tuple(f"{name}:{value}" for name, value in cell.items())
    return Task(str(record["input"]), kind, expected, cell, str(record["difficulty"]), tags, str(record["id"]))
