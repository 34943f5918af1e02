"""The shape of a column in counts, on round grid lines, so that no edge is anybody's value."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from generation.engine.profiling.grid import round_step
from generation.engine.profiling.profile import Spread

Floats = npt.NDArray[np.floating[Any]]
BINS = 20
CATEGORIES = 20
FEWEST_SHOWN = 5
_TAIL_WIDTHS = 1.5
_DAY_NANOSECONDS = 86_400_000_000_000


def spread_of_numbers(values: pd.Series[float]) -> Spread:
    """Histogram of numbers without missing values; infinities are left out."""
    numbers = values.to_numpy(dtype=np.float64, copy=False)
    numbers = numbers[np.isfinite(numbers)]
    if not numbers.size:
        return Spread("histogram")
    edges, counts, heavy = _histogram(numbers, smallest_step=0.0)
    return Spread("histogram", counts, tuple(float(f"{edge:.12g}") for edge in edges), heavy_tail=heavy)


def spread_of_dates(values: pd.Series[pd.Timestamp]) -> Spread:
    """Histogram of dates without missing values, in whole days; edges as ISO dates."""
    if not len(values):
        return Spread("histogram")
    days = values.to_numpy(dtype="datetime64[ns]").astype(np.int64) / _DAY_NANOSECONDS
    edges, counts, heavy = _histogram(days, smallest_step=1.0)
    dates = tuple(str(np.datetime64(int(edge), "D")) for edge in edges)
    return Spread("histogram", counts, dates, heavy_tail=heavy)


def spread_of_categories(counts: npt.NDArray[np.integer[Any]]) -> Spread:
    """Counts of the largest categories without their names; rare and further ones folded."""
    ordered = np.sort(counts)[::-1]
    shown = ordered[:CATEGORIES]
    shown = shown[shown >= FEWEST_SHOWN]
    return Spread("categories", tuple(int(c) for c in shown), folded=int(ordered.sum() - shown.sum()))


def _histogram(numbers: Floats, *, smallest_step: float) -> tuple[Floats, tuple[int, ...], bool]:
    low, high = np.quantile(numbers, [0.01, 0.99])
    edges = _grid(float(low), float(high), smallest_step)
    counts, _ = np.histogram(np.clip(numbers, edges[0], edges[-1]), bins=edges)
    beyond = max(float(numbers.max() - high), float(low - numbers.min()))
    heavy = beyond > _TAIL_WIDTHS * float(high - low) > 0
    return edges, tuple(int(c) for c in counts), heavy


def _grid(low: float, high: float, smallest_step: float) -> Floats:
    """At most BINS equal bins around low..high whose edges are multiples of 1, 2 or 5 times a power of ten."""
    step = max(round_step((high - low) / (BINS - 2) or max(abs(high), 1.0) / 10), smallest_step)
    first, last = math.floor(low / step), math.ceil(high / step)
    return np.arange(first, max(last, first + 1) + 1) * step
