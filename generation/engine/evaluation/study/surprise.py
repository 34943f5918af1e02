"""How surprising it is that two records agree: the bits that each column adds, given what it depends on.

A value that few records have says much when it comes again, and a value that follows from another one says nothing
twice. Columns are joined into a tree by their mutual information (Chow and Liu, "Approximating discrete probability
distributions with dependence trees", 1968), so that what a record shares with another is counted once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.study.distance import range_of, scaled
from generation.engine.evaluation.study.encoding import MISSING, EncodedColumn, EncodedTable

# The tree is learnt on so many records, from so many levels of each column.
MOST_ROWS = 10_000
LEVELS = 12
# Pseudo-records that say a value does not depend on the other column: what one record shows alone is no dependence.
PRIOR = 5.0
# Of a number's range: what counts as around it.
TOLERANCE = 0.05
# Missing numbers stand here, far from every rank (0..1).
MISSING_RANK = 9.0

Floats = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Records:
    """Records as the search compares them, columns x records, continuous columns first.

    `ranks` are those of numbers among the real records (0..1), `scaled` the numbers in units of their range, `around`
    the share of real records within `TOLERANCE` of it, `codes` the categories, `shares` of every column that of real
    records with the very value, and `tied` the bits that a column adds less when its parent in the tree agrees too.
    """

    ranks: Single
    scaled: Single
    around: Single
    codes: npt.NDArray[np.int32]
    shares: Single
    tied: Single

    def __len__(self) -> int:
        return int(self.shares.shape[1])

    def take(self, places: Places) -> Records:
        return Records(*(getattr(self, part.name)[:, places] for part in fields(self)))

    @classmethod
    def joined(cls, parts: Sequence[Records]) -> Records:
        return cls(*(np.concatenate([getattr(one, part.name) for one in parts], axis=1) for part in fields(cls)))


@dataclass(frozen=True)
class Surprise:
    """What real records teach of coincidences: `columns` continuous first, `parents` by column (-1: none), and the
    `order` in which columns are counted, parents before children."""

    columns: tuple[EncodedColumn, ...]
    real: tuple[EncodedTable, ...]
    parents: npt.NDArray[np.int64]
    order: npt.NDArray[np.int64]

    @cached_property
    def total(self) -> int:
        return sum(map(len, self.real))

    def records(self, table: EncodedTable) -> Records:
        """The table's records; shares and ties are those of the real records."""
        numbers = [self._numbers(column, table) for column in self.columns if column.is_continuous]
        codes = [table.codes(column) for column in self.columns[len(numbers) :]]
        rows = len(table)
        return Records(
            ranks=_matrix([number[0] for number in numbers], rows),
            scaled=_matrix([number[1] for number in numbers], rows),
            around=_matrix([number[2] for number in numbers], rows),
            codes=np.array(codes, dtype=np.int32).reshape(len(codes), rows),
            shares=_matrix([self._shares(column)[table.codes(column)] for column in self.columns], rows),
            tied=_matrix([self._tied(place, table) for place in range(len(self.columns))], rows),
        )

    def bits(self, records: Records) -> Floats:
        """How surprising another record with all of these values would be, in bits: -log2 of its chance."""
        alone = -np.log2(records.shares.astype(np.float64))
        found: Floats = np.maximum(alone - records.tied, 0.0).sum(axis=0)
        return found

    def _shares(self, column: EncodedColumn) -> Floats:
        """Per code (missing last) the share of real records that have it; at least that of one record."""
        codes = np.concatenate([table.codes(column) for table in self.real])
        counts = np.bincount(codes + 1, minlength=len(column.categories) + 1)
        return np.roll(np.maximum(counts, 1) / self.total, -1)

    def _numbers(self, column: EncodedColumn, table: EncodedTable) -> tuple[Floats, Floats, Floats]:
        """Ranks, scaled numbers, and how many real records lie around each."""
        real = np.concatenate([one.values(column) for one in self.real])
        ordered = np.sort(real[~np.isnan(real)])
        low, span = range_of(ordered)
        values = table.values(column)
        missing, room = np.isnan(values), TOLERANCE * span
        below, upto = np.searchsorted(ordered, values, "left"), np.searchsorted(ordered, values, "right")
        near = np.searchsorted(ordered, values + room, "right") - np.searchsorted(ordered, values - room, "left")
        near = np.where(missing, len(real) - len(ordered), near)
        ranks = np.where(missing, MISSING_RANK, (below + upto) / (2 * max(1, len(ordered))))
        return ranks, scaled(values, low, span), np.maximum(near, 1) / self.total

    def _tied(self, place: int, table: EncodedTable) -> Floats:
        """log2 of how much likelier the column's level is beside its parent's; 0 where it is less so."""
        parent = self.parents[place]
        if parent < 0:
            return np.zeros(len(table))
        mine, other = self._levels[place], self._levels[parent]
        width = int(max(other.real.max(), 0)) + 2
        together = np.bincount(mine.real * width + other.real, minlength=(int(mine.real.max()) + 2) * width)
        alone, beside = np.bincount(mine.real), np.bincount(other.real, minlength=width)
        here, there = mine.of(table), other.of(table)
        known = (here < len(alone)) & (there < width)
        here, there = np.where(known, here, 0), np.where(known, there, 0)
        share = np.maximum(alone[here], 1) / self.total
        # A real record does not vouch for itself, hence one less of each.
        given = (np.maximum(together[here * width + there] - 1, 0) + PRIOR * share) / (
            np.maximum(beside[there] - 1, 0) + PRIOR
        )
        return np.where(known, np.maximum(np.log2(given / share), 0.0), 0.0)

    @cached_property
    def _levels(self) -> list[Levels]:
        return [Levels.of_column(column, self.real) for column in self.columns]


