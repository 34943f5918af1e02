"""A statistical audit of dp_marginals: can an observer tell whether one record was there, better than epsilon allows?

    python benchmarks/audits/differential_privacy.py [--epsilon 1] [--fits 1000] [--weaken 1 2 5 10] [--json -]

The observer is as strong as can be: he knows every record but one, sees every noisy figure and choice of the fit (far
more than the model or its records), and computes the exact likelihood ratio of "it was there" against "it was not".
He does so by fitting again on both tables with the figures he saw in place of noise. From the errors of his best test
follows a lower bound on epsilon, with confidence 95 % by Clopper and Pearson, the test chosen on one half of the fits
and judged on the other (Jagielski, Ullman and Oprea 2020, Auditing differentially private machine learning). A bound
above the stated epsilon would refute the guarantee. `--weaken 10` draws noise ten times smaller than is paid for, so
that the audit can be seen to catch it.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import NormalDist
from time import process_time
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.suite.figures import offer_json, told_on, write_json
from generation.engine.evaluation.calibration.shadow.epsilon import best_cut, epsilon_at_least
from generation.engine.progress import silent
from generation.engine.schema import ColumnRole, ColumnSpec, Sdtype
from generation.engine.synthesizers.dp.accounting import choice_scale, rho_of
from generation.engine.synthesizers.dp.marginals import DpMarginals
from generation.engine.synthesizers.dp.mechanism import Mechanism, Noisy

DELTA = 1e-6
BINS = 4
SCHEMA = (
    ColumnSpec("age", Sdtype.NUMERICAL),
    ColumnSpec("town", Sdtype.CATEGORICAL),
    ColumnSpec("ill", Sdtype.BOOLEAN, ColumnRole.TARGET),
)


def neighbours(rows: int = 900) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A small table without and with one record, whose combination nobody else has."""
    rng = np.random.default_rng(0)
    town = rng.integers(0, 3, rows)
    table = pd.DataFrame(
        {"age": 20 + 20 * town + rng.integers(0, 10, rows), "town": town.astype(str), "ill": rng.random(rows) < 0.3}
    )
    one = pd.DataFrame({"age": [25], "town": ["2"], "ill": [True]})
    return table, pd.concat([table, one], ignore_index=True)


class Weakened(Mechanism):
    """A mechanism that keeps all it tells, and draws noise `factor` times smaller than what is paid for."""

    def __init__(self, epsilon: float, factor: float) -> None:
        super().__init__(rho_of(epsilon, DELTA / 2), DELTA / 2)
        self.factor = factor
        self.told: list[Any] = []

    def counts(self, true: np.ndarray, rho: float) -> Noisy:
        return self._tell(super().counts(true, rho * self.factor**2))

    def names(self, true: Any, rho: float, delta: float) -> tuple[dict[int, int], float]:
        return self._tell(super().names(true, rho * self.factor**2, delta))

    def best(self, scores: np.ndarray, rho: float) -> int:
        return self._tell(super().best(scores, rho * self.factor**2))

    def _pay(self, rho: float, delta: float = 0.0) -> None:
        super()._pay(rho / self.factor**2, delta)

    def _tell(self, told: Any) -> Any:
        self.told.append(told)
        return told


class Replayed(Mechanism):
    """Tells again what was told, and adds up how likely that was with the records it is asked about."""

    def __init__(self, seen: Weakened) -> None:
        super().__init__(seen.rho, seen.delta)
        self._told = iter(seen.told)
        self._factor = seen.factor
        self.log_likelihood = 0.0

    def counts(self, true: np.ndarray, rho: float) -> Noisy:
        noisy: Noisy = next(self._told)
        self.log_likelihood -= float(((noisy.values - true) ** 2).sum()) / (2 * noisy.sigma**2)
        return noisy

    def names(self, true: Any, rho: float, delta: float) -> tuple[dict[int, int], float]:
        named, sigma = next(self._told)
        kept = min(named.values(), default=0)
        for key, count in true.items():
            if key in named:
                self.log_likelihood -= (named[key] - count) ** 2 / (2 * sigma**2)
            else:
                self.log_likelihood += float(np.log(NormalDist(count, sigma).cdf(kept)))
        return named, sigma

    def best(self, scores: np.ndarray, rho: float) -> int:
        place: int = next(self._told)
        weights = scores / choice_scale(1, rho * self._factor**2)
        self.log_likelihood += float(weights[place] - np.logaddexp.reduce(weights))
        return place


def evidence(table: pd.DataFrame, worlds: tuple[pd.DataFrame, pd.DataFrame], epsilon: float, factor: float) -> float:
    """One fit on `table`: the log-likelihood of the second world less that of the first."""
    seen = Weakened(epsilon, factor)
    DpMarginals.fit_by(seen, table, SCHEMA, BINS, silent)
    without, with_it = (Replayed(seen) for _ in worlds)
    for replayed, world in zip((without, with_it), worlds, strict=True):
        DpMarginals.fit_by(replayed, world, SCHEMA, BINS, silent)
    return with_it.log_likelihood - without.log_likelihood


@dataclass(frozen=True)
class Audit:
    """The lower bound on epsilon, and the errors that it rests on."""

    epsilon: float
    lower: float
    false_alarms: float
    found: float


def audit(epsilon: float, fits: int, factor: float = 1.0) -> Audit:
    """`fits` on each of two neighbouring tables."""
    worlds = neighbours()
    absent, present = (np.array([evidence(world, worlds, epsilon, factor) for _ in range(fits)]) for world in worlds)
    half = fits // 2
    chosen = best_cut(absent[:half], present[:half], DELTA)
    lower = epsilon_at_least(absent[half:], present[half:], chosen, DELTA)
    return Audit(epsilon, lower, float((absent[half:] > chosen).mean()), float((present[half:] > chosen).mean()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epsilon", type=float, default=1.0)
    parser.add_argument("--fits", type=int, default=1000)
    parser.add_argument("--weaken", type=float, nargs="+", default=[1, 2, 5, 10])
    offer_json(parser)
    asked, audits = parser.parse_args(), []
    for factor in asked.weaken:
        started = process_time()
        found = audit(asked.epsilon, asked.fits, factor)
        print(
            f"stated epsilon {found.epsilon:g}, noise {factor:g} times too small: epsilon >= {found.lower:.2f}"
            f"  ({found.false_alarms:.3f} false alarms, {found.found:.3f} found, {process_time() - started:.0f} s)"
            f"  {'REFUTED' if found.lower > found.epsilon else 'not contradicted'}",
            flush=True,
            file=told_on(asked.json),
        )
        audits.append({"weakened": factor, **asdict(found)})
    write_json(asked.json, audits)


if __name__ == "__main__":
    main()
