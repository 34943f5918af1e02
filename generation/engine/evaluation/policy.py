"""The policy that metrics are judged by: a versioned set of limits for one purpose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, isnan

from generation.engine.evaluation.metric import Direction, Metric, Status, Threshold

PURPOSES = ("training", "fine_tuning", "evaluation", "testing", "stress_test", "knowledge_testing")
EVERY_PURPOSE = frozenset(PURPOSES)
FOR_MODELS = frozenset({"training", "fine_tuning", "evaluation"})
FOR_TESTS = EVERY_PURPOSE - FOR_MODELS
# What one of them trains with is kept apart from what one of the others tests with.
TO_TRAIN = frozenset({"training", "fine_tuning"})
TO_TEST = frozenset({"evaluation", "knowledge_testing"})
# The names of the review policies that a run may ask for; what each one asks, reviews/engine/policy says.
TIERS = ("quick", "standard", "strict")


@dataclass(frozen=True, slots=True)
class Limit:
    """Where a metric passes and where it blocks: one rule for all of them.

    It blocks when the whole interval lies beyond `blocks`, and passes when the whole interval lies inside `blocks` and
    the value inside `passes`; a value between the two asks for a review. An interval on both sides of `blocks` decides
    nothing. `hides` is the largest leak that may go unseen: where any proven leak blocks, however small, it stands in
    the place of `blocks` for the far end of the interval. None means that the metric cannot pass, or cannot block, by
    itself.
    """

    passes: float | None
    blocks: float | None
    why: str
    hides: float | None = None

    @property
    def bearable(self) -> float | None:
        """What the far end of the interval must lie inside, for the metric to be decided."""
        return self.blocks if self.hides is None else self.hides


POLICY_VERSION = "2026-12"


@dataclass(frozen=True, slots=True)
class EvaluationPolicy:
    """A versioned set of limits for one purpose.

    `limits` are by metric name; `needed` are the metrics without which the gate stays shut; `minimum_cell` is
    the k below which a real cell is a small one; `public` says that the release may leave the house.
    """

    purpose: str
    limits: dict[str, Limit]
    needed: frozenset[str]
    skipped: frozenset[str] = frozenset()
    minimum_cell: int = 5
    public: bool = False
    version: str = POLICY_VERSION

    def is_needed(self, name: str) -> bool:
        return name in self.needed


def status_of(metric: Metric, policy: EvaluationPolicy) -> Status:
    """The verdict on a metric. One without a value is never a pass, nor is one whose interval decides nothing."""
    if metric.value is None:
        return Status.INFORMATIONAL if metric.decided_by else Status.NOT_COMPUTED
    limit = policy.limits.get(metric.name)
    if limit is None or metric.direction is Direction.INFORMATIONAL:
        return Status.INFORMATIONAL
    return verdict(limit, metric.value, bounds_of(metric), metric.direction)


def verdict(limit: Limit, value: float, bounds: tuple[float, float], direction: Direction) -> Status:
    """The one rule. `bounds`: the end of the interval that is the better news, then the worse one."""
    if _is_beyond(bounds[0], limit.blocks, direction):
        return Status.BLOCK
    if _is_beyond(bounds[1], limit.bearable, direction):
        return Status.UNDECIDED
    if limit.passes is None or _is_beyond(value, limit.passes, direction):
        return Status.REVIEW
    return Status.PASS


def bounds_of(metric: Metric) -> tuple[float, float]:
    """The end of the interval that is the better news, then the worse one; the value where there is no interval."""
    assert metric.value is not None  # noqa: S101 - callers check the value
    lower, upper = (metric.value if one is None or isnan(one) else one for one in (metric.lower, metric.upper))
    return (upper, lower) if metric.direction is Direction.HIGHER else (lower, upper)


def judge(metric: Metric, policy: EvaluationPolicy) -> Metric:
    """The metric with its threshold and status under the policy."""
    limit, status = policy.limits.get(metric.name), status_of(metric, policy)
    threshold = Threshold(limit.passes, limit.blocks) if limit else None
    reason = why_undecided(metric, limit) if limit and status is Status.UNDECIDED else metric.reason
    return replace(metric, threshold=threshold, status=status, reason=reason)


def why_undecided(metric: Metric, limit: Limit) -> str:
    """What could hide at this size, and how many records would tell: the width shrinks with their square root."""
    assert metric.value is not None  # noqa: S101 - what is undecided has a value
    assert limit.bearable is not None  # noqa: S101 - and a limit that its interval spans
    far = bounds_of(metric)[1]
    room, width = abs(limit.bearable - metric.value), abs(far - metric.value)
    said = f"Undecided: {far:.3g} cannot be ruled out, and {limit.bearable:.3g} is the limit."
    if not room or _is_beyond(metric.value, limit.bearable, metric.direction):
        return f"{said} More records would tell."
    times = ceil(10 * (width / room) ** 2) / 10
    return f"{said} About {times:.2g} times as many records would decide it, the value staying where it is."


def _is_beyond(found: float, limit: float | None, direction: Direction) -> bool:
    if limit is None:
        return False
    return found < limit if direction is Direction.HIGHER else found > limit
