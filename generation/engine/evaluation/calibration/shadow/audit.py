"""What an audit found: how well the attacker guessed, of isolated and of random people, with intervals."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from typing import Any

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.calibration.shadow.attack import SHAMS, Guesses, areas, guess
from generation.engine.evaluation.calibration.shadow.epsilon import best_cut, epsilon_at_least
from generation.engine.evaluation.calibration.shadow.plan import AuditPlan
from generation.engine.evaluation.calibration.shadow.refit import Counts, Synthesize, refit
from generation.engine.evaluation.calibration.shadow.words import BEST, CHANCE, ISOLATED, RANDOM
from generation.engine.evaluation.study.intervals import CONFIDENCE, percentile_interval, wilson
from generation.engine.progress import Progress

FALSE_ALARMS = 0.01
DRAWS = 400

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Guessed:
    """How well was guessed whether `targets` people were in `fits` fits each: area under the curve (.5 is chance) and
    share found at 1 % false alarms (.01 is chance), each with its 95 % interval. Of the best target, chosen on one half
    of the fits and judged on the other, also the least epsilon that allows it; None elsewhere.
    """

    group: str
    targets: int
    fits: int
    auc: float
    auc_lower: float
    auc_upper: float
    tpr: float | None = None
    tpr_lower: float | None = None
    tpr_upper: float | None = None
    epsilon_at_least: float | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Exposed:
    """A training record (its label in the index) whose presence was guessed better than chance allows."""

    position: int
    auc: float


@dataclass(frozen=True)
class Audit:
    """Isolated people, random people, the best target; and who of them is exposed, the most exposed first."""

    guessed: tuple[Guessed, ...]
    exposed: tuple[Exposed, ...]


def shadow_audit(
    plan: AuditPlan, synthesize: Synthesize, *, refits: int, progress: Progress, workers: int = 1, delta: float = 0.0
) -> Audit:
    """The whole audit, in this process or in several. `refits` is even: fits come in pairs; see `judge` for `delta`.

    The result does not depend on the workers. Raises what the synthesizer raises.
    """
    counts = []
    for done, found in enumerate(_refits(plan, synthesize, refits, workers)):
        progress("refitting", done, refits)
        counts.append(found)
    progress("refitting", refits, refits)
    return judge(plan, np.stack(counts), delta)


def _refits(plan: AuditPlan, synthesize: Synthesize, refits: int, workers: int) -> Iterator[Counts]:
    make = partial(refit, plan, synthesize)
    if workers == 1:
        yield from map(make, range(refits))
        return
    # Not forked: compiled code may hold threads that a fork would lose.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(make, range(refits), chunksize=max(1, min(10, refits // (4 * workers))))


def judge(plan: AuditPlan, counts: Counts, delta: float = 0.0) -> Audit:
    """What the counts (fits x targets x queries) tell. `delta` is that of a promised differential privacy."""
    fits = len(counts)
    members = np.stack([plan.members(fit) for fit in range(fits)])
    found = guess(counts, members, plan.shams(fits, SHAMS))
    sides = ((ISOLATED, slice(0, plan.isolated)), (RANDOM, slice(plan.isolated, None)))
    groups = [_group(name, found.of(side), plan.seed) for name, side in sides]
    return Audit((*groups, _best(found, delta)), _exposed(plan, found))


def _group(name: str, found: Guesses, seed: int) -> Guessed:
    """The mean area of the targets; its error is that of a mean over people, or that of shams where it is larger."""
    fits, targets = found.members.shape
    area = float(found.areas.mean())
    trials = _trials(found.shams.mean(axis=0))
    if targets > 1 and (spread := float(found.areas.var(ddof=1)) / targets) > 0:
        trials = min(trials, area * (1 - area) / spread)
    share, *bounds = _found(found, seed)
    return Guessed(name, targets, fits, area, *wilson(area * trials, trials), share, *bounds)


def _trials(shams: Floats) -> float:
    """An area is a share of right answers: of so many independent ones, where it spreads about .5 as the shams do.

    So intervals keep within 0 and 1, and narrow towards either as those of shares do.
    """
    return 0.25 / float(shams.var(ddof=1))


def _found(found: Guesses, seed: int) -> tuple[float, float, float]:
    """The share found at 1 % false alarms, its interval by drawing targets and pairs of fits again (Owen 2007, The
    pigeonhole bootstrap)."""
    fits, targets = found.members.shape
    rng = np.random.default_rng([seed, targets])
    people, pairs = _drawn_again(targets, rng), _drawn_again(fits // 2, rng)
    order = np.argsort(-found.scores, axis=None, kind="stable")
    fit, target = np.unravel_index(order, found.scores.shape)
    is_member = found.members[fit, target]
    level = np.flatnonzero(np.append(np.diff(found.scores[fit, target]) < 0, True))
    shares = np.empty(people.shape[1])
    for draw in range(len(shares)):
        weights = people[target, draw] * pairs[fit // 2, draw]
        present, absent = (np.cumsum(weights * flags)[level] for flags in (is_member, ~is_member))
        allowed = absent <= FALSE_ALARMS * absent[-1]
        shares[draw] = present[allowed].max(initial=0.0) / present[-1]
    return float(shares[0]), *percentile_interval(shares[1:])


def _drawn_again(count: int, rng: np.random.Generator) -> Floats:
    """How often each is in each draw (count x draws), the first draw as they are."""
    times = rng.multinomial(count, np.full(count, 1 / count), size=DRAWS).T
    return np.hstack([np.ones((count, 1)), times]).astype(np.float64)


def _best(found: Guesses, delta: float) -> Guessed:
    """The first half of the fits chooses the target and the cut, the rest judge."""
    middle = len(found.scores) // 4 * 2
    chooses, judges = slice(0, middle), slice(middle, None)
    best = int(np.argmax(areas(found.scores[chooses], found.members[chooses])))
    (first, theirs), (second, others) = (
        (found.scores[side, best], found.members[side, best]) for side in (chooses, judges)
    )
    cut = best_cut(first[~theirs], first[theirs], delta)
    least = epsilon_at_least(second[~others], second[others], cut, delta)
    area, trials = float(areas(second[:, None], others[:, None])[0]), _trials(found.shams[best]) / 2
    return Guessed(BEST, 1, len(second), area, *wilson(area * trials, trials), epsilon_at_least=least)


def _exposed(plan: AuditPlan, found: Guesses) -> tuple[Exposed, ...]:
    """Bonferroni's confidence: with 95 % nobody is named by chance."""
    confidence = 1 - (1 - CONFIDENCE) / len(found.areas)
    trials = [_trials(shams) for shams in found.shams]
    lower = [wilson(area * of, of, confidence)[0] for area, of in zip(found.areas, trials, strict=True)]
    named = [target for target in np.argsort(-found.areas, kind="stable") if lower[target] > CHANCE]
    return tuple(Exposed(int(plan.positions[target]), float(found.areas[target])) for target in named)
