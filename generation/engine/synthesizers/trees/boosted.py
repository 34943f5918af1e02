"""A target of few classes: its chances by boosting on a linear base, each step resting on many records."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, softmax

from generation.engine.synthesizers.columns.cells import Codes
from generation.engine.synthesizers.trees.boosting import added_scores, boosted_model, kept_apart, options_for
from generation.engine.synthesizers.trees.grown_tree import Features
from generation.engine.synthesizers.trees.linear_base import LinearBase, logistic_base

# More records than this refine a boosted model by less than its steps.
BOOSTED_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class Boosted:
    """A linear base, a LightGBM model as its text (splits and leaf values only), and how many classes they tell."""

    base: LinearBase
    text: str
    count: int

    def shares(self, features: Features) -> npt.NDArray[np.float64]:
        """Probability of each class, rows x count."""
        scores = self.base.scores(features) + added_scores(self.text, features)
        if self.count > 2:
            return np.asarray(softmax(scores, axis=1))
        chances = expit(scores)
        return np.column_stack([1 - chances, chances])

    def draw(self, features: Features, rng: np.random.Generator) -> Codes:
        """A class for each row, with the chances that the model gives it."""
        cumulative = np.cumsum(self.shares(features), axis=1)[:, :-1]
        return np.asarray((rng.random((len(features), 1)) > cumulative).sum(axis=1), dtype=np.int32)


def boost(features: Features, codes: Codes, count: int, seed: int) -> Boosted:
    """P(code | features). Every code must have at least two records."""
    chosen = np.random.default_rng([seed, count]).permutation(len(codes))[:BOOSTED_ROWS]
    features, codes = features[chosen], codes[chosen]
    base = logistic_base(features, codes)
    options = options_for("binary" if count == 2 else "multiclass", len(codes), seed)
    options |= {"num_class": count} if count > 2 else {}
    text, _ = boosted_model(options, features, codes, base.scores(features), kept_apart(codes, seed))
    return Boosted(base, text, count)
