"""Gradient boosting (Friedman 2001) with the number of rounds chosen on records kept apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt

from generation.engine.synthesizers.trees.splitting import Features

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

MOST_ROUNDS = 600
STEP = 0.06
LEAVES = 31
# Smaller leaves learn single answers: synthetic records then come nearer to training than to holdout records.
LARGEST_LEAF = 60
SMALLEST_LEAF = 20
LEAF_SHARE = 200
# Of more features, each tree looks at so many.
MOST_FEATURES = 64
# Where the base is sure, a step over its small curvature alone would be huge.
PENALTY = 1.0
# Rounds stop when so many in a row gain nothing on the records kept apart.
PATIENCE = 25
FOLDS = 5
# With so many records, one fifth kept apart tells the rounds as well as five in turn.
FOLDED_ROWS = 30_000


@dataclass(frozen=True, slots=True)
class Clues:
    """Features of the records, of which the last `plain` are codes of categories and the others of a scale."""

    features: Features
    plain: int

    @property
    def scaled(self) -> Features:
        """Those of a scale."""
        return self.features[:, : self.features.shape[1] - self.plain]

    @property
    def categories(self) -> list[int]:
        """Where the codes stand."""
        return list(range(self.scaled.shape[1], self.features.shape[1]))

    def take(self, rows: npt.NDArray[np.intp]) -> Clues:
        """Those of some records."""
        return Clues(self.features[rows], self.plain)


def options_for(objective: str, clues: Clues, seed: int) -> dict[str, Any]:
    """LightGBM's parameters: one thread, the same model for the same seed, leaves of 20 to 60 records."""
    return {
        "objective": objective,
        "learning_rate": STEP,
        "num_leaves": LEAVES,
        "min_data_in_leaf": int(np.clip(len(clues.features) // LEAF_SHARE, SMALLEST_LEAF, LARGEST_LEAF)),
        "feature_fraction": min(1.0, MOST_FEATURES / clues.features.shape[1]),
        "lambda_l2": PENALTY,
        "verbose": -1,
        "num_threads": 1,
        "deterministic": True,
        "seed": seed % 2**31,
    }


def kept_apart(strata: npt.NDArray[Any], seed: int) -> list[tuple[Rows, Rows]]:
    """(learn, check) row numbers: five parts kept apart in turn, or one for a large table; alike in `strata`."""
    shuffled = np.random.default_rng(seed).permutation(len(strata))
    order = shuffled[np.argsort(strata[shuffled], kind="stable")]
    part = np.empty(len(strata), dtype=np.int64)
    part[order] = np.arange(len(strata)) % FOLDS
    folds = FOLDS if len(strata) <= FOLDED_ROWS else 1
    return [(np.flatnonzero(part != fold), np.flatnonzero(part == fold)) for fold in range(folds)]


def boosted_model(
    options: dict[str, Any],
    clues: Clues,
    goals: npt.NDArray[Any],
    start: Floats,
    folds: list[tuple[Rows, Rows]],
) -> tuple[str, list[Floats]]:
    """The model as text, learned from all records on top of the scores `start` (rows x scores), and its boosters' say.

    The second part holds, per fold, what a model without the fold's records adds to their scores.
    """
    kept = {"init_score": start.ravel(order="F"), "categorical_feature": clues.categories, "free_raw_data": False}
    data = lightgbm.Dataset(clues.features, goals, params=options, **kept)
    stop = lightgbm.early_stopping(PATIENCE, verbose=False)
    found = lightgbm.cv(options, data, MOST_ROUNDS, folds=folds, callbacks=[stop], return_cvbooster=True)
    rounds = max(len(found[next(iter(found))]), 1)
    apart = [
        np.asarray(booster.predict(clues.features[check], raw_score=True, num_iteration=rounds, num_threads=1))
        for booster, (_, check) in zip(found["cvbooster"].boosters, folds, strict=True)
    ]
    model = lightgbm.train(options, data, rounds)
    return model.model_to_string(), apart


def added_scores(text: str, features: Features) -> Floats:
    """What the model of `boosted_model` adds to the scores it started from: rows x scores."""
    if not len(features):
        return np.empty((0, 1))
    predicted = lightgbm.Booster(model_str=text).predict(features, raw_score=True, num_threads=1)
    return np.asarray(predicted, dtype=np.float64).reshape(len(features), -1)
