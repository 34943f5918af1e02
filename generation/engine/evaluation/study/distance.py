"""Gower's distance itself, in numpy alone: what the exact search (gower.py) and a single look-up both measure by.

Gower, "A general coefficient of similarity" (1971), as SDMetrics defines it for distances to the closest record: the
mean over columns of |a - b| / range (at most 1) for continuous and of a mismatch for other columns; missing equals
missing and differs from every value.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

# Real values lie in [0, 1] once divided by the range; what lies outside is clipped where every distance is already 1.
OUTSIDE = (-1.0, 2.0)
MISSING = 4.0

Floats = npt.NDArray[np.float64]


def range_of(values: Floats) -> tuple[float, float]:
    """(least value, range) of a continuous column; missing is NaN, and 0 stands for what an empty column lacks."""
    present = values[~np.isnan(values)]
    return (float(present.min()), float(np.ptp(present))) if len(present) else (0.0, 0.0)


def scaled(values: Floats, low: float, span: float) -> Floats:
    """The values divided by the range, so that the distance of two of them is their difference, at most 1."""
    shares = (values - low) / span if span > 0 else np.where(values == low, 0.0, OUTSIDE[1])
    return np.where(np.isnan(values), MISSING, np.clip(shares, *OUTSIDE))


def apart(column: Floats, value: float) -> Floats:
    """How far each value of a continuous column is from another one; NaN is missing, the range is the column's."""
    low, span = range_of(column)
    return np.minimum(1.0, np.abs(scaled(column, low, span) - scaled(np.array([value]), low, span)))


def unlike(column: list[Any], value: Any) -> Floats:
    """1 where a value of another column differs, 0 where it is the same; None is missing."""
    return np.asarray([one != value for one in column], dtype=np.float64)
