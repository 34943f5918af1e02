"""Boosted trees for a column of few classes: many small steps, each resting on many records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt

from generation.engine.synthesizers.cells import Codes
from generation.engine.synthesizers.grown_tree import Features

MOST_ROUNDS = 600
STEP = 0.06
LEAVES = 31
# Smaller leaves learn single answers: synthetic records then come nearer to training than to holdout records.
LEAF_RECORDS = 60
# Rounds stop when so many in a row gain nothing on the records kept apart.
PATIENCE = 25
KEPT_APART = 0.2
# More records than this refine a boosted model by less than its steps.
BOOSTED_ROWS = 200_000


Rows = npt.NDArray[np.int64]


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


def boost(features: Features, codes: Codes, count: int, seed: int) -> Boosted:
    """P(code | features) by gradient boosting (Friedman 2001), at least LEAF_RECORDS records in each leaf.

    The number of rounds is the one that tells most about a fifth of the records kept apart; then all records are used.
    """
    rng = np.random.default_rng([seed, count])
    chosen = rng.permutation(len(codes))[:BOOSTED_ROWS]
    apart = max(int(len(chosen) * KEPT_APART), 1)
    options = _options(count, seed)
    rounds = _rounds(options, features, codes, (chosen[apart:], chosen[:apart]))
    model = lightgbm.train(options, lightgbm.Dataset(features[chosen], codes[chosen]), rounds)
    return Boosted(model.model_to_string(), count)


def _options(count: int, seed: int) -> dict[str, Any]:
    options = {
        "objective": "binary" if count == 2 else "multiclass",
        "learning_rate": STEP,
        "num_leaves": LEAVES,
        "min_data_in_leaf": LEAF_RECORDS,
        "verbose": -1,
        "num_threads": 1,
        "deterministic": True,
        "seed": seed % 2**31,
    }
    return options if count == 2 else options | {"num_class": count}


def _rounds(options: dict[str, Any], features: Features, codes: Codes, parts: tuple[Rows, Rows]) -> int:
    learn, check = (lightgbm.Dataset(features[rows], codes[rows]) for rows in parts)
    stop = lightgbm.early_stopping(PATIENCE, verbose=False)
    model = lightgbm.train(options, learn, MOST_ROUNDS, valid_sets=[check], callbacks=[stop])
    return max(int(model.best_iteration), 1)
