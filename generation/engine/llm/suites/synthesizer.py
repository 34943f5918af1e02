"""A scenario matrix as a synthesizer of the portal: it keeps the plan, and makes tasks over it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Self

import pandas as pd

from generation.engine.errors import FitError
from generation.engine.kinds.tasks import PLAN, TASKS
from generation.engine.llm.parts import part_of
from generation.engine.llm.suites.making import make_suite
from generation.engine.llm.suites.plan import read_plan
from generation.engine.llm.suites.records import record_of_task
from generation.engine.llm.suites.results import with_more_in
from generation.engine.progress import Progress
from generation.engine.schema import Schema
from generation.engine.synthesizers.bytes import model_bytes
from generation.engine.synthesizers.protocol import LeftOut


class ScenarioTasks:
    """Tasks that hold every allowed combination of so many dimensions. Nothing is learned: the model is the plan.

    `same` and `failed`: as many tasks as an earlier run with this seed made, and behind them new ones in these cells.
    """

    left_out: tuple[LeftOut, ...] = ()

    def __init__(self, plan: str, ways: int, same: int = 0, failed: Sequence[Mapping[str, str]] = ()) -> None:
        self.plan, self.ways, self.same, self.failed = plan, ways, same, list(failed)
        self.notes: tuple[str, ...] = ()

    @classmethod
    def fit(
        cls, training: pd.DataFrame, schema: Schema, parameters: Mapping[str, object], seed: int, progress: Progress
    ) -> Self:
        """See `protocol.Synthesizer.fit`. EngineError for a plan that cannot be read, or contradicts itself."""
        plan = part_of(training.rename(columns={spec.name: spec.label for spec in schema}), PLAN)
        _ = read_plan(plan).matrix.space
        ways, same = int(str(parameters["ways"])), int(str(parameters.get("same", 0)))
        return cls(plan, ways, same, json.loads(str(parameters.get("failed", "[]"))))

    def sample(self, rows: int, seed: int, *, first_row: int = 0) -> pd.DataFrame:
        """See `protocol.Synthesizer.sample`: `rows` tasks or fewer; `notes` say how many lack, and why."""
        if first_row:
            raise FitError("too_many", "So many tasks cannot be made at once. Ask for at most 100,000.")
        plan = read_plan(self.plan)
        suite = make_suite(plan, self.same or rows, ways=self.ways, seed=seed)
        if self.same:
            suite = with_more_in(plan, suite, self.failed, rows - self.same, seed=seed)
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
