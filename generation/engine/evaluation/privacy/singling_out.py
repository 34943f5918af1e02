"""Check F, first attack: singling out (Article 29 Working Party, Opinion 05/2014).

The attacker takes a synthetic record that a few attributes single out and guesses that the same attributes single out
one real person. Success on training is set against success on a holdout of the same size, after Giomi et al., "A
unified framework for quantifying privacy risk in synthetic data" (2023). The 2,000 guesses come from random synthetic
records; every table is searched whole, for what is unique in a sample need not be. Guesses that hit one person come and
go together: the interval counts persons, not guesses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NotAssessable
from generation.engine.evaluation.study.encoding import EncodedColumn, EncodedTable
from generation.engine.evaluation.study.intervals import residual_risk
from generation.engine.evaluation.study.study import Study

NAME = "singling_out_risk"
ATTACKS = 2_000
BATCH = 10_000
MOST_BATCHES = 60
CONDITIONS = (3, 6)
LEAST_ATTACKS = 200
EQUAL, AT_LEAST, AT_MOST = 0, 1, 2

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Indexed:
    """A rows x columns matrix to count in: column by column, and each column's rows in ascending order."""

    columns: Floats
    order: npt.NDArray[np.int32]
    ordered: Floats
    present: Places

    def __len__(self) -> int:
        return int(self.columns.shape[1])


def index(matrix: Floats) -> Indexed:
    """NaN stands last in the order of a column; `present` counts what is not NaN."""
    columns = np.ascontiguousarray(matrix.T)
    order = np.argsort(columns, axis=1, kind="stable").astype(np.int32)
    present = (~np.isnan(columns)).sum(axis=1).astype(np.int64)
    return Indexed(columns, order, np.take_along_axis(columns, order.astype(np.int64), axis=1), present)


@dataclass(frozen=True)
class Predicates:
    """Conjunctions (one a row): column positions (-1 for none), operators and values."""

    columns: Places
    operators: Places
    values: Floats

    def __len__(self) -> int:
        return len(self.columns)

    def counts(self, table: Indexed) -> tuple[Places, Places]:
        """How many rows of a table meet each conjunction (counting stops at 2), and the first of them."""
        parts = self.columns, self.operators, self.values
        found: tuple[Places, Places] = _count(parts, (table.columns, table.order, table.ordered, table.present))
        return found

    def hits(self, table: Indexed) -> Places:
        """Per row of a table how many conjunctions single it out."""
        counts, first = self.counts(table)
        return np.bincount(first[counts == 1], minlength=len(table))

    def parts(self) -> tuple[Places, Places, Floats]:
        return self.columns, self.operators, self.values

    def take(self, places: npt.NDArray[np.intp]) -> Predicates:
        return Predicates(self.columns[places], self.operators[places], self.values[places])


def singling_out(study: Study) -> Findings:
    """Residual risk of predicates that single out a synthetic record."""
    study.need_holdout()
    study.need_columns(study.measured, 2)
    rng = study.rng(NAME)
    synthetic = matrix_of(study.synthetic, study.measured)
    chunks, mirror = [index(matrix_of(table, study.measured)) for table in study.chunks], study.mirror
    medians = np.array([_median(synthetic[:, place]) for place, c in enumerate(study.measured) if c.is_continuous])
    guesses = isolating(study.measured, synthetic, medians, rng)
    tried = len(guesses)
    if tried < LEAST_ATTACKS:
        raise NotAssessable(f"Only {tried} attribute combinations single out a synthetic record.")
    sides = [
        [_by_person(guesses.hits(one), table) for one, table in zip(chunks, study.chunks, strict=True)],
        [_by_person(guesses.hits(index(matrix_of(mirror, study.measured))), mirror)],
    ]
    naive = _random_predicates(study.measured, synthetic, medians, rng, tried).hits(chunks[0]).sum() / tried
    return Findings((_metric(study, [_as_trials(side, tried) for side in sides], tried, float(naive)),))


def _by_person(hits: Places, table: EncodedTable) -> Places:
    return np.bincount(table.whose, weights=hits).astype(np.int64)


def _as_trials(hits: list[Places], tried: int) -> tuple[float, float]:
    """(hits, trials) with the mean and variance of the share of guesses that hit; persons are independent."""
    share = float(np.mean([one.sum() for one in hits])) / tried
    variance = sum(float(one.var()) * len(one) for one in hits) / (tried * len(hits)) ** 2
    trials = share * (1 - share) / variance if variance > 0 and share < 1 else float(tried)
    return share * trials, trials


