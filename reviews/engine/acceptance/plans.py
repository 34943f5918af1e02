"""Sampling plans: how many records to review, at which looks to stop, and the operating characteristic of each.

A lot is isolated (one artefact, one decision), so a plan is indexed by the quality to be refused, the LTPD
(limiting quality, ISO 2859-2), and is hypergeometric when the lot is finite. `risk` is 1 - confidence: the consumer's
risk, the chance that a lot whose leak rate is the LTPD is accepted. Rates are fractions. Standard library only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil, floor, log, log1p

from reviews.engine.acceptance.bounds import (
    NEGLIGIBLE,
    binomial_cdf,
    binomial_pmf,
    detected_cdf,
    hypergeometric_pmf,
    leaks_at,
    proportion_lower,
    risk_of,
)
from reviews.engine.acceptance.words import percent

# Above this many leaks a finite lot seen by imperfect reviewers is treated as infinite, which errs to the safe side.
_EXACT_LEAKS = 200
_TYPICAL_SHARE = 0.1  # the sequential plan is aimed at lots whose leak rate is a tenth of the LTPD
_PRODUCERS_RISK = 0.05


class ImpossiblePlan(ValueError):
    """No sample of this lot can carry the claim; the message says what to change."""


class PlanKind(StrEnum):
    FIXED = "fixed"
    THREE_LOOK = "three_look"
    SEQUENTIAL = "sequential"


@dataclass(frozen=True, slots=True)
class Look:
    """After n records: accept with at most `accept` leaks (-1: no acceptance here), reject with `reject` or more."""

    n: int
    accept: int
    reject: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A sampling plan, fixed before the first verdict. `lot` None means an infinite lot.

    `sensitivity` is the share of leaks that reviewers must be shown to see: 1 without controls, else the lower
    Clopper-Pearson bound, at half the risk, of `planted` controls with `missable` missed. `risk` is what the sample
    itself may spend; `look_risk` what one look may (live bounds between looks use it).
    """

    kind: PlanKind
    lot: int | None
    ltpd: float
    confidence: float
    looks: tuple[Look, ...]
    risk: float
    look_risk: float
    planted: int = 0
    missable: int = 0
    sensitivity: float = 1.0

    @property
    def n(self) -> int:
        """The most records that this plan can ask for."""
        return self.looks[-1].n

    @property
    def accept(self) -> int:
        """The most leaks with which this plan can accept."""
        return self.looks[-1].accept


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """P(accept) and the expected number of records reviewed, when the true leak rate is `rate`."""

    rate: float
    accept: float
    reviewed: float


def _smallest(enough: Callable[[int], bool], low: int, most: int | None) -> int | None:
    """The smallest n in low..most for which a monotone condition holds; None when it fails at `most`."""
    high = low
    while not enough(high):
        if most is not None and high >= most:
            return None
        low, high = high + 1, high * 2 if most is None else min(high * 2, most)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return high


def _feasible(lot: int | None, ltpd: float, risk: float, accept: int, sensitivity: float) -> int | None:
    """The smallest n with P(at most `accept` leaks seen | leak rate = LTPD) <= risk; None when the lot is too small."""
    if not 0 < ltpd < 1 or accept < 0 or (lot is not None and lot < 1):
        raise ValueError("A plan needs an LTPD between 0 and 1, an acceptance number of 0 or more, and a lot.")
    if lot is None:
        return _smallest(lambda n: binomial_cdf(accept, n, ltpd * sensitivity) <= risk, accept + 1, None)
    if lot <= accept:
        return None
    leaks = leaks_at(lot, ltpd)
    return _smallest(lambda n: detected_cdf(accept, lot, leaks, n, sensitivity) <= risk, accept + 1, lot)


def _required(lot: int | None, ltpd: float, risk: float, accept: int, sensitivity: float = 1.0) -> int:
    """`_feasible`, or the error that says what to change."""
    n = _feasible(lot, ltpd, risk, accept, sensitivity)
    if n is None:
        raise ImpossiblePlan(
            f"No review of a lot of {lot:,} records can show that fewer than {percent(ltpd)} leak while accepting "
            f"{accept}: choose a higher limit, more controls, a smaller acceptance number or a larger lot."
        )
    return n


def required_n(lot: int | None, ltpd: float, confidence: float, accept: int = 0) -> int:
    """The smallest sample with which "at most `accept` leaks found" shows "fewer than `ltpd` leak".

    Smallest n with HypergeomCDF(accept; lot, ceil(ltpd lot), n) <= 1 - confidence, binomial when `lot` is None.
    `ltpd` and `confidence` are fractions, `lot` and the answer records. ImpossiblePlan, with what to change, when even
    the whole lot would not do. Source: ISO 2859-2, sampling plans indexed by limiting quality.

    >>> required_n(10_000, 0.01, 0.95)
    294
    >>> required_n(None, 0.01, 0.95)
    299
    """
    return _required(lot, ltpd, risk_of(confidence), accept)


