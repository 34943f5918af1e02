"""Diversity: too generic is a failure too. Each figure is a ratio to a real sample of the same size.

Mean distances between records are blind to duplication, so none of these is one.
Values are those of whole tables at any size (cut to one size). Intervals come from random halves, which spread by the
square root of one; beyond 100,000 records from halves of a sample stratified by the target's class and by whether a
rare value is held, so they are wider than they need be.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NotAssessable
from generation.engine.evaluation.study.encoding import EncodedColumn, EncodedTable
from generation.engine.evaluation.study.intervals import percentile_interval
from generation.engine.evaluation.study.keys import record_keys
from generation.engine.evaluation.study.sampling import by_class, equalised
from generation.engine.evaluation.study.study import EXACT_ROWS, Study

BOOTSTRAPS = 40
TAIL = 0.05
COMMON = 0.01
CLASS_NEIGHBOURS = 5
MOST_PAIRED = 20

Floats = npt.NDArray[np.float64]
Measure = Callable[[tuple[EncodedColumn, ...], EncodedTable, EncodedTable], float]


def diversity(study: Study) -> Findings:
    """Every ratio with the interval that follows from resampling records of the synthetic table."""
    study.need_rows()
    study.need_columns(study.measured)
    rng = study.rng("diversity")
    whole = equalised(study, (study.training, study.synthetic), rng, by_class)
    real, synthetic = equalised(study, whole, rng, by_class, EXACT_ROWS)
    halves = [synthetic.take(_half(len(synthetic), rng)) for _ in range(BOOTSTRAPS)]
    sampled = real.take(_half(len(real), rng)), halves
    return Findings(tuple(_metric(study, name, whole, sampled) for name in MEASURES))


def _half(rows: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    return np.sort(rng.choice(rows, rows // 2, replace=False))


def _metric(
    study: Study,
    name: str,
    whole: tuple[EncodedTable, ...],
    sampled: tuple[EncodedTable, list[EncodedTable]],
) -> Metric:
    """The value is that of the whole tables; `sampled` are a real half and halves of the synthetic table."""
    words, measure, needed = MEASURES[name]
    columns = tuple(column for column in study.measured if needed is None or column.is_continuous == needed)
    try:
        if not columns:
            raise NotAssessable("There is no column of the kind that this figure describes.")
        value = measure(columns, *whole)
    except NotAssessable as why:
        return Metric(Group.DIVERSITY, name, f"Not assessable: {words}", Direction.HIGHER, reason=why.reason)
    draws = np.array([measure(columns, sampled[0], half) for half in sampled[1]])
    lower, upper = percentile_interval(draws - draws.mean() + value)
    sentence = f"{words}: {value:.2f} of what a real sample of the same size has."
    return Metric(
        Group.DIVERSITY,
        name,
        sentence,
        Direction.HIGHER,
        value,
        lower,
        upper,
        n=len(whole[1]),
        ceiling=1.0,
        seed=study.seed,
    )


def ratio(found: float, wanted: float) -> float:
    """found / wanted; NotAssessable where the real sample has none."""
    if wanted <= 0:
        raise NotAssessable("The real sample has nothing to compare with.")
    return found / wanted


def unique_rows(columns: tuple[EncodedColumn, ...], real: EncodedTable, synthetic: EncodedTable) -> float:
    """Distinct records."""
    keys, _ = record_keys((real, synthetic), columns)
    return ratio(len(np.unique(keys[1])), len(np.unique(keys[0])))


def effective_categories(columns: tuple[EncodedColumn, ...], real: EncodedTable, synthetic: EncodedTable) -> float:
    """The mean over columns of exp(entropy), Hill's number of order 1 (1973)."""
    pairs = [(_effective(column, synthetic), _effective(column, real)) for column in columns]
    return float(np.mean([ratio(found, wanted) for found, wanted in pairs]))


def _effective(column: EncodedColumn, table: EncodedTable) -> float:
    shares = _shares(column, table)
    shares = shares[shares > 0]
    return float(np.exp(-(shares * np.log(shares)).sum()))


