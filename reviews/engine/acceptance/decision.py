"""The decision of a review, what may then be claimed, and what it costs. Rates are fractions. Standard library only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from reviews.engine.acceptance.bounds import detected_bound, proportion_lower, risk_of
from reviews.engine.acceptance.plans import Plan, PlanKind
from reviews.engine.acceptance.words import claim_sentence, plan_sentence, progress_sentence


class Outcome(StrEnum):
    """What the records read so far decide. `UNCALIBRATED` accepts nothing."""

    CONTINUE = "continue"
    ACCEPT = "accept"
    REJECT = "reject"
    UNCALIBRATED = "uncalibrated"  # the sample would do, but reviewers missed more controls than the plan allows


@dataclass(frozen=True, slots=True)
class LotDecision:
    """What the longest completed prefix says.

    `leaks_beyond` were confirmed after the prefix or the stop: they never enter the decision, but the gate sees them.
    """

    outcome: Outcome
    reviewed: int
    leaks: int
    leaks_beyond: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """An upper bound of the leak rate (a fraction) and the sentence that it allows."""

    bound: float
    sentence: str


def _calibration(plan: Plan, planted: int, found: int) -> bool | None:
    """True: the controls judged so far show the sensitivity the plan needs; None: they still may; False: never."""
    if plan.planted == 0:
        return True
    if planted - found > plan.missable:
        return False
    return True if planted >= plan.planted else None


def decide(plan: Plan, leaked: Sequence[bool | None], controls: tuple[int, int] = (0, 0)) -> LotDecision:
    """Decide from the verdicts in the fixed order of the draw; `controls` is (judged, found).

    `leaked[i]` is True for a confirmed leak, False for a clean record, None while open or skipped. Only the prefix
    before the first None counts, record by record, so the order in which parallel reviewers finish cannot matter.

    >>> from reviews.engine import fixed_plan
    >>> plan = fixed_plan(10_000, 0.01, 0.95)
    >>> str(decide(plan, [False] * 294).outcome), str(decide(plan, [False] * 100 + [True]).outcome)
    ('accept', 'reject')
    """
    completed = next((i for i, verdict in enumerate(leaked) if verdict is None), len(leaked))
    return decide_after(plan, completed, [i for i, verdict in enumerate(leaked) if verdict], controls)


def decide_after(plan: Plan, completed: int, leaks: Sequence[int], controls: tuple[int, int] = (0, 0)) -> LotDecision:
    """`decide`, from the length of the completed prefix and the places (from 0, ascending) of all confirmed leaks."""
    completed = min(completed, plan.n)
    outcome, stop = _follow_looks(plan, completed, [place for place in leaks if place < completed])
    counted = sum(place < stop for place in leaks)
    if outcome is Outcome.ACCEPT:
        shown = _calibration(plan, *controls)
        outcome = {True: outcome, False: Outcome.UNCALIBRATED, None: Outcome.CONTINUE}[shown]
    return LotDecision(outcome, stop, counted, len(leaks) - counted)


def _follow_looks(plan: Plan, completed: int, leaks: Sequence[int]) -> tuple[Outcome, int]:
    """(outcome, number of records after which it was settled) along a completed prefix."""
    for look in plan.looks:
        found = [place for place in leaks if place < look.n]
        if len(found) >= look.reject:
            return Outcome.REJECT, found[look.reject - 1] + 1
        if completed < look.n:
            return Outcome.CONTINUE, completed
        if len(found) <= look.accept:
            return Outcome.ACCEPT, look.n
    return Outcome.REJECT, completed


def claim_so_far(plan: Plan, decision: LotDecision, controls: tuple[int, int] = (0, 0)) -> Claim:
    """The claim that the completed prefix allows; `controls` is (judged, found).

    Accepted by a plan with several looks: "fewer than the LTPD", which is what such a plan shows. Otherwise the bound
    at the risk of one look, corrected by the controls judged so far if the plan has any.

    >>> from reviews.engine import fixed_plan
    >>> plan = fixed_plan(10_000, 0.01, 0.95)
    >>> claim_so_far(plan, decide(plan, [False] * 294)).sentence
    '95 % sure that fewer than 1 % of the 10,000 records carry what reviewers call a leak, if they miss nothing'
    """
    shown = controls if plan.planted else None
    if decision.outcome is Outcome.ACCEPT and plan.kind is not PlanKind.FIXED:
        return Claim(plan.ltpd, plan_sentence(plan.ltpd, plan.confidence, plan.lot, shown))
    sensitivity = 1.0
    if shown:
        sensitivity = proportion_lower(controls[1], controls[0], 1 - risk_of(plan.confidence) / 2)
    bound = detected_bound(decision.reviewed, decision.leaks, plan.look_risk, plan.lot, sensitivity)
    sentence = claim_sentence(bound, plan.confidence, plan.lot, shown)
    if decision.outcome is Outcome.CONTINUE:
        sentence = progress_sentence(decision.reviewed, plan.n, sentence)
    return Claim(bound, sentence)


def review_hours(records: float, reviews_per_record: float, median_seconds: float) -> float:
    """The hours a review costs: records x reviews per record x median seconds. Controls count as records.

    >>> review_hours(360, reviews_per_record=2, median_seconds=20)
    4.0
    """
    return records * reviews_per_record * median_seconds / 3600
