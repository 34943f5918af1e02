"""How one column is drawn from those before it, and how that is learned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from generation.engine.synthesizers.columns.cells import Cells, Codes
from generation.engine.synthesizers.trees.boosted import Boosted, boost
from generation.engine.synthesizers.trees.boosted_number import BoostedNumber, boost_number
from generation.engine.synthesizers.trees.boosting import Clues
from generation.engine.synthesizers.trees.goals import Goals
from generation.engine.synthesizers.trees.grown_tree import Growth, Tree, grow_on
from generation.engine.synthesizers.trees.sharpness import power_for
from generation.engine.synthesizers.trees.splitting import Features, binned
from generation.engine.synthesizers.trees.straight import Straight
from generation.engine.synthesizers.trees.target_features import TargetFeatures, target_features
from generation.engine.synthesizers.trees.tree_features import FeatureMap, feature_map

MOST_LEAVES = 4_000
# A leaf need not hold more than this share of the table, or a small one could not be split at all.
LARGEST_LEAF = 0.02
SMALLEST_LEAF = 40
MOST_BOOSTED_CLASSES = 50
# One of many values tells more of a record than one of few: so many times the records stand behind it in a group.
MANY_VALUES_TOGETHER = 4


@dataclass(frozen=True, slots=True)
class Shares:
    """The first column: cumulative shares of its codes."""

    cumulative: npt.NDArray[np.float64]

    def draw(self, features: Features, rng: np.random.Generator) -> Codes:
        return np.searchsorted(self.cumulative[:-1], rng.random(len(features)), side="right").astype(np.int32)


@dataclass(frozen=True, slots=True)
class Grove:
    """Trees of equal say: each record is drawn from one of them."""

    trees: tuple[Tree, ...]
    order: Codes | None

    def draw(self, features: Features, rng: np.random.Generator) -> Codes:
        choice = rng.integers(len(self.trees), size=len(features))
        uniform = rng.random(len(features), dtype=np.float32)
        drawn = np.empty(len(features), dtype=np.int32)
        for number, tree in enumerate(self.trees):
            mine = choice == number
            drawn[mine] = tree.draw(features[mine], uniform[mine])
        return drawn if self.order is None else self.order[drawn]


@dataclass(frozen=True, slots=True)
class Step:
    """How one column (by position) is drawn: from the features that the columns before it give."""

    column: int
    seen: FeatureMap | TargetFeatures
    model: Shares | Grove | Boosted | BoostedNumber

    def draw(self, codes: Mapping[int, Codes], rows: int, rng: np.random.Generator) -> Codes:
        """The column's codes, given those of the earlier ones."""
        return self.model.draw(self.seen.features(codes, rows), rng)


@dataclass(frozen=True, slots=True)
class Lesson:
    """All that the steps are learned from: the columns' codes, as points, and their straight relations."""

    cells: list[Cells]
    codes: Mapping[int, Codes]
    goals: list[Goals]
    lines: Straight
    parameters: Mapping[str, Any]
    seed: int

    def step(self, column: int, is_target: bool) -> Step:
        """How the column is drawn; a target that is not the first by boosting."""
        own, count = self.codes[column], self.cells[column].count
        if column == self.lines.order[0]:
            return Step(column, FeatureMap((), ()), Shares(np.cumsum(np.bincount(own, minlength=count) / len(own))))
        if is_target and (self.cells[column].knots is not None or count <= MOST_BOOSTED_CLASSES):
            return self._target(column)
        seen = feature_map(self.cells, self.codes, self.goals, self.lines, column)
        seeds = np.random.SeedSequence([self.seed, column]).generate_state(int(self.parameters["trees"]))
        shared = binned(seen.features(self.codes, len(own)))
        growth = self._growth()
        if self.cells[column].knots is None and self.goals[column].order is not None:
            growth = replace(growth, k=MANY_VALUES_TOGETHER * growth.k)
        trees = tuple(grow_on(*shared, own, self.goals[column], growth, int(seed)) for seed in seeds)
        return Step(column, seen, Grove(trees, self.goals[column].order))

    def _target(self, column: int) -> Step:
        own, cells = self.codes[column], self.cells[column]
        earlier = self.lines.order[: self.lines.order.index(column)]
        seen, features = target_features(self.cells, self.codes, self.goals, earlier, column, self.seed)
        clues = Clues(features, len(seen.plain))
        if cells.knots is None:
            power = power_for(self._as_they_are(earlier), own, float(self.parameters["sharpness"]), self.seed)
            drawn = seen.features(self.codes, len(own))
            return Step(column, seen, boost(clues, drawn, own, cells.count, power, self.seed))
        growth = replace(self._growth(), features=1.0)
        return Step(column, seen, boost_number(clues, own, cells, self.goals[column], growth, self.seed))

    def _as_they_are(self, columns: tuple[int, ...]) -> Clues:
        """The columns without any scale towards the target: what a user of the table would learn from."""
        ordered = sorted(columns, key=lambda column: self.cells[column].knots is None)
        plain = sum(self.cells[column].knots is None for column in columns)
        return Clues(np.column_stack([self.codes[column] for column in ordered]).astype(np.float32), plain)

    def _growth(self) -> Growth:
        rows = len(self.codes[self.lines.order[0]])
        leaf_records = min(int(self.parameters["leaf_records"]), max(SMALLEST_LEAF, int(rows * LARGEST_LEAF)))
        return Growth(leaf_records, int(self.parameters["together"]), float(self.parameters["prior"]), 0.6, MOST_LEAVES)
