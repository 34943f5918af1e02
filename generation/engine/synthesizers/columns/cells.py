"""A table as cells: every column a small set of codes, with the way back from a cell to a value nobody owns.

A number is cut into cells of about equally many records; a value held by more records than that is a cell of its own.
Within a cell, values follow a curve through quantiles, each the mean of k neighbouring records, so a drawn number
follows the column and repeats no single record.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generation.engine.synthesizers.columns.encoding import CategoryColumn, Encoded, Encoding, NumberColumn

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]

KNOTS = 17
# Edges are placed on an even choice of at least so many of the sorted values.
EDGE_VALUES = 100_000


@dataclass(frozen=True, slots=True)
class Cells:
    """The codes 0 to count - 1 of one column.

    `knots` (cells x KNOTS, ascending) are the curve of each cell of a number, None for a category; a number with gaps
    has one more code, the last, for missing.
    """

    name: str
    count: int
    knots: Floats | None

    def values(self, codes: Codes, place: Floats) -> Floats:
        """The number at `place` (0 to 1) of each cell's curve; NaN for missing. Only for numbers."""
        assert self.knots is not None  # noqa: S101  a caller's mistake, not an input's
        cell = np.minimum(codes, len(self.knots) - 1)
        position = place * (KNOTS - 1)
        left = np.minimum(position.astype(np.int64), KNOTS - 2)
        low, high = self.knots[cell, left], self.knots[cell, left + 1]
        values = np.asarray(low + (position - left) * (high - low))
        values[codes >= len(self.knots)] = np.nan
        return values


def cut(encoding: Encoding, encoded: Encoded, cells: int, k: int) -> list[tuple[Cells, Codes]]:
    """The varying columns in schema order with their codes; numbers in about `cells` cells of at least k records."""
    found: list[tuple[Cells, Codes]] = []
    for column in encoding.columns:
        if isinstance(column, NumberColumn) and column.name in encoded.numbers:
            found.append(_cut_numbers(column.name, encoded.numbers[column.name], cells, k))
        elif isinstance(column, CategoryColumn) and column.name in encoded.codes:
            found.append((Cells(column.name, len(column.categories), None), encoded.codes[column.name]))
    return found


def uncut(cells: list[Cells], drawn: dict[str, tuple[Codes, Floats]]) -> Encoded:
    """Values for each column's drawn codes and places within the cell."""
    numbers = {each.name: each.values(*drawn[each.name]) for each in cells if each.knots is not None}
    return Encoded(numbers, {each.name: drawn[each.name][0] for each in cells if each.knots is None})


def _cut_numbers(name: str, values: Floats, cells: int, k: int) -> tuple[Cells, Codes]:
    missing = np.isnan(values)
    present = np.sort(values[~missing])
    edges = lower_edges(present, cells, k)
    knots = np.array([_knots(cell, k) for cell in np.split(present, np.searchsorted(present, edges))])
    codes = np.searchsorted(edges, values, side="right").astype(np.int32)
    codes[missing] = len(knots)
    return Cells(name, len(knots) + bool(missing.any()), knots), codes


def lower_edges(present: Floats, cells: int, k: int) -> Floats:
    """Lower edges of all cells but the first, for sorted numbers.

    Values held by more than 1/cells of the records get a cell of their own; the others share the rest of the cells.
    Each cell has at least k records; neighbours are joined until it is so.
    """
    distinct, counts = np.unique(present[:: max(len(present) // EDGE_VALUES, 1)], return_counts=True)
    frequent = counts > max(counts.sum() / cells, k)
    full = max(counts[~frequent].sum() / cells, k)
    edges: list[float] = []
    held = 0
    after_frequent = False
    for value, count, alone in zip(distinct, counts, frequent, strict=True):
        if held >= k and (alone or after_frequent or held >= full):
            edges.append(value)
            held = 0
        held += int(count)
        after_frequent = bool(alone)
    return np.asarray(edges if held >= k else edges[:-1], dtype=np.float64)


def _knots(cell: Floats, k: int) -> Floats:
    """Means of k neighbours at KNOTS even places of a sorted cell."""
    width = min(k, len(cell))
    sums = np.concatenate([[0.0], np.cumsum(cell - cell[0])])
    starts = np.linspace(0, len(cell) - width, KNOTS).astype(np.int64)
    return np.asarray(cell[0] + (sums[starts + width] - sums[starts]) / width)
