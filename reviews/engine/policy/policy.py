"""Review policies: which claim a release needs, and how the review that carries it is run. Standard library only.

Rates, shares and limits are fractions. A policy never changes: another version is another policy.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from math import ceil

from generation.engine.evaluation.policy import TIERS as NAMES
from reviews.engine.acceptance.bounds import risk_of
from reviews.engine.acceptance.plans import Plan, PlanKind, fixed_plan, required_n, sequential_plan, three_look_plan
from reviews.engine.acceptance.words import MEASURED, UNMEASURED, percent

# Fewer controls show so little sensitivity that the sample grows by more than the controls saved.
MIN_CONTROLS = 20
ENOUGH_CONTROLS = 5  # fewer say too little about one person


class PolicyError(ValueError):
    """A policy that cannot be used; `reasons` says why, one sentence each."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class ReviewPolicy:
    """What a release needs.

    `ltpd`, `confidence`, `accept`, `plan_kind`: the claim and its plan. `reviews_per_record`: annotators per record;
    `double_share`: share of the records that get one more. `control_rate`: controls planted per sampled record;
    `missable_controls`: how many the annotators together may miss (the sample grows to allow for it);
    `control_floor`: the share of controls below which an annotator is paused. `realism_limit`: the upper bound of the
    unrealistic share must stay below it. `min_annotators`: distinct people. `hunt_records`: size of the hunt lane.
    `spend_attempts`: the i-th attempt at a dataset may spend only 1/2^i of the risk. `reason`: why this policy.
    `reading_speed`: characters a second faster than which nobody reads; a verdict that comes sooner is not taken. An
    administrator sets it for the reviews that open; 0 is no floor.
    """

    name: str
    version: int
    ltpd: float
    confidence: float = 0.95
    accept: int = 0
    reviews_per_record: int = 1
    double_share: float = 0.1
    control_rate: float = 0.1
    realism_limit: float = 0.1
    min_annotators: int = 2
    hunt_records: int = 50
    plan_kind: PlanKind = PlanKind.FIXED
    control_floor: float = 0.8
    spend_attempts: bool = False
    reason: str = ""
    missable_controls: int = 0
    reading_speed: int = 0

    def __post_init__(self) -> None:
        reasons = _complaints(self)
        if reasons:
            raise PolicyError(reasons)

    @property
    def sentence(self) -> str:
        """The claim that a release under this policy allows."""
        shown = MEASURED if self.control_rate else UNMEASURED
        return f"{percent(self.confidence)} sure that fewer than {percent(self.ltpd)} of the records carry {shown}"


