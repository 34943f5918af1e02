"""The null run: real against real. How often does each check alarm on data that leaks nothing?

All real records are pooled and cut at random into three tables of one size that play training, holdout and synthetic;
where it is known whose each is, people stay whole. An alarm there is false; a check that alarms often on this data
proves little about it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from generation.engine.evaluation.checks import of_group
from generation.engine.evaluation.metric import Group, Status
from generation.engine.evaluation.policy import EvaluationPolicy
from generation.engine.evaluation.study.encoding import EncodedTable, encode
from generation.engine.evaluation.study.intervals import clopper_pearson
from generation.engine.evaluation.study.study import Study
from generation.engine.evaluation.suite import run_check
from generation.engine.progress import Progress
from generation.engine.schema import Schema

REPEATS = 20


@dataclass(frozen=True)
class FalseAlarms:
    """How often a metric was review or block, how often block, how often it had a verdict at all, and how often that
    verdict was undecided."""

    metric: str
    alarms: int
    blocks: int
    runs: int
    undecided: int = 0

    @property
    def rate(self) -> float | None:
        """The share of false alarms; None when it was never computed."""
        return self.alarms / self.runs if self.runs else None

    def as_json(self) -> dict[str, Any]:
        lower, upper = clopper_pearson(self.alarms, self.runs)
        counts = {"metric": self.metric, "alarms": self.alarms, "blocks": self.blocks, "runs": self.runs}
        counts["undecided"] = self.undecided
        return counts | {"rate": self.rate, "lower": lower, "upper": upper}


def null_run(  # noqa: PLR0913 - the suite's own inputs
    training: pd.DataFrame,
    holdout: pd.DataFrame,
    schema: Schema,
    *,
    target: str | None,
    policy: EvaluationPolicy,
    seed: int,
    progress: Progress,
    repeats: int = REPEATS,
) -> tuple[FalseAlarms, ...]:
    """False alarms of every privacy metric that the policy judges, over `repeats` random splits into thirds.

    The records are encoded once: codes do not depend on how they are split.
    """
    pooled = pd.concat([training, holdout], ignore_index=True)
    (table,) = encode([pooled], schema)
    checks = [check for check in of_group(Group.PRIVACY) if check.names & policy.limits.keys()]
    runs: Counter[str] = Counter()
    alarms, blocks, undecided = runs.copy(), runs.copy(), runs.copy()
    for repeat in range(repeats):
        progress("splitting real against real", repeat, repeats)
        study = _split(table, pooled, target, policy, [seed, repeat])
        for metric in (metric for check in checks for metric in run_check(check, study).metrics):
            runs[metric.name] += metric.status in (Status.PASS, Status.REVIEW, Status.UNDECIDED, Status.BLOCK)
            alarms[metric.name] += metric.status in (Status.REVIEW, Status.BLOCK)
            blocks[metric.name] += metric.status is Status.BLOCK
            undecided[metric.name] += metric.status is Status.UNDECIDED
    progress("split", repeats, repeats)
    return tuple(
        FalseAlarms(name, alarms[name], blocks[name], runs[name], undecided[name]) for name in runs if runs[name]
    )


def _split(
    table: EncodedTable, frame: pd.DataFrame, target: str | None, policy: EvaluationPolicy, seeds: list[int]
) -> Study:
    """A random third each as training, holdout and synthetic; rows stay in canonical order."""
    whose = table.original if table.persons is None else table.whose
    third = np.empty(table.people, dtype=np.int8)
    for place, people in enumerate(np.array_split(np.random.default_rng(seeds).permutation(table.people), 3)):
        third[people] = place
    parts = [np.flatnonzero(third[whose] == place) for place in range(3)]
    thirds = [EncodedTable(table.columns, table.rows[part], np.arange(len(part)), table.persons) for part in parts]
    training, synthetic = (frame.iloc[table.original[parts[place]]] for place in (0, 2))
    goal = next((column for column in table.columns if column.spec.name == target), None)
    return Study(thirds[0], thirds[1], thirds[2], training, synthetic, goal, policy, sum(seeds))
