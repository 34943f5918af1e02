"""The only door through which dp_marginals looks at records: noise by opendp, and every look paid for.

Noise is drawn by opendp from the operating system's generator. It cannot be seeded, by design: who knows the seed could
take the noise away.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from generation.engine.synthesizers.dp.accounting import choice_scale, gaussian_scale

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

# Sums of shares differ from their total in the last digits.
ROUNDING = 1 + 1e-6


@dataclass(frozen=True, slots=True)
class Noisy:
    """Counts with noise of standard deviation `sigma` on each."""

    values: Floats
    sigma: float


class Overspent(RuntimeError):
    """A look would cost more than is left: a fault of the program, so nothing is released."""


class Mechanism:
    """A budget of `rho` and `delta`, and the three looks that spend it.

    All take true counts or scores of which one record changes one by at most 1, and `records` records of one person
    at most `records`. Whatever is computed from what they give back costs nothing more.
    """

    def __init__(self, rho: float, delta: float, records: int = 1) -> None:
        import opendp.prelude as dp

        dp.enable_features("contrib")
        self._dp: Any = dp
        self._records = records
        self.rho, self.delta = rho, delta
        self.spent_rho = self.spent_delta = 0.0

    def counts(self, true: Counts, rho: float) -> Noisy:
        """All counts of a table of cells that do not overlap, by the discrete Gaussian mechanism."""
        dp, scale = self._dp, self.sigma(rho)
        space = dp.vector_domain(dp.atom_domain(T=dp.i64)), dp.l2_distance(T=dp.i64)
        release = dp.m.make_gaussian(*space, scale=scale)
        self._pay(release.map(self._records))
        return Noisy(np.asarray(release(true.tolist()), dtype=np.float64), scale)

    def names(self, true: Mapping[int, int], rho: float, delta: float) -> tuple[dict[int, int], float]:
        """The keys that so many records hold that no single person can decide it, with noisy counts; and sigma.

        By the discrete Gaussian mechanism with a threshold. Keys may be numbered as the caller likes: noise does not
        depend on the key.
        """
        dp, scale = self._dp, self.sigma(rho)
        keys, values = dp.atom_domain(T=dp.i64), dp.atom_domain(T=dp.i64)
        space = dp.map_domain(keys, values), dp.l02inf_distance(dp.absolute_distance(T=dp.i64))
        reach = (self._records, self._records, self._records)
        threshold = math.ceil(self._records + scale * NormalDist().inv_cdf(1 - delta / self._records))
        while (release := dp.m.make_gaussian_threshold(*space, scale=scale, threshold=threshold)).map(reach)[1] > delta:
            threshold += 1
        self._pay(*release.map(reach))
        return release(dict(true)), scale

    def best(self, scores: Counts, rho: float) -> int:
        """The place of about the highest score, by opendp's noisy max."""
        dp = self._dp
        space = dp.vector_domain(dp.atom_domain(T=dp.i64)), dp.linf_distance(T=dp.i64)
        scale = choice_scale(self._records, rho) * ROUNDING
        release = dp.m.make_noisy_max(*space, dp.zero_concentrated_divergence(), scale=scale)
        self._pay(release.map(self._records))
        return int(release(scores.tolist()))

    def sigma(self, rho: float) -> float:
        return gaussian_scale(self._records, rho) * ROUNDING

    def _pay(self, rho: float, delta: float = 0.0) -> None:
        """Before the release: raises Overspent when the budget does not hold it."""
        if self.spent_rho + rho > self.rho * ROUNDING or self.spent_delta + delta > self.delta * ROUNDING:
            raise Overspent(f"rho {self.spent_rho + rho} of {self.rho}, delta {self.spent_delta + delta}")
        self.spent_rho += rho
        self.spent_delta += delta