def _controlled(confidence: float, planted: int, missable: int) -> tuple[float, float]:
    """(risk left for the sample, sensitivity to be shown): Bonferroni halves when there are controls."""
    if planted == 0:
        return risk_of(confidence), 1.0
    half = risk_of(confidence) / 2
    return half, proportion_lower(planted - missable, planted, 1 - half)


def required_n_with_controls(
    lot: int | None, ltpd: float, confidence: float, accept: int, planted: int, missable: int = 0
) -> int:
    """The smallest sample whose corrected bound is below the LTPD if at most `missable` of the controls are missed."""
    risk, sensitivity = _controlled(confidence, planted, missable)
    if sensitivity <= 0:
        raise ImpossiblePlan("With every control missed nothing can be shown: allow fewer misses or plant more.")
    return _required(lot, ltpd, risk, accept, sensitivity)


def fixed_plan(
    lot: int | None, ltpd: float, confidence: float, accept: int = 0, planted: int = 0, missable: int = 0
) -> Plan:
    """One look, at the required n: accept with at most `accept` leaks in it.

    `planted` controls, fabricated leaks among the records, measure what reviewers miss; at most `missable` of them may
    be missed. Rates are fractions. ImpossiblePlan when the lot is too small. Source: ISO 2859-2.

    >>> plan = fixed_plan(10_000, 0.01, 0.95)
    >>> (plan.n, plan.accept)
    (294, 0)
    >>> fixed_plan(10_000, 0.01, 0.95, planted=60).n
    384
    """
    n = required_n_with_controls(lot, ltpd, confidence, accept, planted, missable)
    risk, sensitivity = _controlled(confidence, planted, missable)
    looks = (Look(n, accept, accept + 1),)
    return Plan(PlanKind.FIXED, lot, ltpd, confidence, looks, risk, risk, planted, missable, sensitivity)


def three_look_plan(lot: int | None, ltpd: float, confidence: float, planted: int = 0, missable: int = 0) -> Plan:
    """Accept with 0 leaks at the first look, 1 at the second, 2 at the third; each look spends half the risk.

    The risk of the whole is computed exactly, and each look spends less where half would be too much. A lot too small
    for the later looks has fewer, down to the fixed plan. ImpossiblePlan when the lot is too small even for that.

    >>> [(look.n, look.accept, look.reject) for look in three_look_plan(10_000, 0.01, 0.95).looks]
    [(361, 0, 3), (543, 1, 3), (702, 2, 3)]
    """
    risk, sensitivity = _controlled(confidence, planted, missable)
    look_risk = risk / 2
    while True:
        sizes = [_feasible(lot, ltpd, look_risk, leaks, sensitivity) for leaks in range(3)]
        if sizes[1] is None:
            return fixed_plan(lot, ltpd, confidence, 0, planted, missable)
        found = [n for n in sizes if n is not None]
        looks = tuple(Look(n, leaks, len(found)) for leaks, n in enumerate(found))
        plan = Plan(PlanKind.THREE_LOOK, lot, ltpd, confidence, looks, risk, look_risk, planted, missable, sensitivity)
        if accept_probability(plan, ltpd, sensitivity) <= risk:
            return plan
        look_risk *= 0.98


def sequential_plan(
    lot: int | None, ltpd: float, confidence: float, accept: int = 4, planted: int = 0, missable: int = 0
) -> Plan:
    """Wald's sequential probability ratio test, truncated at `accept` leaks, fewer in a small lot.

    The ratio compares the LTPD with a tenth of it. Rejection: ratio >= (1 - risk) / 5 %. Acceptance: the lowest
    boundary whose exact risk, truncation and finite lot included, stays within the stated risk. ImpossiblePlan when
    the lot is too small. Source: Wald (1945), Sequential tests of statistical hypotheses.

    >>> plan = sequential_plan(10_000, 0.01, 0.95)
    >>> (plan.looks[0].n, plan.n)
    (185, 1341)
    """
    risk, sensitivity = _controlled(confidence, planted, missable)
    while accept and _feasible(lot, ltpd, risk, accept, sensitivity) is None:
        accept -= 1
    n = _required(lot, ltpd, risk, accept, sensitivity)
    blank = Plan(
        PlanKind.SEQUENTIAL, lot, ltpd, confidence, (Look(n, accept, accept + 1),), risk, risk / (accept + 1),
        planted, missable, sensitivity,
    )  # fmt: skip

    def at(boundary: float) -> Plan:
        return replace(blank, looks=_wald_looks(blank, boundary))

    low, high = 0.0, -2 * log(risk)
    while high - low > 1e-3:
        middle = (low + high) / 2
        low, high = (low, middle) if accept_probability(at(middle), ltpd, sensitivity) <= risk else (middle, high)
    return at(high)


