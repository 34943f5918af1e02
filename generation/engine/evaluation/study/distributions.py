"""Series for the pages to draw: aggregates only, and nothing that fewer than k real records share."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.study.encoding import EncodedColumn, EncodedTable
from generation.engine.evaluation.study.study import Study
from generation.engine.schema import Sdtype

BINS = 20
MOST_CATEGORIES = 15
OTHER = "other"
MISSING_LABEL = "missing"

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


def distributions(study: Study) -> list[dict[str, Any]]:
    """Per measured column: labels, and the share of real and of synthetic records in each bin or category."""
    return [_distribution(column, study) for column in study.measured]


def _distribution(column: EncodedColumn, study: Study) -> dict[str, Any]:
    labels, real, synthetic = _binned(column, study) if column.is_continuous else _categories(column, study)
    kind = column.spec.sdtype.value
    words = {"column": column.spec.name, "label": column.label, "kind": kind, "labels": labels}
    shares = {"real": _shares(real), "synthetic": _shares(synthetic)}
    return words | shares


def _shares(counts: Counts) -> list[float]:
    return [float(share) for share in counts / max(1, counts.sum())]


def _binned(column: EncodedColumn, study: Study) -> tuple[list[str], Counts, Counts]:
    """Bins between the 1st and 99th percentile (extremes point at people), merged until each holds k real records."""
    real, synthetic = study.training.values(column), study.synthetic.values(column)
    present = real[~np.isnan(real)]
    low, high = np.quantile(present, [0.01, 0.99])
    edges = np.unique(np.linspace(low, high, BINS + 1)) if high > low else np.array([low, low])
    edges = _merge_small(present, edges, study.policy.minimum_cell)
    counts = [_count_bins(values, edges) for values in (real, synthetic)]
    labels = [f"{_word(column, a)} to {_word(column, b)}" for a, b in pairwise(edges)]
    return [*labels, MISSING_LABEL], counts[0], counts[1]


def _merge_small(present: Floats, edges: Floats, least: int) -> Floats:
    kept = [edges[0]]
    for edge in edges[1:]:
        if ((present >= kept[-1]) & (present < edge)).sum() >= least:
            kept.append(edge)
    # The last bin ends where the values end; a constant column has one bin without width.
    return np.array([*kept[: max(1, len(kept) - 1)], edges[-1]])


def _count_bins(values: Floats, edges: Floats) -> Counts:
    """Counts per bin, what lies outside in the outer bins, and the missing last."""
    present = values[~np.isnan(values)]
    places = np.clip(np.searchsorted(edges, present, side="right") - 1, 0, len(edges) - 2)
    return np.append(np.bincount(places, minlength=len(edges) - 1), len(values) - len(present))


def _word(column: EncodedColumn, value: float) -> str:
    if column.spec.sdtype is Sdtype.DATETIME:
        return str(np.datetime64(round(value), "s").astype("datetime64[D]"))
    short = float(f"{value:.4g}")  # four digits, and never an exponent: people read it below an axis
    return f"{short:,.0f}" if abs(short) >= 1_000 else str(np.format_float_positional(short, trim="-"))


def _categories(column: EncodedColumn, study: Study) -> tuple[list[str], Counts, Counts]:
    """The most frequent categories of at least k real records; the rest are "other"."""
    real, synthetic = _category_counts(column, study.training), _category_counts(column, study.synthetic)
    order = np.argsort(-real[:-1], kind="stable")[:MOST_CATEGORIES]
    shown = order[real[order] >= study.policy.minimum_cell]
    labels = [str(column.categories[code]) for code in shown]
    folded = [_fold(counts, shown) for counts in (real, synthetic)]
    return [*labels, OTHER, MISSING_LABEL], folded[0], folded[1]


def _category_counts(column: EncodedColumn, table: EncodedTable) -> Counts:
    """Counts per category, missing last."""
    codes = table.codes(column)
    counts = np.bincount(codes + 1, minlength=len(column.categories) + 1)
    return np.append(counts[1:], counts[0])


def _fold(counts: Counts, shown: npt.NDArray[np.intp]) -> Counts:
    other = counts[:-1].sum() - counts[shown].sum()
    return np.concatenate([counts[shown], [other, counts[-1]]])
