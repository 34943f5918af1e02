"""What an audit found: how well the attacker guessed, of isolated and of random people, with intervals."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.calibration.shadow.attack import guesses
from generation.engine.evaluation.calibration.shadow.epsilon import best_cut, epsilon_at_least
from generation.engine.evaluation.calibration.shadow.plan import AuditPlan
from generation.engine.evaluation.calibration.shadow.refit import Counts, Synthesize, refit
from generation.engine.evaluation.calibration.shadow.words import BEST, ISOLATED, RANDOM
from generation.engine.evaluation.study.intervals import area_interval, percentile_interval
from generation.engine.evaluation.utility.skill import weighted_auc
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


def shadow_audit(plan: AuditPlan, synthesize: Synthesize, *, refits: int, progress: Progress) -> Audit:
    """The whole audit in this process. `refits` is even: fits come in pairs."""
    counts = []
    for fit in range(refits):
        progress("refitting", fit, refits)
        counts.append(refit(plan, synthesize, fit))
    progress("refitting", refits, refits)
    return judge(plan, np.stack(counts))


def judge(plan: AuditPlan, counts: Counts, delta: float = 0.0) -> Audit:
    """What the counts (fits x targets x queries) tell. `delta` is that of a promised differential privacy."""
    members = np.stack([plan.members(fit) for fit in range(len(counts))])
    scores = guesses(counts, members)
    sides = ((ISOLATED, slice(0, plan.isolated)), (RANDOM, slice(plan.isolated, None)))
    groups = [_group(name, scores[:, side], members[:, side], plan.seed) for name, side in sides]
    return Audit((*groups, _best(scores, members, delta)), _exposed(plan, scores, members))


def _group(name: str, scores: Floats, members: Flags, seed: int) -> Guessed:
    """Intervals by drawing targets and pairs of fits again (Owen 2007, The pigeonhole bootstrap)."""
    fits, targets = scores.shape
    rng = np.random.default_rng([seed, targets])
    people, pairs = _drawn_again(targets, rng), _drawn_again(fits // 2, rng).repeat(2, axis=0)
    areas = np.stack([weighted_auc(scores[:, one], members[:, one], pairs) for one in range(targets)])
    area = np.nansum(areas * people, axis=0) / np.sum(np.isfinite(areas) * people, axis=0)
    found = _found(scores, members, people, pairs)
    return Guessed(
        name,
        targets,
        fits,
        float(area[0]),
        *percentile_interval(area[1:]),
        float(found[0]),
        *percentile_interval(found[1:]),
    )


def _drawn_again(count: int, rng: np.random.Generator) -> Floats:
    """How often each is in each draw (count x draws), the first draw as they are."""
    times = rng.multinomial(count, np.full(count, 1 / count), size=DRAWS).T
    return np.hstack([np.ones((count, 1)), times]).astype(np.float64)


def _found(scores: Floats, members: Flags, people: Floats, pairs: Floats) -> Floats:
    """Per draw the share of fits with a target that are found where 1 % of those without one are taken for such."""
    order = np.argsort(-scores, axis=None, kind="stable")
    fit, target = np.unravel_index(order, scores.shape)
    is_member = members[fit, target]
    level = np.flatnonzero(np.append(np.diff(scores[fit, target]) < 0, True))
    shares = np.empty(people.shape[1])
    for draw in range(len(shares)):
        weights = people[target, draw] * pairs[fit, draw]
        present, absent = (np.cumsum(weights * flags)[level] for flags in (is_member, ~is_member))
        allowed = absent <= FALSE_ALARMS * absent[-1]
        shares[draw] = present[allowed].max(initial=0.0) / present[-1]
    return shares


def _best(scores: Floats, members: Flags, delta: float) -> Guessed:
    """Every other pair chooses the target and the cut, the rest judge."""
    chooses = np.arange(len(scores)) // 2 % 2 == 0
    areas = [_area(scores[chooses, one], members[chooses, one])[0] for one in range(scores.shape[1])]
    best = int(np.argmax(areas))
    (first, theirs), (second, others) = ((scores[side, best], members[side, best]) for side in (chooses, ~chooses))
    cut = best_cut(first[~theirs], first[theirs], delta)
    least = epsilon_at_least(second[~others], second[others], cut, delta)
    area, lower, upper = _area(second, others)
    return Guessed(BEST, 1, len(second), area, lower, upper, epsilon_at_least=least)


def _area(scores: Floats, is_member: Flags, confidence: float = 0.95) -> tuple[float, float, float]:
    return area_interval(scores[is_member], scores[~is_member], confidence)


def _exposed(plan: AuditPlan, scores: Floats, members: Flags) -> tuple[Exposed, ...]:
    """Bonferroni's confidence: with 95 % nobody is named by chance."""
    confidence = 1 - 0.05 / scores.shape[1]
    found = [_area(scores[:, one], members[:, one], confidence) for one in range(scores.shape[1])]
    named = [one for one, (_, lower, _) in enumerate(found) if lower > 0.5]
    named.sort(key=lambda one: -found[one][0])
    return tuple(Exposed(int(plan.positions[one]), found[one][0]) for one in named)
