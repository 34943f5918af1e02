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
from dataclasses import replace
from typing import Any, Self

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from generation.engine.progress import Progress
from generation.engine.schema import ColumnRole, Schema
from generation.engine.synthesizers.columns.cells import Cells, Codes, cut, uncut
from generation.engine.synthesizers.columns.encoding import Encoded, Encoding, encode
from generation.engine.synthesizers.model import EncodedModel
from generation.engine.synthesizers.trees.boosted import Boosted
from generation.engine.synthesizers.trees.goals import goals_of
from generation.engine.synthesizers.trees.steps import Lesson, Step
from generation.engine.synthesizers.trees.straight import straight

# Beyond this, more records change neither splits nor shares of leaves of this size, only the time.
FIT_ROWS = 500_000
LEAST_IN_CELL = 10
# Fewer records tell too little of how columns depend on each other.
LEAST_LEARNED = 500
# A power this near to 1 moves no share by as much as a sample of the size of a table does.
PLAIN_POWER = 1.05
BOLD = (
    "The target is drawn more surely than the records say (its odds to the power {power:.2f}), so that a model trained "
    "on it ranks records well: shares of the target within a group lie further apart than in the source, and a model's "
    "probabilities are too sure. Sharpness 1 turns this off."
)


class Trees(EncodedModel):
    """See the module; a model is the encoding, the cells of the columns, and a step per column in order."""

    def __init__(self, encoding: Encoding, cells: list[Cells], steps: list[Step]) -> None:
        self.encoding = encoding
        self.cells = cells
        self.steps = steps

    @property
    def notes(self) -> tuple[str, ...]:
        """Also how boldly the target is drawn: nobody shall read shares of groups off the table unawares."""
        powers = (step.model.power for step in self.steps if isinstance(step.model, Boosted))
        return (*self.encoding.notes, *(BOLD.format(power=power) for power in powers if power >= PLAIN_POWER))

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
        order, half = tuple(_order(cells, schema, str(parameters["order"]))), _half(codes, seed)
        goals = goals_of(cells, half)
        steps = []
        with threadpool_limits(1):
            # A sum that threads share changes its last digit with their number, and they wait for each other.
            lesson = Lesson(cells, half, goals, straight(half, goals, order), parameters, seed)
            for done, column in enumerate(order):
                progress("fitting column", done, len(order))
                is_last_target = done > 0 and cells[column].name in _targets(schema)
                learned = replace(lesson, codes=codes) if is_last_target else lesson
                steps.append(learned.step(column, is_last_target))
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
        # About as many is as many: then the table's own order tells what follows what.
        places.sort(key=lambda place: cells[place].count.bit_length())
    targets = _targets(schema)
    return sorted(places, key=lambda place: cells[place].name in targets)
