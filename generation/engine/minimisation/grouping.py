"""Records that too few others are like lose what makes them so: local suppression, as in Samarati (2001)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from generation.engine.minimisation.limits import Column, as_text

_MISSING, _BETWEEN = "\0", "\x1f"


@dataclass(frozen=True, slots=True)
class Grouped:
    """Records whose values in the columns `names`, together, are none of `kept` lose all of them.

    It holds combinations of the source, so it is source-grade.
    """

    names: tuple[str, ...]
    kept: frozenset[str]

    @classmethod
    def fit(cls, training: pd.DataFrame, names: Sequence[str], k: int) -> Grouped:
        """Keeps combinations of at least k training records, and so that those who lose theirs are at least k, or none.

        Thus every group of the training has at least k records, where there are so many at all.
        """
        counts = _together(training, names).value_counts()
        nothing = _BETWEEN.join([_MISSING] * len(names))
        there = counts.drop(nothing, errors="ignore").sort_values(ascending=False, kind="stable")
        kept = there[there >= k]
        lost = len(training) - int(kept.sum())
        while 0 < lost < k and len(kept):
            lost += int(kept.iloc[-1])
            kept = kept.iloc[:-1]
        return cls(tuple(names), frozenset([*kept.index, nothing]))

    def apply(self, table: pd.DataFrame) -> pd.DataFrame:
        """The table with those cells missing; whole numbers become floating ones where some are."""
        is_lost = ~_together(table, self.names).isin(self.kept)
        if not is_lost.any():
            return table
        return table.assign(**{name: _without(table[name], is_lost) for name in self.names})


def _without(column: Column, is_lost: Column) -> Column:
    """Missing as the column's type has it: texts and truths as None, numbers and dates as they do."""
    if column.dtype == bool:
        column = column.astype(object)
    made: pd.Series[Any] = column.mask(is_lost)
    return made.where(made.notna(), None) if column.dtype == object else made


def _together(table: pd.DataFrame, names: Sequence[str]) -> Column:
    first, *others = (as_text(table[name]).fillna(_MISSING).astype(str) for name in names)
    for other in others:
        first = first + _BETWEEN + other
    return first
