"""What every check is given: the encoded tables, the purpose, the limits and its own random numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil
from typing import Any, TypeVar
from zlib import crc32

import numpy as np
import pandas as pd

from generation.engine.composition.recipe import NOTHING, Recipe
from generation.engine.evaluation.metric import NotAssessable
from generation.engine.evaluation.policy import EvaluationPolicy
from generation.engine.evaluation.study.encoding import EncodedColumn, EncodedTable, encode, measurable
from generation.engine.schema import ColumnRole, Schema

MINIMUM_ROWS = 100
EXACT_ROWS = 100_000


T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Study:
    """One evaluation: tables in canonical order, and what was asked. `apart` are texts that no record may hold."""

    training: EncodedTable
    holdout: EncodedTable | None
    synthetic: EncodedTable
    training_frame: pd.DataFrame
    synthetic_frame: pd.DataFrame
    target: EncodedColumn | None
    policy: EvaluationPolicy
    seed: int
    recipe: Recipe = NOTHING
    apart: Sequence[str] = ()
    _found: dict[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[EncodedColumn, ...]:
        return self.training.columns

    @cached_property
    def measured(self) -> tuple[EncodedColumn, ...]:
        """Columns with a distribution: no identifiers, no free text, and at least one real value."""
        return tuple(column for column in measurable(self.columns) if (self.training.codes(column) >= 0).any())

    @cached_property
    def quasi_identifiers(self) -> tuple[EncodedColumn, ...]:
        """The measured columns declared quasi-identifiers; all measured ones where none is declared."""
        declared = tuple(column for column in self.measured if column.spec.role is ColumnRole.QUASI)
        return declared or self.measured

    def rng(self, check: str) -> np.random.Generator:
        """Random numbers of one check: adding a check never changes another's."""
        return np.random.default_rng([self.seed, crc32(check.encode())])

    def once(self, name: str, compute: Callable[[], T]) -> T:
        """What several checks share, computed by the first that asks."""
        if name not in self._found:
            self._found[name] = compute()
        found: T = self._found[name]
        return found

    @cached_property
    def chunks(self) -> tuple[EncodedTable, ...]:
        """The training table cut at random into chunks of the mirror's size, so that none of it goes unseen.

        "Rare" and "isolated" depend on the number of rows: only tables of one size may be compared. And on how many of
        them one person has: people stay whole, as they did when the holdout was cut.
        """
        return dealt(self.training, self._size, self.rng("chunks"))[: self._count]

    @cached_property
    def _count(self) -> int:
        return max(1, ceil(len(self.training) / len(self.need_holdout())))

    @cached_property
    def _size(self) -> int:
        return min(len(self.need_holdout()), len(self.training) // self._count)

    @cached_property
    def mirror(self) -> EncodedTable:
        """The holdout, cut at random to the size of a chunk."""
        return dealt(self.need_holdout(), self._size, self.rng("mirror"))[0]

    @property
    def holder(self) -> str:
        """What stands behind a value: a person where it is known whose each record is."""
        return "record" if self.training.persons is None else "person"

    def sizes(self) -> dict[str, int]:
        """Rows per table."""
        sizes = {"training": len(self.training), "synthetic": len(self.synthetic)}
        return sizes if self.holdout is None else sizes | {"holdout": len(self.holdout)}

    def need_rows(self) -> None:
        """Raises NotAssessable when a table is too small for any statement."""
        for name, rows in self.sizes().items():
            if rows < MINIMUM_ROWS:
                raise NotAssessable(f"The {name} table has {rows:,} rows; at least {MINIMUM_ROWS} are needed.")

    def need_holdout(self) -> EncodedTable:
        """The holdout. Raises NotAssessable without one, or with too few rows."""
        if self.holdout is None:
            raise NotAssessable("There is no holdout: nothing tells leakage from mere similarity.")
        self.need_rows()
        return self.holdout

    def need_columns(self, columns: tuple[EncodedColumn, ...], least: int = 1) -> None:
        """Raises NotAssessable when fewer than `least` of the columns hold more than one real value."""
        varied = sum(self.training.codes(column).min() != self.training.codes(column).max() for column in columns)
        if varied < least:
            raise NotAssessable(f"Only {varied} columns hold more than one value; at least {least} are needed.")


def dealt(table: EncodedTable, size: int, rng: np.random.Generator) -> tuple[EncodedTable, ...]:
    """People in random order, cut into tables of about `size` rows: each is whole, where his first row falls."""
    turn = np.argsort(rng.permutation(table.people))[table.whose]
    order = np.argsort(turn, kind="stable")
    begins = np.searchsorted(turn[order], turn[order])
    parts = (np.sort(order[begins // size == part]) for part in range(-(-len(table) // size)))
    return tuple(table.take(rows) for rows in parts if len(rows))


def make_study(
    frames: tuple[pd.DataFrame, pd.DataFrame | None, pd.DataFrame],
    schema: Schema,
    target: str | None,
    policy: EvaluationPolicy,
    seed: int,
    recipe: Recipe = NOTHING,
) -> Study:
    """Encodes (training, holdout, synthetic); `recipe` is what was asked.

    ValueError when a table lacks a column, or the schema the target.
    """
    training, holdout, synthetic = frames
    given = [frame for frame in frames if frame is not None]
    for frame in given:
        if lacking := [place for place, spec in enumerate(schema) if spec.name not in frame.columns]:
            raise ValueError(f"a table lacks the columns at positions {lacking[:5]} of the schema")
    if target is not None and target not in {spec.name for spec in schema}:
        raise ValueError("the target is not a column of the schema")
    encoded = encode(given, schema)
    columns = {column.spec.name: column for column in encoded[0].columns}
    held = encoded[1] if holdout is not None else None
    goal = columns[target] if target is not None else None
    return Study(encoded[0], held, encoded[-1], training, synthetic, goal, policy, seed, recipe)
