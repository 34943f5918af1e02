"""A target of few classes: its chances by boosting on a linear base, each step resting on many records."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generation.engine.synthesizers.columns.cells import Codes
from generation.engine.synthesizers.trees.boosting import Clues, added_scores, boosted_model, kept_apart, options_for
from generation.engine.synthesizers.trees.linear_base import LinearBase, logistic_base
from generation.engine.synthesizers.trees.sharpness import drawn_codes, offsets_for, sharp_shares
from generation.engine.synthesizers.trees.splitting import Features

# More records than this refine a boosted model by less than its steps.
BOOSTED_ROWS = 200_000

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Boosted:
    """A linear base, a LightGBM model as its text (splits and leaf values only), and how many classes they tell."""

    base: LinearBase
    text: str
    power: float
    offsets: npt.NDArray[np.float64]

    def shares(self, features: Features) -> Floats:
        """Probability of each class, rows x count."""
        return sharp_shares(self.base.scores(features) + added_scores(self.text, features), self.power, self.offsets)

    def draw(self, features: Features, rng: np.random.Generator) -> Codes:
        """A class for each row, with the chances that the model gives it."""
        return drawn_codes(self.shares(features), rng)


def boost(clues: Clues, drawn: Features, codes: Codes, count: int, power: float, seed: int) -> Boosted:
    """P(code | features), drawn with its odds to the power (sharpness.py).

    `drawn` are the features of the same records as they will be when records are drawn. Every code must have at least
    two records.
    """
    chosen = np.random.default_rng([seed, count]).permutation(len(codes))[:BOOSTED_ROWS]
    clues, drawn, codes = clues.take(chosen), drawn[chosen], codes[chosen]
    base = logistic_base(clues.scaled, codes)
    options = options_for("binary" if count == 2 else "multiclass", clues, seed)
    options |= {"num_class": count} if count > 2 else {}
    text, _ = boosted_model(options, clues, codes, base.scores(clues.features), kept_apart(codes, seed))
    scores = base.scores(drawn) + added_scores(text, drawn)
    return Boosted(base, text, power, offsets_for(scores, power, np.bincount(codes, minlength=count) / len(codes)))