def _between(low: float, high: float) -> Callable[[object], bool]:
    """An honest number (not a bool) of low..high."""
    return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def _whole(low: int, high: int) -> Callable[[object], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _text(low: int, high: int) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and low <= len(value.strip()) <= high


# The honest range of every number that a steward may choose.
BOUNDS: dict[str, tuple[float, float]] = {
    "ltpd": (0.0001, 0.5),
    "confidence": (0.8, 0.9999),
    "accept": (0, 20),
    "reviews_per_record": (1, 5),
    "double_share": (0, 1),
    "control_rate": (0, 1),
    "realism_limit": (0.001, 1),
    "min_annotators": (1, 100),
    "hunt_records": (0, 10_000),
    "control_floor": (0, 1),
    "missable_controls": (0, 10),
}
FRACTIONS = ("ltpd", "confidence", "double_share", "control_rate", "realism_limit", "control_floor")


def _number_rule(name: str) -> tuple[Callable[[object], bool], str]:
    low, high = BOUNDS[name]
    if name in FRACTIONS:
        return _between(low, high), f"a fraction from {low:g} to {high:g}"
    return _whole(int(low), int(high)), f"a whole number from {low:,} to {high:,}"


_RULES: dict[str, tuple[Callable[[object], bool], str]] = {
    "name": (_text(1, 40), "a name of 1 to 40 characters"),
    "version": (_whole(1, 10**6), "a whole number from 1"),
    **{name: _number_rule(name) for name in BOUNDS},
    "plan_kind": (lambda value: isinstance(value, PlanKind), "fixed, three_look or sequential"),
    "spend_attempts": (lambda value: isinstance(value, bool), "true or false"),
    "reading_speed": (_whole(0, 100_000), "a whole number from 0"),
    "reason": (_text(0, 2_000), "a text of at most 2,000 characters"),
}


def _complaints(policy: ReviewPolicy) -> list[str]:
    reasons = [
        f"{name} must be {expected}." for name, (holds, expected) in _RULES.items() if not holds(getattr(policy, name))
    ]
    if not reasons and policy.plan_kind is PlanKind.THREE_LOOK and policy.accept != 0:
        reasons.append("A three-look plan has its own acceptance numbers: accept must be 0.")
    return reasons


QUICK = ReviewPolicy(
    NAMES[0], 1, 0.05, realism_limit=0.2, min_annotators=1, hunt_records=20, double_share=0.0, control_rate=0.0
)
STANDARD = ReviewPolicy(NAMES[1], 1, 0.01, missable_controls=2)
STRICT = ReviewPolicy(
    NAMES[2], 1, 0.005, reviews_per_record=2, double_share=0.0, min_annotators=3, hunt_records=100, missable_controls=2
)
TIERS: dict[str, ReviewPolicy] = dict(zip(NAMES, (QUICK, STANDARD, STRICT), strict=True))


def planned_controls(policy: ReviewPolicy, lot: int | None) -> int:
    """Controls to plant: the policy's share of the sample that perfect reviewers would need, at least 20; or none."""
    if policy.control_rate == 0:
        return 0
    return max(MIN_CONTROLS, ceil(policy.control_rate * required_n(lot, policy.ltpd, policy.confidence, policy.accept)))


def plan_for(policy: ReviewPolicy, lot: int | None, attempt: int = 1) -> Plan:
    """The plan that this policy asks for; `attempt` counts the reviews of the same dataset, from 1.

    Raises ImpossiblePlan when the lot is too small for the claim.
    """
    if policy.spend_attempts:
        spent = risk_of(policy.confidence) / 2**attempt
        policy = replace(policy, confidence=min(0.9999, round(1 - spent, 12)))
    planted = planned_controls(policy, lot)
    missable = min(policy.missable_controls, planted)
    if policy.plan_kind is PlanKind.THREE_LOOK:
        return three_look_plan(lot, policy.ltpd, policy.confidence, planted, missable)
    make = sequential_plan if policy.plan_kind is PlanKind.SEQUENTIAL else fixed_plan
    return make(lot, policy.ltpd, policy.confidence, policy.accept, planted, missable)


def policy_from_json(text: str) -> ReviewPolicy:
    """The policy in a JSON object; PolicyError names every field that is missing, unknown or out of range."""
    try:
        given = json.loads(text)
    except json.JSONDecodeError as error:
        raise PolicyError([f"This is not JSON: line {error.lineno}, column {error.colno}."]) from error
    except (ValueError, RecursionError) as error:
        raise PolicyError(["This is JSON with a number too long, or nested too deeply."]) from error
    if not isinstance(given, dict):
        raise PolicyError(["A policy is one JSON object."])
    unknown = given.keys() - {field.name for field in fields(ReviewPolicy)}
    missing = {"name", "version", "ltpd"} - given.keys()
    if unknown or missing:
        raise PolicyError([*(f"{name} is missing." for name in sorted(missing)), *_unknown(len(unknown))])
    if given.get("plan_kind") in list(PlanKind):
        given["plan_kind"] = PlanKind(given["plan_kind"])
    return ReviewPolicy(**given)


def _unknown(count: int) -> list[str]:
    known = ", ".join(field.name for field in fields(ReviewPolicy))
    return [f"{count} unknown fields; the fields of a policy are: {known}."] if count else []


def realism_sentence(policy: ReviewPolicy) -> str:
    """The softer claim on realism."""
    return f"{percent(policy.confidence)} sure that fewer than {percent(policy.realism_limit)} look unrealistic"
