"""How much privacy is spent: zero-concentrated differential privacy (zCDP), and what it means as (epsilon, delta).

Every look at the records costs some rho; looks add up (Bun and Steinke 2016, Concentrated differential privacy, lemma
1.7). A total of rho is (epsilon, delta)-differential privacy for the epsilon of Canonne, Kamath and Steinke 2020 (The
discrete Gaussian for differential privacy, proposition 12), smaller than the older rho + 2 sqrt(rho ln(1/delta)).
The unit is one record added or removed; with `records_per_person` = m it is all of one person's records, m at most.
"""

from __future__ import annotations

import math
from functools import cache

LARGEST_RHO = 1e4
ROUNDS = 90


def epsilon_of(rho: float, delta: float) -> float:
    """The smallest epsilon such that rho-zCDP is (epsilon, delta)-differential privacy; 0 <= rho, 0 < delta < 1."""
    if rho <= 0:
        return 0.0
    low, high = math.log(1e-9), math.log(1e9)
    for _ in range(ROUNDS):
        third = (high - low) / 3
        if _bound(rho, delta, low + third) < _bound(rho, delta, high - third):
            high -= third
        else:
            low += third
    return max(0.0, _bound(rho, delta, (low + high) / 2))


def _bound(rho: float, delta: float, log_order: float) -> float:
    """Epsilon by the Renyi divergence of order 1 + exp(log_order); every order gives a valid one."""
    above = math.exp(log_order)
    order = 1 + above
    return order * rho + math.log(above / order) - (math.log(delta) + math.log(order)) / above


@cache
def rho_of(epsilon: float, delta: float) -> float:
    """The largest rho that is (epsilon, delta)-differential privacy, from below."""
    low, high = 0.0, LARGEST_RHO
    for _ in range(ROUNDS):
        middle = (low + high) / 2
        if epsilon_of(middle, delta) <= epsilon:
            low = middle
        else:
            high = middle
    return low


def gaussian_scale(sensitivity: int, rho: float) -> float:
    """Standard deviation of the noise on a vector whose length changes by `sensitivity` at most (Euclidean)."""
    return sensitivity / math.sqrt(2 * rho)


def choice_scale(sensitivity: int, rho: float) -> float:
    """Scale of the Gumbel noise on scores that change by `sensitivity` at most, of which only the best place is told.

    With noise of scale s this is the exponential mechanism of epsilon = 2 sensitivity / s, which is epsilon^2 / 8 zCDP
    (Cesar and Rogers 2021, Bounding, concentrating, and truncating).
    """
    return sensitivity / math.sqrt(2 * rho)
