"""A number as target: foretold by boosting on a linear base, then drawn from records foretold about the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generation.engine.synthesizers.columns.cells import Cells, Codes
from generation.engine.synthesizers.trees.boosted import BOOSTED_ROWS
from generation.engine.synthesizers.trees.boosting import Clues, added_scores, boosted_model, kept_apart, options_for
from generation.engine.synthesizers.trees.goals import Goals
from generation.engine.synthesizers.trees.grown_tree import Growth, Tree, grow
from generation.engine.synthesizers.trees.linear_base import LinearBase, ridge_base
from generation.engine.synthesizers.trees.splitting import Features


@dataclass(frozen=True, slots=True)
class BoostedNumber:
    """A linear base, a LightGBM model as its text, and a tree from what both foretell to the cells of the number."""

    base: LinearBase
    text: str
    tree: Tree

    def draw(self, features: Features, rng: np.random.Generator) -> Codes:
        """A cell for each row."""
        foretold = (self.base.scores(features) + added_scores(self.text, features)).astype(np.float32)
        return self.tree.draw(foretold, rng.random(len(features), dtype=np.float32))


def boost_number(clues: Clues, codes: Codes, cells: Cells, goals: Goals, growth: Growth, seed: int) -> BoostedNumber:
    """The cell of a number from features.

    The tree is grown on what models that did not see a record foretell of it: so its leaves hold the true errors.
    """
    assert cells.knots is not None  # noqa: S101  a caller's mistake, not an input's
    is_missing = codes >= len(cells.knots)
    chosen = np.random.default_rng([seed, cells.count]).permutation(np.flatnonzero(~is_missing))[:BOOSTED_ROWS]
    known, wanted = clues.take(chosen), cells.knots.mean(axis=1)[codes[chosen]]
    base = ridge_base(known.scaled, wanted)
    options = options_for("regression", known, seed)
    start, folds = base.scores(known.features), kept_apart(codes[chosen], seed)
    text, apart = boosted_model(options, known, wanted, start, folds)
    checked = np.concatenate([check for _, check in folds])
    foretold = start[checked, 0] + np.concatenate(apart)
    gaps = base.scores(clues.features[is_missing]) + added_scores(text, clues.features[is_missing])
    column = np.concatenate([foretold[:, None], gaps]).astype(np.float32)
    drawn = np.concatenate([codes[chosen[checked]], codes[is_missing]])
    return BoostedNumber(base, text, grow(column, drawn, goals, growth, seed))
