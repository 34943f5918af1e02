"""The one model of every utility test: LightGBM with its default settings, made deterministic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.study.encoding import EncodedColumn, EncodedTable

ROUNDS = 100
# One thread costs half a second more on an idle machine; two wait for each other for minutes on a busy one.
THREADS = 1

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Task:
    """What is predicted from what.

    `classes` are the codes of the real target's classes, the rarer of two last; empty for a number.
    """

    target: EncodedColumn
    features: tuple[EncodedColumn, ...]
    classes: tuple[int, ...]

    def matrix(self, table: EncodedTable) -> Floats:
        """Features as rows x columns; categories as codes; NaN where missing."""
        if not self.features:
            return np.empty((len(table), 0))
        return np.column_stack([_feature(table, column) for column in self.features])

    def answers(self, table: EncodedTable) -> Floats:
        """The target: a number, or the position in `classes`; NaN where missing or of no real class."""
        if not self.classes:
            return table.values(self.target)
        places = np.full(len(self.target.categories) + 1, np.nan)
        places[list(self.classes)] = np.arange(len(self.classes))
        return np.asarray(places[table.codes(self.target)], dtype=np.float64)


def _feature(table: EncodedTable, column: EncodedColumn) -> Floats:
    if column.is_continuous:
        return table.values(column)
    codes = table.codes(column).astype(np.float64)
    return np.where(codes < 0, np.nan, codes)


def train(task: Task, table: EncodedTable, seed: int) -> lightgbm.Booster:
    """The model fitted on the rows of the table that have an answer."""
    answers = task.answers(table)
    known = ~np.isnan(answers)
    categorical = [place for place, column in enumerate(task.features) if not column.is_continuous]
    data = lightgbm.Dataset(
        task.matrix(table)[known], answers[known], categorical_feature=categorical, params=_parameters(task, seed)
    )
    return lightgbm.train(_parameters(task, seed), data, ROUNDS)


def predict(task: Task, model: lightgbm.Booster, table: EncodedTable) -> Floats:
    """Scores, rows x classes (one column for two classes or a number)."""
    scores = np.asarray(model.predict(task.matrix(table), num_threads=THREADS), dtype=np.float64)
    return scores.reshape(len(table), -1)


def _parameters(task: Task, seed: int) -> dict[str, Any]:
    objective: dict[str, Any] = {"objective": "binary"}
    if not task.classes:
        objective = {"objective": "regression"}
    elif len(task.classes) > 2:
        objective = {"objective": "multiclass", "num_class": len(task.classes)}
    steady = {"deterministic": True, "force_row_wise": True, "num_threads": THREADS, "seed": seed % (2**31)}
    return objective | steady | {"verbosity": -1}
