"""What a test set needs: the edges of each column, and each kind of value at least once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric
from generation.engine.evaluation.study.encoding import EncodedColumn, EncodedTable
from generation.engine.evaluation.study.intervals import wilson
from generation.engine.evaluation.study.study import Study
from generation.engine.evaluation.utility.cards import COVERAGE

BOUNDARY, CLASSES = "boundary_coverage", "equivalence_class_coverage"
EDGE = 0.01
QUANTILES = 10


def coverage(study: Study) -> Findings:
    """Boundary value and equivalence class coverage (ISO/IEC/IEEE 29119-4), pooled over the measured columns."""
    study.need_rows()
    study.need_columns(study.measured)
    edges = [boundaries(column, study.training, study.synthetic) for column in study.measured]
    classes = [equivalence_classes(column, study.training, study.synthetic) for column in study.measured]
    return Findings(
        (
            _metric(study, BOUNDARY, edges, "edges (outer 1 % of numbers and dates, missing)"),
            _metric(study, CLASSES, classes, "kinds of values (categories of 5 records, tenths of numbers)"),
        )
    )


def boundaries(column: EncodedColumn, real: EncodedTable, synthetic: EncodedTable) -> npt.NDArray[np.bool_]:
    """Per edge that the real column has whether the synthetic one reaches it."""
    has_missing = (real.codes(column) < 0).any()
    reached = [bool((synthetic.codes(column) < 0).any())] if has_missing else []
    if column.is_continuous:
        low, high = np.nanquantile(real.values(column), [EDGE, 1 - EDGE])
        found = synthetic.values(column)
        reached += [bool((found <= low).any()), bool((found >= high).any())]
    return np.array(reached, dtype=bool)


def equivalence_classes(column: EncodedColumn, real: EncodedTable, synthetic: EncodedTable) -> npt.NDArray[np.bool_]:
    """Per class of real values whether the synthetic column has it."""
    if not column.is_continuous:
        counts = [np.bincount(t.codes(column) + 1, minlength=len(column.categories) + 1)[1:] for t in (real, synthetic)]
        return np.asarray(counts[1][counts[0] >= 5] > 0)
    cuts = np.unique(np.nanquantile(real.values(column), np.linspace(0, 1, QUANTILES + 1)))
    found = synthetic.values(column)
    places = np.searchsorted(cuts, found[~np.isnan(found)], side="right") - 1
    inside = np.minimum(places, max(0, len(cuts) - 2))
    return np.isin(np.arange(max(1, len(cuts) - 1)), inside)


def _metric(study: Study, name: str, reached: list[npt.NDArray[np.bool_]], words: str) -> Metric:
    flags = np.concatenate(reached)
    missing = [c.label for c, each in zip(study.measured, reached, strict=True) if not each.all()]
    if not len(flags):
        reason = "No column has such edges."
        return COVERAGE.card(name).not_computed(reason)
    lower, upper = wilson(float(flags.sum()), len(flags))
    sentence = f"{int(flags.sum()):,} of {len(flags):,} {words} are reached."
    details = {"columns_with_gaps": missing}
    return Metric(
        Group.UTILITY,
        name,
        sentence,
        Direction.HIGHER,
        float(flags.mean()),
        lower,
        upper,
        n=len(flags),
        ceiling=1.0,
        seed=study.seed,
        details=details,
    )