def _metric(study: Study, hits: list[tuple[float, float]], tried: int, baseline: float) -> Metric:
    value, lower, upper = residual_risk(hits[0], hits[1])
    shares = [one[0] / one[1] for one in hits]
    sentence = (
        f"{shares[0]:.1%} of {tried:,} guesses single out a training, {shares[1]:.1%} a holdout record, "
        f"{baseline:.1%} at random: a residual risk of {value:.3f}, at most {upper:.3f}."
    )
    return Metric(
        Group.PRIVACY,
        NAME,
        sentence,
        Direction.LOWER,
        value,
        lower,
        upper,
        n=tried,
        baseline=baseline,
        seed=study.seed,
        details={"attack": shares[0], "control": shares[1]},
    )


def _median(values: Floats) -> float:
    present = values[~np.isnan(values)]
    return float(np.median(present)) if len(present) else np.nan


def matrix_of(table: EncodedTable, columns: tuple[EncodedColumn, ...]) -> Floats:
    """Rows x columns: numbers and dates (missing NaN), others by code (missing -1, a category like any)."""
    return np.column_stack([table.values(c) if c.is_continuous else table.codes(c).astype(np.float64) for c in columns])


def isolating(
    columns: tuple[EncodedColumn, ...], synthetic: Floats, medians: Floats, rng: np.random.Generator
) -> Predicates:
    """Up to `ATTACKS` predicates of 3 to 6 conditions that exactly one synthetic record meets."""
    kept: list[Predicates] = []
    indexed = index(synthetic)
    for _ in range(MOST_BATCHES):
        drawn = _predicates(columns, synthetic[rng.integers(len(synthetic), size=BATCH)], medians, rng)
        kept.append(drawn.take(np.flatnonzero(drawn.counts(indexed)[0] == 1)))
        if sum(map(len, kept)) >= ATTACKS:
            break
    every = Predicates(*(np.concatenate(parts) for parts in zip(*(part.parts() for part in kept), strict=True)))
    return every.take(np.arange(min(ATTACKS, len(every))))


def _random_predicates(
    columns: tuple[EncodedColumn, ...], synthetic: Floats, medians: Floats, rng: np.random.Generator, count: int
) -> Predicates:
    """Predicates whose values come from a different record each: what a guess without a model reaches."""
    rows = np.column_stack([rng.permutation(synthetic[:, place])[:count] for place in range(synthetic.shape[1])])
    return _predicates(columns, rows, medians, rng)


def _predicates(
    columns: tuple[EncodedColumn, ...], rows: Floats, medians: Floats, rng: np.random.Generator
) -> Predicates:
    """One per row over random columns: categories equal, numbers and dates on the outer side of the median."""
    most = min(CONDITIONS[1], len(columns))
    chosen = np.argsort(rng.random((len(rows), len(columns))), axis=1)[:, :most].astype(np.int64)
    widths = rng.integers(min(CONDITIONS[0], most), most + 1, size=(len(rows), 1))
    values = np.take_along_axis(rows, chosen, axis=1)
    middle = np.full(len(columns), np.nan)
    middle[[c.is_continuous for c in columns]] = medians
    operators = np.where(np.isnan(middle[chosen]), EQUAL, np.where(values > middle[chosen], AT_LEAST, AT_MOST))
    unused = np.isnan(values) | (np.arange(most) >= widths)
    return Predicates(np.where(unused, -1, chosen), operators.astype(np.int64), values)


@numba.njit(parallel=True, cache=True)
def _count(predicates, table):  # type: ignore[no-untyped-def]
    """Looks only at the rows that meet a conjunction's most selective condition: a run of that column's order."""
    columns, operators, values = predicates
    found, first = np.zeros(len(columns), np.int64), np.zeros(len(columns), np.int64)
    for i in numba.prange(len(columns)):
        start, stop, place = _narrowest(columns[i], operators[i], values[i], table)
        for j in range(start, stop):
            if _meets(columns[i], operators[i], values[i], table[0], table[1][place, j]):
                found[i] += 1
                if found[i] > 1:
                    break
                first[i] = table[1][place, j]
    return found, first


@numba.njit(cache=True)
def _narrowest(columns, operators, values, table):  # type: ignore[no-untyped-def]
    """(start, stop, column) of the shortest run of rows that meet a condition; all rows where there is none."""
    best_start, best_stop, best_column = 0, table[0].shape[1], 0
    for place in range(len(columns)):
        column = columns[place]
        if column >= 0:
            ordered = table[2][column, : table[3][column]]
            start, stop = 0, len(ordered)
            if operators[place] != AT_MOST:
                start = np.searchsorted(ordered, values[place])
            if operators[place] != AT_LEAST:
                stop = np.searchsorted(ordered, values[place], side="right")
            if stop - start < best_stop - best_start:
                best_start, best_stop, best_column = start, stop, column
    return best_start, best_stop, best_column


@numba.njit(cache=True)
def _meets(columns, operators, values, matrix, j):  # type: ignore[no-untyped-def]
    for place in range(len(columns)):
        if columns[place] >= 0:
            value = matrix[columns[place], j]
            if operators[place] != AT_MOST and not value >= values[place]:
                return False
            if operators[place] != AT_LEAST and not value <= values[place]:
                return False
    return True
