"""Intervals: every estimate of the evaluation is shown with one."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

CONFIDENCE = 0.95
# A stratum of fewer trials has no variance of its own.
LEAST_OF_A_STRATUM = 30
# A score interval of fewer trials says hardly anything.
LEAST_TRIALS = 20
# At this significance a few trials prove an excess.
PROOF = 0.001

Floats = npt.NDArray[np.float64]
Strata = npt.NDArray[np.int64]
People = npt.NDArray[np.int64]
# (successes, trials)
Share = tuple[float, float]


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


def clopper_pearson(successes: int, trials: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The exact interval of a share (1934): it never holds less often than it says. (0, 1) when nothing was tried."""
    from scipy.stats import beta

    tail = (1 - confidence) / 2
    low = beta.ppf(tail, successes, trials - successes + 1) if successes else 0.0
    high = beta.isf(tail, successes + 1, trials - successes) if successes < trials else 1.0
    return float(low), float(high)


def difference_of_shares(first: Share, second: Share, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Newcombe's hybrid score interval (1998, method 10) of first - second; each is (successes, trials)."""
    low_a, high_a = wilson(*first, confidence)
    low_b, high_b = wilson(*second, confidence)
    a, b = first[0] / first[1], second[0] / second[1]
    below = sqrt((a - low_a) ** 2 + (high_b - b) ** 2)
    above = sqrt((high_a - a) ** 2 + (b - low_b) ** 2)
    return a - b - below, a - b + above


def mean_variance(values: Floats, whose: People) -> float:
    """The variance of the mean of values that are independent between people, `whose` each is numbered from 0.

    Values of one person come and go together: sums by person, as of a ratio (Cochran 1977, 2.11). Where each value is
    another person's, it is the usual variance of a mean. 0 of one person alone.
    """
    sums = np.bincount(whose, weights=values - values.mean())
    return float((sums**2).sum()) * len(sums) / max(1, len(sums) - 1) / len(values) ** 2


def worth(values: Floats, whose: People) -> Share:
    """(sum, trials) of values between 0 and 1: as many independent trials as give a share of that mean its variance.

    Never more than there are values (Kish 1965: the design effect). Where all are equal nothing is seen of how much
    those of one person go together, and each person counts once.
    """
    if len(values) == int(whose.max()) + 1:
        return float(values.sum()), float(len(values))
    alone, together = mean_variance(values, np.arange(len(values))), mean_variance(values, whose)
    people = float(whose.max() + 1)
    trials = len(values) * min(1.0, alone / together) if together > 0 else people
    return float(values.mean()) * trials, trials


def excess_of(
    first: Share, second: Share, least: float, confidence: float = CONFIDENCE
) -> tuple[float, float, float, float]:
    """(value, lower, upper, measure) of first - second as a share of so many trials; the second may have no trial.

    Fewer than `least`, or than `LEAST_TRIALS`, count by their own number where Fisher's exact test (1935) proves an
    excess of the first (p < .001, as of copies). What it does not prove is little in a table where so few were to be
    had: a share of `least` trials, and no excess for certain unless the test is significant at the confidence.
    """
    second = second if second[1] else (0, 1)
    lower, upper = difference_of_shares(first, second, confidence)
    p_value = 0.0 if min(first[1], second[1]) >= max(LEAST_TRIALS, least) else _fisher(first, second)
    measure = max(first[1], least) if p_value > PROOF else first[1]
    scale = first[1] / measure
    lower = lower if p_value <= (1 - confidence) / 2 else min(lower, 0.0)
    return scale * (first[0] / first[1] - second[0] / second[1]), scale * lower, scale * upper, measure


def _fisher(first: Share, second: Share) -> float:
    """One-sided: the probability of so many successes of the first, given how many there are of both together."""
    from scipy.stats import hypergeom

    found, tried, other, beside = (round(count) for count in (*first, *second))
    return float(hypergeom.sf(found - 1, tried + beside, found + other, tried))


def residual_risk(attack: Share, control: Share, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
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


def residual_beyond(
    sides: Sequence[Floats], whose: Sequence[People], control: Share, confidence: float = CONFIDENCE
) -> tuple[float, float, float]:
    """(value, lower, upper) of the residual risk from what each success has beyond what was to be expected of it.

    The difference of the means of both sides (training, holdout) over (1 - control), the control as (successes,
    trials); values of one person go together. One square of 1 is added to either side's sum of squares, as Agresti and
    Caffo (2000) add a success and a failure: where nothing was seen in few trials, the interval has a width.
    """
    share = control[0] / control[1]
    if share >= 1:
        return 0.0, 0.0, 1.0
    difference = float(sides[0].mean() - sides[1].mean())
    squares = [
        (np.bincount(own, weights=side - side.mean()) ** 2).sum() for side, own in zip(sides, whose, strict=True)
    ]
    spread = sum((float(square) + 1) / len(side) ** 2 for square, side in zip(squares, sides, strict=True))
    low, high = wilson(*control, confidence)
    of_control = abs(difference) / (1 - share) ** 2 * (high - low) / 2
    half = sqrt((z_of(confidence) / (1 - share)) ** 2 * spread + of_control**2)
    value = difference / (1 - share)
    return value, value - half, min(1.0, value + half)


def standardised(successes: Sequence[Floats], strata: Sequence[Strata]) -> list[Share]:
    """(hits, trials) per side as if each held the strata in their shares of both together.

    Post-stratification (Cochran 1977, 5A.9). The trials are the effective sample size (Kish 1965): as many as give a
    simple share of the same value the variance of the standardised one, so that intervals of shares follow.
    """
    sides = _joined(strata)
    shares = np.bincount(np.concatenate(sides)) / sum(map(len, sides))
    return [_as_trials(found, side, shares) for found, side in zip(successes, sides, strict=True)]


def _joined(strata: Sequence[Strata]) -> list[Strata]:
    """The strata numbered from 0, those too small on either side made one (joined to the first where that is small)."""
    names = np.unique(np.concatenate(strata))
    counts = np.min([[(side == name).sum() for name in names] for side in strata], axis=0)
    order = np.argsort(-counts, kind="stable")
    large = int((counts >= LEAST_OF_A_STRATUM).sum())
    number = np.empty(len(names), dtype=np.int64)
    number[order] = np.minimum(np.arange(len(names)), large)
    sides = [number[np.searchsorted(names, side)] for side in strata]
    if min((side == large).sum() for side in sides) < LEAST_OF_A_STRATUM:
        sides = [np.where(side == large, 0, side) for side in sides]
    return sides


def _as_trials(successes: Floats, side: Strata, shares: Floats) -> Share:
    counts = np.bincount(side, minlength=len(shares))
    sums, squares = (np.bincount(side, weights=each, minlength=len(shares)) for each in (successes, successes**2))
    means = sums / np.maximum(counts, 1)
    spread = np.maximum(0.0, squares / np.maximum(counts, 1) - means**2) / np.maximum(counts, 1)
    mean, variance, total = float(shares @ means), float(shares**2 @ spread), float(len(successes))
    trials = mean * (1 - mean) / variance if variance > 0 and 0 < mean < 1 else total
    return mean * trials, trials


def percentile_interval(draws: npt.NDArray[np.float64], confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The percentile bootstrap interval (Efron 1979) of the finite draws."""
    finite = draws[np.isfinite(draws)]
    if not len(finite):
        return float("nan"), float("nan")
    tail = (1 - confidence) / 2
    lower, upper = np.quantile(finite, [tail, 1 - tail])
    return float(lower), float(upper)


def area_interval(
    positive: Floats, negative: Floats, whose: Sequence[People] = (), confidence: float = CONFIDENCE
) -> tuple[float, float, float]:
    """(value, lower, upper) of the area under the ROC curve; ties count half (DeLong, DeLong and Clarke-Pearson 1988).

    Placements of each side among the other give the variance, those of one person together (Obuchowski 1997), where
    `whose` numbers the people of both sides; one side alone without spread gives no width.
    """
    above = _placements(positive, negative)
    below = 1 - _placements(negative, positive)
    value = float(above.mean())
    people = whose or [np.arange(len(side)) for side in (above, below)]
    spread = sum(mean_variance(side, own) for side, own in zip((above, below), people, strict=True))
    half = z_of(confidence) * sqrt(spread)
    return value, max(0.0, value - half), min(1.0, value + half)


def _placements(scores: Floats, others: Floats) -> Floats:
    """Per score the share of the others below it, ties counted half."""
    ordered = np.sort(others)
    found: Floats = (np.searchsorted(ordered, scores) + np.searchsorted(ordered, scores, "right")) / (2 * len(ordered))
    return found
