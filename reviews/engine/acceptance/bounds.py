"""Exact binomial and hypergeometric tails, and the bounds on a leak rate that follow from them.

Standard library only: the web process imports this. Probabilities start from one sum of log1p terms and follow the
ratio of neighbouring terms, so they keep 12 digits for lots of 10^9, where differences of log-gamma values keep 5.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil, exp, expm1, fsum, inf, log, log1p

NEGLIGIBLE = 1e-20


def exact(number: float) -> Fraction:
    """The decimal number a person typed: 0.07 is 7/100, not the nearest binary fraction."""
    return Fraction(str(number))


def risk_of(confidence: float) -> float:
    """1 - confidence, without the binary rounding of 1 - 0.95. `confidence` is a fraction strictly between 0 and 1."""
    if not 0 < confidence < 1:
        raise ValueError("The confidence must lie strictly between 0 and 1.")
    return float(1 - exact(confidence))


def leaks_at(lot: int, rate: float) -> int:
    """The number of leaking records in a lot at this rate (a fraction), rounded up."""
    return ceil(exact(rate) * lot)


def _follow(log_first: float, low: int, top: int, ratio: Callable[[int], float]) -> list[float]:
    """Probabilities of 0..top, given the logarithm of the one at `low` and the ratio of each to the one before."""
    chances = [0.0] * min(low, top + 1)
    current = log_first
    for count in range(low, top + 1):
        chances.append(exp(current))
        step = ratio(count)
        current = current + log(step) if step > 0 else -inf
    return chances


def binomial_pmf(draws: int, rate: float, top: int) -> list[float]:
    """P(X = 0), ..., P(X = top) for X ~ Binomial(draws, rate); zero beyond `draws`."""
    if rate >= 1:
        return [1.0 if count == draws else 0.0 for count in range(top + 1)]
    odds = rate / (1 - rate)
    return _follow(draws * log1p(-rate), 0, top, lambda count: (draws - count) / (count + 1) * odds)


def hypergeometric_pmf(lot: int, leaks: int, draws: int, top: int) -> list[float]:
    """P(X = 0), ..., P(X = top): X leaking records among `draws` taken without replacement from `lot` with `leaks`."""
    low = max(0, leaks + draws - lot)
    first = _none_drawn(lot, leaks, draws) if low == 0 else _all_left_out(lot, leaks, draws)
    spare = lot - leaks - draws
    return _follow(first, low, top, lambda x: (leaks - x) * (draws - x) / ((x + 1) * (spare + x + 1)))


def _none_drawn(lot: int, leaks: int, draws: int) -> float:
    """log P(no drawn record leaks) = log C(lot - leaks, draws) - log C(lot, draws), by the shorter product."""
    few, many = sorted((leaks, draws))
    return fsum(log1p(-many / (lot - i)) for i in range(few))


def _all_left_out(lot: int, leaks: int, draws: int) -> float:
    """log P(all records left out leak) = log C(leaks, left) - log C(lot, left), by the shorter product."""
    left, clean = lot - draws, lot - leaks
    if left <= clean:
        return fsum(log((leaks - i) / (lot - i)) for i in range(left))
    return fsum(log((draws - i) / (lot - i)) for i in range(clean))


def binomial_cdf(count: int, draws: int, rate: float) -> float:
    """P(X <= count) for X ~ Binomial(draws, rate)."""
    return min(1.0, fsum(binomial_pmf(draws, rate, min(count, draws))))


def detected_cdf(count: int, lot: int, leaks: int, draws: int, sensitivity: float = 1.0) -> float:
    """P(at most `count` leaks are detected) when each drawn leak is detected with probability `sensitivity`.

    With sensitivity 1 this is the hypergeometric distribution function.
    """
    if sensitivity >= 1:
        return min(1.0, fsum(hypergeometric_pmf(lot, leaks, draws, min(count, leaks, draws))))
    drawn = hypergeometric_pmf(lot, leaks, draws, min(leaks, draws))
    return min(1.0, fsum(p * binomial_cdf(count, x, sensitivity) for x, p in enumerate(drawn) if p > NEGLIGIBLE))


def _check_counts(part: int, whole: int) -> None:
    if not 0 <= part <= whole:
        raise ValueError("A count must lie between 0 and the number it is a part of.")


def _binomial_upper(draws: int, count: int, risk: float) -> float:
    """One-sided Clopper-Pearson upper bound, BetaInv(1 - risk; count + 1, draws - count)."""
    if count >= draws:
        return 1.0
    if count == 0:
        return -expm1(log(risk) / draws)
    low, high = count / draws, 1.0
    while high - low > 1e-15 * high:
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (middle, high) if binomial_cdf(count, draws, middle) > risk else (low, middle)
    return high


def proportion_lower(count: int, draws: int, confidence: float) -> float:
    """One-sided Clopper-Pearson lower bound of a proportion; 0 when nothing was drawn."""
    _check_counts(count, draws)
    return 1.0 - _binomial_upper(draws, draws - count, risk_of(confidence)) if draws else 0.0


def proportion_interval(count: int, draws: int, confidence: float) -> tuple[float, float]:
    """Two-sided Clopper-Pearson interval of a proportion (Clopper & Pearson 1934); (0, 1) when nothing was drawn."""
    _check_counts(count, draws)
    half = risk_of(confidence) / 2
    if draws == 0:
        return 0.0, 1.0
    return 1.0 - _binomial_upper(draws, draws - count, half), _binomial_upper(draws, count, half)


def _most_leaks(lot: int, draws: int, count: int, risk: float, sensitivity: float) -> int:
    """The largest number of leaks in the lot under which seeing at most `count` still has a chance above `risk`."""
    most = lot if sensitivity < 1 else lot - draws + count

    def plausible(leaks: int) -> bool:
        return detected_cdf(count, lot, leaks, draws, sensitivity) > risk

    low, step = count, 1
    while low + step <= most and plausible(low + step):
        low, step = low + step, step * 2
    high = min(low + step, most + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if plausible(middle) else (low, middle)
    return low


def upper_bound(reviewed: int, leaks: int, confidence: float, lot: int | None = None) -> float:
    """The largest leak rate (a fraction) that `leaks` found in `reviewed` leaves plausible; 1 when nothing is reviewed.

    One-sided, at a number of records fixed beforehand. Infinite lot: Clopper-Pearson. Finite lot: the largest number
    of leaking records D with HypergeomCDF(leaks; lot, D, reviewed) > 1 - confidence, as a share of the lot. ValueError
    for counts or a confidence that cannot be. Source: Clopper & Pearson (1934).

    >>> round(upper_bound(294, 0, 0.95, lot=10_000), 4)
    0.0099
    >>> round(upper_bound(299, 0, 0.95), 4)
    0.01
    """
    return detected_bound(reviewed, leaks, risk_of(confidence), lot, 1.0)


def corrected_bound(
    reviewed: int, leaks: int, planted: int, found: int, confidence: float, lot: int | None = None
) -> float:
    """The upper bound corrected for what reviewers miss, as measured with `found` of `planted` controls.

    Joint, by Bonferroni: half the risk for the sample, half for the sensitivity s = CPlower(found, planted). Infinite
    lot: CPupper(leaks, reviewed) / s. Finite lot: exact, each leak in the sample being seen with probability s.

    >>> round(corrected_bound(384, 0, planted=60, found=60, confidence=0.95, lot=10_000), 4)
    0.0099
    """
    _check_counts(found, planted)
    half = risk_of(confidence) / 2
    sensitivity = 1.0 - _binomial_upper(planted, planted - found, half) if planted else 0.0
    return detected_bound(reviewed, leaks, half, lot, sensitivity)


def detected_bound(reviewed: int, leaks: int, risk: float, lot: int | None, sensitivity: float) -> float:
    """`upper_bound` at this risk when reviewers see at least the share `sensitivity` of leaks."""
    _check_counts(leaks, reviewed)
    if reviewed == 0 or sensitivity <= 0:
        return 1.0
    if lot is None:
        return min(1.0, _binomial_upper(reviewed, leaks, risk) / sensitivity)
    _check_counts(reviewed, lot)
    return _most_leaks(lot, reviewed, leaks, risk, sensitivity) / lot
