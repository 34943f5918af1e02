"""The null run: real against real. How often does each check alarm on data that leaks nothing?

All real records are pooled and cut at random into three tables of one size that play training, holdout and synthetic.
An alarm there is false; a check that alarms often on this data proves little about it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from generation.engine.evaluation.intervals import wilson
from generation.engine.evaluation.metric import Status
from generation.engine.evaluation.policy import EvaluationPolicy
from generation.engine.evaluation.study import make_study
from generation.engine.evaluation.suite import privacy_checks, run_check
from generation.engine.progress import Progress
from generation.engine.schema import Schema

REPEATS = 20


@dataclass(frozen=True)
class FalseAlarms:
    """How often a metric was review or block, how often block, and how often it could be computed at all."""

    metric: str
    alarms: int
    blocks: int
    runs: int

    @property
    def rate(self) -> float | None:
        """The share of false alarms; None when it was never computed."""
        return self.alarms / self.runs if self.runs else None

    def as_json(self) -> dict[str, Any]:
        lower, upper = wilson(self.alarms, self.runs)
        counts = {"metric": self.metric, "alarms": self.alarms, "blocks": self.blocks, "runs": self.runs}
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
    """False alarms of every privacy metric over `repeats` random splits into thirds."""
    pooled = pd.concat([training, holdout], ignore_index=True)
    alarms: Counter[str] = Counter()
    blocks: Counter[str] = Counter()
    runs: Counter[str] = Counter()
    for repeat in range(repeats):
        progress("splitting real against real", repeat, repeats)
        order = np.random.default_rng([seed, repeat]).permutation(len(pooled))
        a, b, c = (pooled.iloc[part] for part in np.array_split(order, 3))
        study = make_study((a, b, c), schema, target, policy, seed + repeat)
        for metric in (metric for check in privacy_checks() for metric in run_check(check, study).metrics):
            judged = metric.status in (Status.PASS, Status.REVIEW, Status.BLOCK)
            runs[metric.name] += judged
            alarms[metric.name] += judged and metric.status is not Status.PASS
            blocks[metric.name] += metric.status is Status.BLOCK
    progress("split", repeats, repeats)
    return tuple(FalseAlarms(name, alarms[name], blocks[name], runs[name]) for name in runs if runs[name])
