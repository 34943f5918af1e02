"""Pair trends: how closely each pair of columns moves together as in the training table.

Two continuous columns: 1 - |difference of Pearson's correlations| / 2. Any other pair: 1 - the total variation distance
of the two-way table, continuous columns cut into 10 equal-width bins of the training table. Both as SDMetrics'
CorrelationSimilarity and ContingencySimilarity. The ceiling is the same score of the holdout.
Beyond 100,000 records samples are compared, stratified by the target's class and by whether a rare value is held.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NotAssessable
from generation.engine.evaluation.study.encoding import Codes, EncodedColumn, EncodedTable, Rows
from generation.engine.evaluation.study.intervals import percentile_interval
from generation.engine.evaluation.study.keys import combine
from generation.engine.evaluation.study.sampling import at_most, by_class, sample_facts, sample_words
from generation.engine.evaluation.study.study import EXACT_ROWS, Study

NAME = "pair_trends"
BINS = 10
BOOTSTRAPS = 500
# A million pairs of columns is not a table to look at; a seeded choice of this many stands for the rest.
MOST_COLUMNS = 60

Floats = npt.NDArray[np.float64]
Matrix = list[list[float | None]]
Prepared = tuple[Floats | None, Codes]
Scores = dict[tuple[int, int], float]


def pair_trends(study: Study) -> Findings:
    """The mean over pairs, and the matrix of scores as a heat map. Constant columns are left out."""
    study.need_rows()
    columns = _varied(study)
    rng = study.rng(NAME)
    real, synthetic = (at_most(study, t, EXACT_ROWS, rng, by_class) for t in (study.training, study.synthetic))
    scores = pair_scores(columns, real, synthetic)
    if not scores:
        raise NotAssessable("No pair of columns can be compared.")
    ceilings = {}
    if study.holdout is not None:
        ceilings = pair_scores(columns, real, at_most(study, study.holdout, EXACT_ROWS, rng, by_class))
    shuffled = pair_scores(columns, real, synthetic, rng)
    metric = _metric(study, scores, ceilings, shuffled, rng)
    labels = [column.label for column in columns]
    plot = {"labels": labels, "scores": _matrix(len(columns), scores), "ceilings": _matrix(len(columns), ceilings)}
    return Findings((metric,), {"pair_trends": plot})


def pair_scores(
    columns: tuple[EncodedColumn, ...],
    real: EncodedTable,
    synthetic: EncodedTable,
    shuffle: np.random.Generator | None = None,
) -> Scores:
    """The score per pair of columns (by position). `shuffle` breaks the trends of the synthetic table first."""
    orders = [shuffle.permutation(len(synthetic)) if shuffle else slice(None) for _ in columns]
    wanted = [_prepare(column, real, real) for column in columns]
    found = [_reorder(_prepare(column, real, synthetic), order) for column, order in zip(columns, orders, strict=True)]
    scores = {}
    for a, b in combinations(range(len(columns)), 2):
        score = _pair(wanted[a], wanted[b], found[a], found[b])
        if score is not None:
            scores[a, b] = score
    return scores


def _reorder(prepared: Prepared, order: slice | Rows) -> Prepared:
    values, codes = prepared
    return (values[order] if values is not None else None), codes[order]


def _varied(study: Study) -> tuple[EncodedColumn, ...]:
    def varies(column: EncodedColumn) -> bool:
        codes = study.training.codes(column)
        present = codes[codes >= 0]
        return len(present) > 0 and bool(present.min() != present.max())

    columns = tuple(column for column in study.measured if varies(column))
    if len(columns) < 2:
        raise NotAssessable(f"Only {len(columns)} columns hold more than one value; a pair needs two.")
    if len(columns) <= MOST_COLUMNS:
        return columns
    places = np.sort(study.rng(NAME).choice(len(columns), MOST_COLUMNS, replace=False))
    return tuple(columns[place] for place in places)


def _prepare(column: EncodedColumn, real: EncodedTable, table: EncodedTable) -> tuple[Floats | None, Codes]:
    """(values, codes) of a column: values only for continuous ones; codes binned by the real table's range."""
    if not column.is_continuous:
        return None, table.codes(column)
    values, reference = table.values(column), real.values(column)
    edges = np.histogram_bin_edges(reference[~np.isnan(reference)], bins=BINS)[1:-1]
    binned = np.where(np.isnan(values), -1, np.digitize(values, edges)).astype(np.int32)
    return values, binned


