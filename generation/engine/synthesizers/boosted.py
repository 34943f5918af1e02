"""Boosted trees for a column of few classes: many small steps, each resting on many records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt

from generation.engine.synthesizers.cells import Codes
from generation.engine.synthesizers.grown_tree import Features

ROUNDS = 150
# On UCI Adult more rounds, or larger trees, gain nothing that a model trained on the result can see.
STEP = 0.05
LEAVES = 31


@dataclass(frozen=True, slots=True)
class Boosted:
    """A LightGBM model as its text, and how many classes it tells apart. Text holds splits and leaf values only."""

    text: str
    count: int

    def shares(self, features: Features) -> npt.NDArray[np.float64]:
        """Probability of each class, rows x count."""
        predicted = lightgbm.Booster(model_str=self.text).predict(features, num_threads=1)
        chances = np.asarray(predicted, dtype=np.float64).reshape(len(features), -1)
        return np.column_stack([1 - chances, chances]) if self.count == 2 else chances

    def draw(self, features: Features, rng: np.random.Generator) -> Codes:
        """A class for each row, with the chances that the model gives it."""
        cumulative = np.cumsum(self.shares(features), axis=1)[:, :-1]
        return np.asarray((rng.random((len(features), 1)) > cumulative).sum(axis=1), dtype=np.int32)


def boost(features: Features, codes: Codes, count: int, leaf_records: int, seed: int) -> Boosted:
    """P(code | features) by gradient boosting (Friedman 2001), at least `leaf_records` records in each leaf."""
    options: dict[str, Any] = {
        "objective": "binary" if count == 2 else "multiclass",
        "learning_rate": STEP,
        "num_leaves": LEAVES,
        "min_data_in_leaf": leaf_records,
        "verbose": -1,
        "num_threads": 1,
        "deterministic": True,
        "seed": seed % 2**31,
    }
    if count > 2:
        options["num_class"] = count
    model = lightgbm.train(options, lightgbm.Dataset(features, codes), ROUNDS)
    return Boosted(model.model_to_string(), count)