def _wald_looks(plan: Plan, boundary: float) -> tuple[Look, ...]:
    """The looks of a truncated SPRT that accepts where log(P(typical) / P(bad)) >= boundary.

    Acceptance with k leaks first becomes possible at n = (boundary + k step) / drift; k leaks reject up to
    n = (k step - log((1 - risk) / producer's risk)) / drift, and checking at that last n is enough: counts never fall.
    """
    bad, last = plan.ltpd * plan.sensitivity, plan.accept
    good = bad * _TYPICAL_SHARE
    drift = log1p(-good) - log1p(-bad)
    step = drift + log(bad / good)
    refuse = log((1 - plan.risk) / _PRODUCERS_RISK)
    most = plan.lot or ceil((boundary + last * step) / drift)
    accepting = {min(most, ceil((boundary + k * step) / drift)): k for k in range(last + 1)}
    end = max(accepting)
    rejecting = {floor((k * step - refuse) / drift): k for k in range(1, last + 1)}
    points = sorted({*accepting, *(n for n, k in rejecting.items() if k <= n < end)})
    return tuple(_wald_look(n, accepting, rejecting, last) for n in points)


def _wald_look(n: int, accepting: dict[int, int], rejecting: dict[int, int], last: int) -> Look:
    allowed = accepting.get(n, -1)
    reject = min((k for end, k in rejecting.items() if end >= n), default=last + 1)
    return Look(n, allowed, max(reject, allowed + 1))


def _walk(plan: Plan, lot: int | None, rate: float, leaks: int) -> tuple[float, float]:
    """(P(accept), expected records) over a plan's looks; an infinite lot has a `rate`, a finite one has `leaks`."""
    open_paths, done, accepted, reviewed = {0: 1.0}, 0, 0.0, 0.0
    for look in plan.looks:
        arrived: dict[int, float] = {}
        for found, chance in open_paths.items():
            reviewed += chance * (look.n - done)
            top = look.reject - 1 - found
            for more, p in enumerate(_block(lot, rate, leaks, (done, found), (look.n - done, top))):
                arrived[found + more] = arrived.get(found + more, 0.0) + chance * p
        accepted += sum(chance for found, chance in arrived.items() if found <= look.accept)
        open_paths = {found: chance for found, chance in arrived.items() if found > look.accept}
        done = look.n
    return min(1.0, accepted), reviewed


def _block(
    lot: int | None, rate: float, leaks: int, so_far: tuple[int, int], ahead: tuple[int, int]
) -> Sequence[float]:
    """Chances of 0..top further leaks in the next draws, after (done, found)."""
    draws, top = ahead
    if lot is None:
        return binomial_pmf(draws, rate, min(top, draws))
    left = leaks - so_far[1]
    return hypergeometric_pmf(lot - so_far[0], left, draws, min(top, left, draws))


def _walk_seen(plan: Plan, rate: float, sensitivity: float) -> tuple[float, float]:
    """`_walk` when each leak is seen with chance `sensitivity`: a mixture over the number that can be seen."""
    leaks = leaks_at(plan.lot, rate) if plan.lot is not None else 0
    if plan.lot is not None and len(plan.looks) == 1:
        return detected_cdf(plan.accept, plan.lot, leaks, plan.n, sensitivity), float(plan.n)
    if plan.lot is None or (sensitivity < 1 and leaks > _EXACT_LEAKS):
        return _walk(plan, None, (leaks / plan.lot if plan.lot else rate) * sensitivity, 0)
    if sensitivity >= 1:
        return _walk(plan, plan.lot, 0.0, leaks)
    chances = enumerate(binomial_pmf(leaks, sensitivity, leaks))
    walks = [(p, *_walk(plan, plan.lot, 0.0, seen)) for seen, p in chances if p > NEGLIGIBLE]
    return min(1.0, sum(p * accept for p, accept, _ in walks)), sum(p * reviewed for p, _, reviewed in walks)


def accept_probability(plan: Plan, rate: float, sensitivity: float = 1.0) -> float:
    """Exact P(the sample accepts) at a true leak rate, with reviewers who see this share of leaks."""
    return _walk_seen(plan, rate, sensitivity)[0]


def operating_characteristic(
    plan: Plan, rates: Iterable[float], sensitivity: float = 1.0
) -> tuple[OperatingPoint, ...]:
    """The OC curve: chance to pass, and records read on average, at each true leak rate (fractions).

    In a finite lot a rate means ceil(rate x lot) leaking records; `sensitivity` is the share of leaks that reviewers
    see. Exact: no normal approximation.

    >>> for point in operating_characteristic(fixed_plan(10_000, 0.01, 0.95), [0.001, 0.01]):
    ...     print(f"{point.rate:.1%} leak: passes with chance {point.accept:.3f}")
    0.1% leak: passes with chance 0.742
    1.0% leak: passes with chance 0.050
    """
    return tuple(OperatingPoint(rate, *_walk_seen(plan, rate, sensitivity)) for rate in rates)
