"""Intervals: every estimate of the evaluation is shown with one."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

CONFIDENCE = 0.95


def z_of(confidence: float = CONFIDENCE) -> float:
    """The two-sided normal quantile: 1.96 at .95."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson(successes: float, trials: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Wilson's score interval of a share (1927). (0, 1) when nothing was tried."""
    if trials <= 0:
        return 0.0, 1.0
    z, share = z_of(confidence), successes / trials
    centre = share + z * z / (2 * trials)
    spread = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def difference_of_shares(
    first: tuple[float, float], second: tuple[float, float], confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """Newcombe's hybrid score interval (1998, method 10) of first - second; each is (successes, trials)."""
    low_a, high_a = wilson(*first, confidence)
    low_b, high_b = wilson(*second, confidence)
    a, b = first[0] / first[1], second[0] / second[1]
    below = sqrt((a - low_a) ** 2 + (high_b - b) ** 2)
    above = sqrt((high_a - a) ** 2 + (b - low_b) ** 2)
    return a - b - below, a - b + above


def residual_risk(
    attack: tuple[float, float], control: tuple[float, float], confidence: float = CONFIDENCE
) -> tuple[float, float, float]:
    """(value, lower, upper) of (attack - control) / (1 - control), each given as (successes, trials).

    The interval joins the two Wilson intervals by MOVER on the ratio of the failures (1 - attack) / (1 - control), in
    the form of Giomi et al., "A unified framework for quantifying privacy risk" (2023): errors added in quadrature.
    """
    a, c = attack[0] / attack[1], control[0] / control[1]
    if c >= 1:
        return 0.0, 0.0, 1.0
    low_a, high_a = wilson(*attack, confidence)
    low_c, high_c = wilson(*control, confidence)
    slope_a, slope_c = 1 / (1 - c), (1 - a) / (1 - c) ** 2
    value = (a - c) / (1 - c)
    below = sqrt((slope_a * (a - low_a)) ** 2 + (slope_c * (high_c - c)) ** 2)
    above = sqrt((slope_a * (high_a - a)) ** 2 + (slope_c * (c - low_c)) ** 2)
    return value, value - below, min(1.0, value + above)


def percentile_interval(draws: npt.NDArray[np.float64], confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The percentile bootstrap interval (Efron 1979) of the finite draws."""
    finite = draws[np.isfinite(draws)]
    if not len(finite):
        return float("nan"), float("nan")
    tail = (1 - confidence) / 2
    lower, upper = np.quantile(finite, [tail, 1 - tail])
    return float(lower), float(upper)