def _pair(a: Prepared, b: Prepared, found_a: Prepared, found_b: Prepared) -> float | None:
    if a[0] is None or b[0] is None or found_a[0] is None or found_b[0] is None:
        return contingency_similarity((a[1], b[1]), (found_a[1], found_b[1]))
    return correlation_similarity((a[0], b[0]), (found_a[0], found_b[0]))


def contingency_similarity(real: tuple[Codes, Codes], synthetic: tuple[Codes, Codes]) -> float:
    """1 - total variation distance of two two-way tables, in [0, 1]."""
    keys, size = combine([np.concatenate(both) for both in zip(real, synthetic, strict=True)])
    split = len(real[0])
    wanted = np.bincount(keys[:split], minlength=size) / split
    found = np.bincount(keys[split:], minlength=size) / (len(keys) - split)
    return max(0.0, float(1 - np.abs(wanted - found).sum() / 2))  # rounding: a little more than 1 is no distance


def correlation_similarity(real: tuple[Floats, Floats], synthetic: tuple[Floats, Floats]) -> float | None:
    """1 - |difference of correlations| / 2 in [0, 1]; None where a correlation does not exist."""
    wanted, found = correlation(*real), correlation(*synthetic)
    if wanted is None or found is None:
        return None
    return 1 - abs(wanted - found) / 2


def correlation(a: Floats, b: Floats) -> float | None:
    """Pearson's correlation of the complete pairs; None for fewer than 3 of them or a constant column."""
    both = ~(np.isnan(a) | np.isnan(b))
    if both.sum() < 3 or np.ptp(a[both]) == 0 or np.ptp(b[both]) == 0:
        return None
    # Centred and scaled first: sums of squares of large numbers overflow and lose digits.
    x, y = ((v - v.mean()) / np.ptp(v) for v in (a[both], b[both]))
    # Not `@`: a sum that BLAS splits over threads changes its last digit with their number.
    xy, xx, yy = (float(np.sum(pair)) for pair in (x * y, x * x, y * y))
    return float(np.clip(xy / np.sqrt(xx * yy), -1, 1))


def _metric(study: Study, scores: Scores, ceilings: Scores, shuffled: Scores, rng: np.random.Generator) -> Metric:
    value, ceiling = _mean(scores), (_mean(ceilings) if ceilings else None)
    lower, upper = percentile_interval(_over_columns(scores, rng))
    beside = f"; a fresh real sample reaches {ceiling:.3f}" if ceiling is not None else ""
    total = len(study.synthetic)
    looked_at = min(total, EXACT_ROWS)
    sentence = f"Pairs of columns move together as in the training table by {value:.3f} on average (1 is identical)"
    return Metric(
        Group.FIDELITY,
        NAME,
        f"{sentence}{beside}.{sample_words(looked_at, total, 'synthetic records')}",
        Direction.HIGHER,
        value,
        lower,
        upper,
        n=len(scores),
        baseline=_mean(shuffled) if shuffled else None,
        ceiling=ceiling,
        seed=study.seed,
        details={"pairs": len(scores), "interval": "over pairs, columns resampled", **sample_facts(looked_at, total)},
    )


def _mean(scores: Scores) -> float:
    return float(np.mean(list(scores.values())))


def _over_columns(scores: Scores, rng: np.random.Generator) -> Floats:
    """Means under resampled columns (a pair counts as often as both its columns): pairs that share one are dependent.

    A column drawn twice makes no pair with itself.
    """
    pairs = np.array(list(scores))
    values = np.array(list(scores.values()))
    columns = int(pairs.max()) + 1
    weights = rng.multinomial(columns, np.full(columns, 1 / columns), BOOTSTRAPS)
    products = weights[:, pairs[:, 0]] * weights[:, pairs[:, 1]]
    totals = products.sum(axis=1)
    means: Floats = np.divide(
        np.einsum("ij,j->i", products, values), totals, out=np.full(BOOTSTRAPS, np.nan), where=totals > 0
    )
    return means


def _matrix(size: int, scores: Scores) -> Matrix:
    def cell(a: int, b: int) -> float | None:
        return 1.0 if a == b else scores.get((min(a, b), max(a, b)))

    return [[cell(a, b) for b in range(size)] for a in range(size)]
