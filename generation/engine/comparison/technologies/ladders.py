"""How coarse a column can be made, step by step, by the treatments of a plan: from as it is to dropped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from generation.engine.minimisation.limits import Binned, ColumnTreatment, Kept, Supported, Truncated, as_text
from generation.engine.pii.labels import POST_WORDS, label_words
from generation.engine.profiling.grid import round_step
from generation.engine.schema import ColumnSpec, Sdtype

# A number in so many bins, a category folded below these shares of the records.
BINS = (64, 32, 16, 8, 4, 2)
PERIODS = ("month", "quarter", "year", "decade")
RARE_SHARES = (0.0, 0.01, 0.05, 0.2)
PREFIXES = (3, 2, 1)


@dataclass(frozen=True, slots=True)
class Rung:
    """One way to treat a column, in words; None drops it. `codes` are those of the training records, missing -1."""

    treatment: ColumnTreatment | None
    words: str
    codes: npt.NDArray[np.int64]


def ladder(column: pd.Series[Any], spec: ColumnSpec, k: int) -> list[Rung]:
    """From as it is to dropped, each coarser than the one before; limits are learned from these records."""
    rungs: list[Rung] = []
    for treatment, words in [(Kept(), ""), *_treatments(column, spec, k)]:
        codes = _codes(treatment.apply(column))
        if not rungs or _distinct(codes) < _distinct(rungs[-1].codes):
            rungs.append(Rung(treatment, words, codes))
    return [*rungs, Rung(None, "dropped", np.zeros(len(column), dtype=np.int64))]


def _treatments(column: pd.Series[Any], spec: ColumnSpec, k: int) -> Iterator[tuple[ColumnTreatment, str]]:
    if spec.sdtype is Sdtype.NUMERICAL:
        yield from _bins(column, k)
    elif spec.sdtype is Sdtype.DATETIME:
        for unit in PERIODS:
            yield Truncated.fit(column, unit=unit, k=k), f"to the {unit}, its ends folded"
    elif spec.sdtype is Sdtype.CATEGORICAL:
        yield from _folded(column, spec, k)


def _bins(column: pd.Series[Any], k: int) -> Iterator[tuple[ColumnTreatment, str]]:
    """Bins over the middle 98 % of the records; those beyond are folded into the outermost that hold k."""
    numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    finite = numbers[np.isfinite(numbers)]
    if not len(finite):
        return
    low, high = np.quantile(finite, [0.01, 0.99])
    reach = float(high - low) or float(np.ptp(finite))
    if reach > 0:
        for width in dict.fromkeys(round_step(reach / bins) for bins in BINS):
            yield Binned.fit(column, width=width, k=k), f"in bins of {width:,.15g}, its ends folded"


def _folded(column: pd.Series[Any], spec: ColumnSpec, k: int) -> Iterator[tuple[ColumnTreatment, str]]:
    if label_words(spec.label or spec.name) & POST_WORDS:
        for prefix in PREFIXES:
            yield Supported.fit(column, k=k, prefix=prefix), f"its first {prefix} characters, rare ones folded"
        return
    for share in RARE_SHARES:
        least = max(k, round(share * len(column)))
        yield Supported.fit(column, k=least), f"values of fewer than {least:,} records folded"


def _codes(column: pd.Series[Any]) -> npt.NDArray[np.int64]:
    values = column if pd.api.types.is_numeric_dtype(column) or _is_date(column) else as_text(column)
    return pd.factorize(values)[0].astype(np.int64)


def _is_date(column: pd.Series[Any]) -> bool:
    return pd.api.types.is_datetime64_any_dtype(column.dtype)


def _distinct(codes: npt.NDArray[np.int64]) -> int:
    return len(np.unique(codes))


def told(codes: npt.NDArray[np.int64], target: npt.NDArray[np.int64]) -> float:
    """What a column tells of the target, in nats (mutual information), less what as many values tell by chance."""
    table = pd.crosstab(codes, target).to_numpy(dtype=np.float64)
    shares = table / table.sum()
    chance = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    there = shares > 0
    by_chance = (table.shape[0] - 1) * (table.shape[1] - 1) / (2 * table.sum())
    found = float((shares[there] * np.log(shares[there] / chance[there])).sum())
    return max(0.0, found - float(by_chance))


def spread(codes: Sequence[int] | npt.NDArray[np.int64]) -> float:
    """The entropy of a column in nats."""
    shares = np.unique(codes, return_counts=True)[1] / len(codes)
    return float(-(shares * np.log(shares)).sum())
