"""Which checks a purpose needs and where their limits lie. Standard library only: the web process imports this file.

The limits are engineering choices made on few data sets, not laws: `why` explains each one, the null run prints how
often each check alarms on innocent data, and stewards may edit the set under a new version.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from math import ceil, isnan

from generation.engine.evaluation.checks import all_checks, cards, checks_made
from generation.engine.evaluation.metric import Direction, Metric, Status, Threshold
from generation.engine.evaluation.policy import PURPOSES, EvaluationPolicy, Limit


def only(policy: EvaluationPolicy, checks: Collection[str] | None) -> EvaluationPolicy:
    """The policy where no other checks than these are made (all of tables, where it is None): of their metrics alone.

    What a check of texts finds of privacy is needed wherever the check is made.
    """
    made = checks_made(checks)
    names = {name for check in made for name in check.names}
    of_texts = {name for check in made if check.is_of_texts for name in check.names if is_always_needed(name)}
    limits = {name: limit for name, limit in policy.limits.items() if name in names}
    return replace(policy, limits=limits, needed=policy.needed & names | of_texts, skipped=policy.skipped & names)


def default_policy(purpose: str, *, public: bool = False, has_target: bool = True) -> EvaluationPolicy:
    """The shipped limits for a purpose. ValueError for a purpose outside `PURPOSES`.

    Without a target no model can be trained, so the skill metrics are not needed. Distributions are not judged for a
    stress test, which is meant to differ. Each limit's reason stands beside it, on the page of the metrics too.

    >>> rule = default_policy("training").limits["exact_matches"]
    >>> rule.passes, rule.blocks
    (0.0, 0.0)
    """
    if purpose not in PURPOSES:
        raise ValueError(f"purpose must be one of {', '.join(PURPOSES)}")
    known = cards().values()
    of_tables = (card for check in all_checks() if not check.is_of_texts for card in check.cards)
    needed = (card.name for card in of_tables if card.is_needed(purpose, public=public, has_target=has_target))
    return EvaluationPolicy(
        purpose,
        {card.name: card.limit for card in known if card.limit and card.is_limited(purpose, public=public)},
        frozenset(needed),
        frozenset(card.name for card in known if purpose in card.skipped_for),
        public=public,
    )


def is_always_needed(name: str) -> bool:
    """Whether no steward can do without the metric: a check of privacy."""
    return name in cards() and cards()[name].is_always_needed


def direction_of(name: str) -> Direction:
    """Which way is better for a metric; lower for one that nobody knows."""
    return cards()[name].direction if name in cards() else Direction.LOWER


def status_of(metric: Metric, policy: EvaluationPolicy) -> Status:
    """The verdict on a metric. One without a value is never a pass, nor is one whose interval decides nothing."""
    if metric.value is None:
        return Status.INFORMATIONAL if metric.decided_by else Status.NOT_COMPUTED
    limit = policy.limits.get(metric.name)
    if limit is None or metric.direction is Direction.INFORMATIONAL:
        return Status.INFORMATIONAL
    near, far = bounds_of(metric)
    if _is_beyond(near, limit.blocks, metric.direction):
        return Status.BLOCK
    if _is_beyond(far, limit.bearable, metric.direction):
        return Status.UNDECIDED
    if limit.passes is None or _is_beyond(metric.value, limit.passes, metric.direction):
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


def unmet(metrics: Iterable[Metric], policy: EvaluationPolicy) -> list[str]:
    """Names of the needed metrics that are missing or not computed, and of all that are undecided or blocked; empty
    means that evidence suffices."""
    verdicts = {metric.name: metric.status for metric in metrics}
    shut = {None, Status.NOT_COMPUTED, Status.UNDECIDED, Status.BLOCK}
    return sorted(
        {name for name in policy.needed if verdicts.get(name) in shut}
        | {name for name, status in verdicts.items() if status in (Status.UNDECIDED, Status.BLOCK)}
    )


def _is_beyond(found: float, limit: float | None, direction: Direction) -> bool:
    if limit is None:
        return False
    return found < limit if direction is Direction.HIGHER else found > limit
