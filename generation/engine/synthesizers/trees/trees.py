"""Sequential trees with privacy inside: the synthesizer for training data.

Columns are drawn one after another, each from trees of the columns before it (Reiter 2005, Using CART to generate
partially synthetic public use microdata), the target last and from boosted trees on a linear base (boosted.py,
boosted_number.py), because a model trained on the synthetic table learns just that relation. Privacy is in every step
(docs/explanation/trees.md gives the argument):

* extremes and rare categories are shared by k records (encoding.py), numbers follow smoothed quantiles (cells.py);
* a leaf holds at least `leaf_records` records, and codes seen in fewer than `together` of them are joined until
  they are as many, or count as an even guess (leaf_shares.py): no leaf tells of a combination that fewer records have;
* each draw comes from one of several trees grown on different columns, so no record decides a draw;
* all columns but the target are drawn as a random half of the records are: who is in it does not show;
* the model file holds splits and shares, no records and no counts of single records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from generation.engine.progress import Progress
from generation.engine.schema import ColumnRole, Schema
from generation.engine.synthesizers.columns.cells import Cells, Codes, cut, uncut
from generation.engine.synthesizers.columns.encoding import Encoded, Encoding, encode
from generation.engine.synthesizers.model import EncodedModel
from generation.engine.synthesizers.trees.boosted import Boosted, boost
from generation.engine.synthesizers.trees.boosted_number import BoostedNumber, boost_number
from generation.engine.synthesizers.trees.grown_tree import Features, Growth, Tree, grow
from generation.engine.synthesizers.trees.tree_features import FeatureMap, feature_map

# Beyond this, more records change neither splits nor shares of leaves of this size, only the time.
FIT_ROWS = 500_000
MOST_LEAVES = 4_000
LEAST_IN_CELL = 10
# Fewer records tell too little of how columns depend on each other.
LEAST_LEARNED = 500
# A leaf need not hold more than this share of the table, or a small one could not be split at all.
LARGEST_LEAF = 0.02
SMALLEST_LEAF = 40
MOST_BOOSTED_CLASSES = 10


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

    def draw(self, features: Features, rng: np.random.Generator) -> Codes:
        choice = rng.integers(len(self.trees), size=len(features))
        uniform = rng.random(len(features), dtype=np.float32)
        drawn = np.empty(len(features), dtype=np.int32)
        for number, tree in enumerate(self.trees):
            mine = choice == number
            drawn[mine] = tree.draw(features[mine], uniform[mine])
        return drawn


@dataclass(frozen=True, slots=True)
class Step:
    """How one column (by position) is drawn: from the features that the columns before it give."""

    column: int
    seen: FeatureMap
    model: Shares | Grove | Boosted | BoostedNumber

    def draw(self, codes: Mapping[int, Codes], rows: int, rng: np.random.Generator) -> Codes:
        """The column's codes, given those of the earlier ones."""
        return self.model.draw(self.seen.features(codes, rows), rng)


class Trees(EncodedModel):
    """See the module; a model is the encoding, the cells of the columns, and a step per column in order."""

    def __init__(self, encoding: Encoding, cells: list[Cells], steps: list[Step]) -> None:
        self.encoding = encoding
        self.cells = cells
        self.steps = steps

    @classmethod
    def fit(
        cls, training: pd.DataFrame, schema: Schema, parameters: Mapping[str, Any], seed: int, progress: Progress
    ) -> Self:
        """Learn the training table; see `protocol.Synthesizer.fit`. The target is the column of role TARGET, if any."""
        progress("encoding", 0, 1)
        encoding, encoded = encode(training, schema, _records_behind(int(parameters["k"]), len(training), seed), seed)
        least = max(int(parameters["k"]), LEAST_IN_CELL)
        found = cut(encoding, _at_most(encoded, len(training), seed), int(parameters["cells"]), least)
        cells, codes = [each for each, _ in found], {place: codes for place, (_, codes) in enumerate(found)}
        order, half = _order(cells, schema, str(parameters["order"])), _half(codes, seed)
        steps = []
        for done, column in enumerate(order):
            progress("fitting column", done, len(order))
            is_last_target = done > 0 and cells[column].name in _targets(schema)
            seen = codes if is_last_target else half
            steps.append(_learn(cells, seen, tuple(order[:done]), column, parameters, is_last_target, seed))
        progress("fitting column", len(order), len(order))
        return cls(encoding, cells, steps)

    def sample(self, rows: int, seed: int, *, first_row: int = 0) -> pd.DataFrame:
        """One shard; see `protocol.Synthesizer.sample`."""
        rng = np.random.default_rng(seed)
        drawn: dict[int, Codes] = {}
        for step in self.steps:
            drawn[step.column] = step.draw(drawn, rows, rng)
        named = {cells.name: (drawn[place], rng.random(rows)) for place, cells in enumerate(self.cells)}
        return self.encoding.decode(uncut(self.cells, named), rows, first_row, rng)


