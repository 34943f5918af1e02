"""Which values are rare in an artefact: one pass over the artefact's bytes, the same for every record that is shown.

A value is looked up in the table of its column and nowhere else, so a record that is not of the artefact is treated
like every other one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

RARE_SHARE = 0.01  # a value of a column of categories that fewer than this share of the records have
TAIL_SHARE = 0.005  # of the numbers, at each end
MOST_CATEGORIES = 200
COVERED_SHARE = 0.8  # of the records have one of the common values, or the column is no column of categories
MOST_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Per column: the values that are common, each with its share of the records, or the range between the tails. A
    column in neither has no rare value.
    """

    common: Mapping[str, Mapping[str, float]]
    usual: Mapping[str, tuple[float, float]]

    def is_rare(self, label: str, value: Any) -> bool:
        """Whether a value is rare in its column."""
        if value is None:
            return False
        if label in self.common:
            return _key(value) not in self.common[label]
        if label in self.usual and isinstance(value, (int, float)) and not isinstance(value, bool):
            low, high = self.usual[label]
            return not low <= value <= high
        return False

    def how_common(self, label: str, value: Any) -> str:
        """How many records have a value, in words; "" where nothing is known of its column.

        A rare value is told as rare and no closer: of one that stands in no record nothing else could be said, and it
        would tell what is none of the artefact's.
        """
        if value is None or not (label in self.common or label in self.usual):
            return ""
        if label in self.common:
            share = self.common[label].get(_key(value), 0.0)
            return f"{100 * share:.0f} % of the records" if share else f"fewer than {100 * RARE_SHARE:.0f} % of them"
        if self.is_rare(label, value):
            return f"among the lowest or highest {100 * TAIL_SHARE:.1f} %"
        return "neither very low nor very high"


NOTHING_KNOWN = Frequencies({}, {})


def frequencies_of(table: pa.Table) -> Frequencies:
    """Count the records of an artefact, as they are shown; of a long one the first MOST_ROWS or so are enough."""
    common, usual = {}, {}
    for label in table.column_names:
        column = table.column(label).combine_chunks()
        if (values := _common_values(column)) is not None:
            common[label] = values
        elif (ends := _ends(column)) is not None:
            usual[label] = ends
    return Frequencies(common, usual)


def _common_values(column: pa.Array) -> dict[str, float] | None:
    """The values of a column of categories that are not rare, with their shares; None if it is no such column."""
    if pa.types.is_nested(column.type) or not len(column):
        return None
    counts = Counter({_key(one["values"].as_py()): one["counts"].as_py() for one in _counted(column)})
    common = {key: count for key, count in counts.items() if count >= RARE_SHARE * len(column)}
    if sum(common.values()) < COVERED_SHARE * len(column):
        return None
    return {key: count / len(column) for key, count in common.items()}


def _counted(column: pa.Array) -> Any:
    """The MOST_CATEGORIES most frequent values with their counts."""
    counts = pc.value_counts(column)
    order = pc.sort_indices(counts.field("counts"), sort_keys=[("", "descending")])
    return counts.take(order[:MOST_CATEGORIES])


def _ends(column: pa.Array) -> tuple[float, float] | None:
    """The numbers between which all but the tails lie; None for what is no column of numbers."""
    if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        return None
    low, high = pc.quantile(column, q=[TAIL_SHARE, 1 - TAIL_SHARE]).to_pylist()
    return None if low is None else (float(low), float(high))


def _key(value: Any) -> str:
    """A value as it reads after it was sealed as JSON."""
    return json.dumps(value, default=lambda one: one.isoformat() if hasattr(one, "isoformat") else str(one))
