"""A scenario matrix as a synthesizer of the portal: it keeps the plan, and makes tasks over it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Self

import pandas as pd

from generation.engine.errors import FitError
from generation.engine.kinds.tasks import TASKS
from generation.engine.llm.parts import PLAN, part_of
from generation.engine.llm.suites.making import make_suite
from generation.engine.llm.suites.plan import read_plan
from generation.engine.llm.suites.task import Suite, Task
from generation.engine.progress import Progress
from generation.engine.schema import Schema
from generation.engine.synthesizers.bytes import model_bytes
from generation.engine.synthesizers.protocol import LeftOut


class ScenarioTasks:
    """Tasks that hold every allowed combination of so many dimensions. Nothing is learned: the model is the plan."""

    left_out: tuple[LeftOut, ...] = ()

    def __init__(self, plan: str, ways: int) -> None:
        self.plan, self.ways = plan, ways
        self.notes: tuple[str, ...] = ()

    @classmethod
    def fit(
        cls, training: pd.DataFrame, schema: Schema, parameters: Mapping[str, object], seed: int, progress: Progress
    ) -> Self:
        """See `protocol.Synthesizer.fit`. EngineError for a plan that cannot be read, or contradicts itself."""
        plan = part_of(training.rename(columns={spec.name: spec.label for spec in schema}), PLAN)
        _ = read_plan(plan).matrix.space
        return cls(plan, int(str(parameters["ways"])))

    def sample(self, rows: int, seed: int, *, first_row: int = 0) -> pd.DataFrame:
        """See `protocol.Synthesizer.sample`: `rows` tasks or fewer; `notes` say how many lack, and why."""
        if first_row:
            raise FitError("too_many", "So many tasks cannot be made at once. Ask for at most 100,000.")
        suite = make_suite(read_plan(self.plan), rows, ways=self.ways, seed=seed)
        missing = [f"{count:,} tasks are missing. {why}" for why, count in suite.shortfall.items()]
        self.notes = (*suite.notes, *missing)
        columns = [spec.name for spec in TASKS.makes.columns] if TASKS.makes else []
        return pd.DataFrame([record_of_task(task) for task in suite.tasks], columns=columns, dtype=object)

    def dump(self) -> bytes:
        """The plan."""
        return model_bytes.to_bytes(self)

    @classmethod
    def load(cls, payload: bytes) -> Self:
        """See `protocol.Synthesizer.load`."""
        return model_bytes.from_bytes(cls, payload)


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