def _shares(column: EncodedColumn, table: EncodedTable) -> Floats:
    counts = np.bincount(table.codes(column) + 1, minlength=len(column.categories) + 1)
    return np.asarray(counts / counts.sum(), dtype=np.float64)


def top_combination_share(columns: tuple[EncodedColumn, ...], real: EncodedTable, synthetic: EncodedTable) -> float:
    """The share of the most frequent combination of categories: real over synthetic, so that less is worse."""
    keys, size = record_keys((real, synthetic), columns)
    wanted, found = (np.bincount(part, minlength=size).max() / len(part) for part in keys)
    return ratio(float(wanted), float(found))


def variance_ratio(columns: tuple[EncodedColumn, ...], real: EncodedTable, synthetic: EncodedTable) -> float:
    """The mean over columns of the variance, each ratio at most 1: one wild column must not hide a flat one."""
    spread = [(np.nanvar(synthetic.values(c)), np.nanvar(real.values(c))) for c in columns if _has_values(c, synthetic)]
    return float(np.mean([min(1.0, found / wanted) for found, wanted in spread if wanted > 0] or [0.0]))


def _has_values(column: EncodedColumn, table: EncodedTable) -> bool:
    return bool((table.codes(column) >= 0).any())


def tail_coverage(columns: tuple[EncodedColumn, ...], real: EncodedTable, synthetic: EncodedTable) -> float:
    """The mean over columns of the share of records in the outer 5 % on either side, each ratio at most 1."""
    return float(np.mean([_tails(column, real, synthetic) for column in columns]))


def _tails(column: EncodedColumn, real: EncodedTable, synthetic: EncodedTable) -> float:
    values, found = real.values(column), synthetic.values(column)
    if np.isnan(values).all():
        return 1.0
    low, high = np.nanquantile(values, [TAIL, 1 - TAIL])
    wanted = (values <= low).mean(), (values >= high).mean()
    shares = (found <= low).mean(), (found >= high).mean()
    return float(np.mean([min(1.0, share / goal) for share, goal in zip(shares, wanted, strict=True)]))


def class_coverage(columns: tuple[EncodedColumn, ...], real: EncodedTable, synthetic: EncodedTable) -> float:
    """The share of categories with 5 real records that keep a quarter of their real share."""
    kept = [_kept_classes(column, real, synthetic) for column in columns]
    return ratio(float(sum(found for found, _ in kept)), float(sum(total for _, total in kept)))


def _kept_classes(column: EncodedColumn, real: EncodedTable, synthetic: EncodedTable) -> tuple[int, int]:
    wanted, found = _shares(column, real), _shares(column, synthetic)
    classes = wanted * len(real) >= CLASS_NEIGHBOURS
    return int((classes & (found >= wanted / 4)).sum()), int(classes.sum())


def missing_modes(columns: tuple[EncodedColumn, ...], real: EncodedTable, synthetic: EncodedTable) -> float:
    """The share of pairs of categories held by 1 % of real records that appear at all.

    Every pair of columns; of more than 20 columns those of the most categories.
    """
    found = total = 0
    richest = sorted(columns, key=lambda column: (-len(column.categories), column.spec.name))[:MOST_PAIRED]
    for pair in combinations(richest, 2):
        keys, size = record_keys((real, synthetic), pair)
        modes = np.bincount(keys[0], minlength=size) >= COMMON * len(real)
        total += int(modes.sum())
        found += int((modes & (np.bincount(keys[1], minlength=size) > 0)).sum())
    return ratio(found, total)


# Words, measure, and whether only continuous (True), only other (False) or all columns (None) count.
MEASURES: dict[str, tuple[str, Measure, bool | None]] = {
    "unique_rows": ("Distinct records", unique_rows, None),
    "effective_categories": ("Effective number of categories", effective_categories, False),
    "top_combination_share": ("Weight outside the most frequent combination", top_combination_share, False),
    "variance_ratio": ("Variance of numbers and dates", variance_ratio, True),
    "tail_coverage": ("Records in the outer 5 % of each number or date", tail_coverage, True),
    "class_coverage": ("Categories that keep a quarter of their share", class_coverage, False),
    "missing_modes": ("Frequent pairs of categories that appear", missing_modes, False),
}
