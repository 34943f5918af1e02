"""How large an epsilon must be, whatever was promised, when an attacker guesses as well as he did."""

from __future__ import annotations

from math import log

import numpy as np
import numpy.typing as npt
from scipy import stats

CONFIDENCE = 0.95
CUTS = 99

Floats = npt.NDArray[np.float64]


def epsilon_at_least(absent: Floats, present: Floats, cut: float, delta: float) -> float:
    """Epsilon is at least this, with confidence 95 %, by the test "the score is above the cut" and by its opposite.

    `absent` and `present` are scores of independent fits without and with the record; the cut must not be chosen on
    them. Jagielski, Ullman and Oprea (2020), Auditing differentially private machine learning; each of the two shares
    of a bound gets half of the risk (Clopper and Pearson 1934).
    """
    alarms, found = (_exact_interval(int((one > cut).sum()), len(one)) for one in (absent, present))
    ratios = ((found[0] - delta) / alarms[1], (1 - alarms[1] - delta) / (1 - found[0]))
    return log(max(*ratios, 1.0))


def best_cut(absent: Floats, present: Floats, delta: float) -> float:
    """The cut that shows most on these scores; to be judged on others."""
    cuts = np.unique(np.quantile(np.concatenate([absent, present]), np.linspace(0.01, 0.99, CUTS)))
    return float(max(cuts, key=lambda cut: epsilon_at_least(absent, present, cut, delta)))


def _exact_interval(hits: int, trials: int) -> tuple[float, float]:
    tail = (1 - CONFIDENCE) / 2
    lower = stats.beta.ppf(tail, hits, trials - hits + 1) if hits else 0.0
    upper = stats.beta.ppf(1 - tail, hits + 1, trials - hits) if hits < trials else 1.0
    return float(lower), float(upper)
