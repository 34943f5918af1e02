"""A scenario matrix as a synthesizer of the portal: it keeps the plan, and makes tasks over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

import pandas as pd

from generation.engine.errors import FitError
from generation.engine.kinds.tasks import PLAN, TASKS
from generation.engine.llm.counts import by_number
from generation.engine.llm.parts import part_of
from generation.engine.llm.suites.making import make_suite
from generation.engine.llm.suites.plan import read_plan
from generation.engine.llm.suites.records import record_of_task
from generation.engine.llm.suites.results import ROUNDS, Round, grown, rounds_from
from generation.engine.progress import Progress
from generation.engine.schema import Schema
from generation.engine.synthesizers.bytes import model_bytes
from generation.engine.synthesizers.protocol import LeftOut


class ScenarioTasks:
    """Tasks that hold every allowed combination of so many dimensions. Nothing is learned: the model is the plan.

    `rounds`: behind the tasks that an earlier run with this seed made stand those that it grew by, in these cells.
    """

    left_out: tuple[LeftOut, ...] = ()

    def __init__(self, plan: str, ways: int, rounds: Sequence[Round] = ()) -> None:
        self.plan, self.ways, self.rounds = plan, ways, list(rounds)
        self.notes: tuple[str, ...] = ()

    @classmethod
    def fit(
        cls, training: pd.DataFrame, schema: Schema, parameters: Mapping[str, object], seed: int, progress: Progress
    ) -> Self:
        """See `protocol.Synthesizer.fit`. EngineError for a plan that cannot be read, or contradicts itself."""
        plan = part_of(training.rename(columns={spec.name: spec.label for spec in schema}), PLAN)
        _ = read_plan(plan).matrix.space
        return cls(plan, int(str(parameters["ways"])), rounds_from(str(parameters.get(ROUNDS, "[]"))))

    def sample(self, rows: int, seed: int, *, first_row: int = 0) -> pd.DataFrame:
        """See `protocol.Synthesizer.sample`: `rows` tasks or fewer; `notes` say how many lack, and why."""
        if first_row:
            raise FitError("too_many", "So many tasks cannot be made at once. Ask for at most 100,000.")
        plan = read_plan(self.plan)
        first = make_suite(plan, rows - sum(one.more for one in self.rounds), ways=self.ways, seed=seed)
        suite = grown(plan, first, self.rounds, seed=seed)
        lacking = suite.shortfall.items()
        missing = [f"{by_number(count, 'task is missing', 'tasks are missing')}. {why}" for why, count in lacking]
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