def _targets(schema: Schema) -> set[str]:
    return {spec.name for spec in schema if spec.role is ColumnRole.TARGET}


def _at_most(encoded: Encoded, rows: int, seed: int) -> Encoded:
    """At most FIT_ROWS random records."""
    if rows <= FIT_ROWS:
        return encoded
    chosen = np.sort(np.random.default_rng([seed, 3]).choice(rows, FIT_ROWS, replace=False))
    numbers = {name: values[chosen] for name, values in encoded.numbers.items()}
    return Encoded(numbers, {name: codes[chosen] for name, codes in encoded.codes.items()})


def _records_behind(k: int, rows: int, seed: int) -> int:
    """How many records stand behind every value: k, or by chance up to 2k - 1, where the table has enough.

    Were it always k, whoever is the k-th to hold a category would decide alone whether it is there.
    """
    drawn = k + int(np.random.default_rng([seed, 6]).integers(0, k))
    return min(drawn, max(k, rows // 2))


def _half(codes: Mapping[int, Codes], seed: int) -> dict[int, Codes]:
    """The codes of a random half of the records, but of `LEAST_LEARNED` where there are as many.

    How the target follows from the other columns is learned from all records, the others from half of them: whether a
    record was in the table then shows only where it is in the half, and less than the choice of the half does.
    """
    records = len(next(iter(codes.values()), ()))
    chosen = np.sort(np.random.default_rng([seed, 4]).permutation(records)[: max(-(-records // 2), LEAST_LEARNED)])
    return {place: each[chosen] for place, each in codes.items()}


def _order(cells: list[Cells], schema: Schema, order: str) -> list[int]:
    """Positions of the columns in the order of drawing; targets always last."""
    places = list(range(len(cells)))
    if order == "few values first":
        places.sort(key=lambda place: cells[place].count)
    targets = _targets(schema)
    return sorted(places, key=lambda place: cells[place].name in targets)


def _learn(  # noqa: PLR0913  one call per column, all of it needed
    cells: list[Cells],
    codes: Mapping[int, Codes],
    earlier: tuple[int, ...],
    column: int,
    parameters: Mapping[str, Any],
    is_target: bool,
    seed: int,
) -> Step:
    own, count = codes[column], cells[column].count
    seen = feature_map(cells, codes, earlier, column)
    if not earlier:
        return Step(column, seen, Shares(np.cumsum(np.bincount(own, minlength=count) / len(own))))
    features = seen.features(codes, len(own))
    is_ordered = cells[column].knots is not None
    if is_target and not is_ordered and count <= MOST_BOOSTED_CLASSES:
        return Step(column, seen, boost(features, own, count, seed))
    leaf_records = min(int(parameters["leaf_records"]), max(SMALLEST_LEAF, int(len(own) * LARGEST_LEAF)))
    growth = Growth(leaf_records, int(parameters["together"]), float(parameters["prior"]), 0.6, MOST_LEAVES)
    if is_target and is_ordered:
        return Step(column, seen, boost_number(features, own, cells[column], replace(growth, features=1.0), seed))
    seeds = np.random.SeedSequence([seed, column]).generate_state(int(parameters["trees"]))
    trees = tuple(grow(features, own, count, is_ordered, growth, int(each)) for each in seeds)
    return Step(column, seen, Grove(trees))