@dataclass(frozen=True)
class Levels:
    """A column in levels from 0 (missing): numbers by quantiles of the real records, categories as they are."""

    column: EncodedColumn
    edges: Floats | None
    real: Places

    @classmethod
    def of_column(cls, column: EncodedColumn, real: Sequence[EncodedTable]) -> Levels:
        if column.is_continuous:
            values = np.concatenate([table.values(column) for table in real])
            present = values[~np.isnan(values)]
            cuts = np.linspace(0, 1, LEVELS + 1)[1:-1]
            edges = np.unique(np.quantile(present, cuts)) if len(present) else np.zeros(0)
        else:
            edges = None
        draft = cls(column, edges, np.zeros(0, dtype=np.int64))
        return cls(column, edges, np.concatenate([draft.of(table) for table in real]))

    def of(self, table: EncodedTable) -> Places:
        if self.edges is None:
            return table.codes(self.column).astype(np.int64) - MISSING
        values = table.values(self.column)
        return np.where(np.isnan(values), 0, np.searchsorted(self.edges, values, "right") + 1)


def _matrix(rows: Sequence[Floats], width: int) -> Single:
    return np.array(rows, dtype=np.float32).reshape(len(rows), width)


def learn_surprise(columns: Sequence[EncodedColumn], real: tuple[EncodedTable, ...], seed: int) -> Surprise:
    """The tree of the columns, from at most `MOST_ROWS` real records."""
    ordered = tuple(sorted(columns, key=lambda column: not column.is_continuous))
    levels = [Levels.of_column(column, real).real for column in ordered]
    total = len(levels[0])
    rng = np.random.default_rng(seed)
    rows = np.arange(total) if total <= MOST_ROWS else rng.choice(total, MOST_ROWS, replace=False)
    parents, order = _tree(_mutual_information([_few(level[rows]) for level in levels]))
    return Surprise(ordered, real, parents, order)


def _few(levels: Places) -> Places:
    """At most `LEVELS` levels: the most frequent ones, and one for all others."""
    counts = np.bincount(levels)
    if len(counts) <= LEVELS + 1:
        return levels
    kept = np.argsort(-counts, kind="stable")[:LEVELS]
    number = np.full(len(counts), LEVELS)
    number[kept] = np.arange(LEVELS)
    return number[levels]


def _mutual_information(levels: Sequence[Places]) -> Floats:
    """Columns x columns, in bits, less what chance alone would show (Miller 1955); by one product of indicators."""
    widths = [int(level.max()) + 1 for level in levels]
    starts = np.concatenate([[0], np.cumsum(widths)])
    rows = len(levels[0])
    flags = np.zeros((rows, int(starts[-1])), dtype=np.float32)
    for start, level in zip(starts[:-1], levels, strict=True):
        flags[np.arange(rows), start + level] = 1.0
    joint = (flags.T @ flags).astype(np.float64) / rows
    alone = np.diag(joint)
    ratio = np.divide(joint, np.outer(alone, alone), out=np.ones_like(joint), where=joint > 0)
    cells = joint * np.log2(ratio)
    found = np.add.reduceat(np.add.reduceat(cells, starts[:-1], axis=0), starts[:-1], axis=1)
    used = np.add.reduceat((alone > 0).astype(np.float64), starts[:-1])
    less: Floats = found - np.outer(used - 1, used - 1) / (2 * rows * np.log(2))
    return less


def _tree(information: Floats) -> tuple[Places, Places]:
    """(parent of each column, columns with parents first): the tree of most information; -1 where nothing is told."""
    width = len(information)
    parents = np.full(width, -1, dtype=np.int64)
    order = [int(np.argmax(information.sum(axis=1)))]
    best = information[order[0]].copy()
    through = np.full(width, order[0])
    left = set(range(width)) - set(order)
    while left:
        nearest = max(sorted(left), key=lambda place: best[place])
        if best[nearest] > 0:
            parents[nearest] = through[nearest]
        order.append(nearest)
        left.remove(nearest)
        closer = information[nearest] > best
        best, through = np.where(closer, information[nearest], best), np.where(closer, nearest, through)
    return parents, np.array(order, dtype=np.int64)
