"""Which checks a purpose needs and where their limits lie. Standard library only: the web process imports this file.

The limits are engineering choices made on few data sets, not laws: `why` explains each one, the null run prints how
often each check alarms on innocent data, and stewards may edit the set under a new version.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from generation.engine.evaluation.card import MetricCard
from generation.engine.evaluation.checks import all_checks, cards, checks_made
from generation.engine.evaluation.metric import Direction, Group, Metric, Status
from generation.engine.evaluation.policy import (
    PURPOSES,
    EvaluationPolicy,
)


def only(policy: EvaluationPolicy, checks: Collection[str] | None) -> EvaluationPolicy:
    """The policy where no other checks than these are made (all of tables, where it is None): of their metrics alone.

    What a check of texts finds of privacy is needed wherever the check is made, and so is what a check of sets needs.
    """
    made = checks_made(checks)
    names = {name for check in made for name in check.names}
    of_texts = {card.name for check in made if check.is_of_texts for card in check.cards if _is_needed(card, policy)}
    limits = {name: limit for name, limit in policy.limits.items() if name in names}
    return replace(policy, limits=limits, needed=policy.needed & names | of_texts, skipped=policy.skipped & names)


def _is_needed(card: MetricCard, policy: EvaluationPolicy) -> bool:
    return card.is_always_needed or (card.group is Group.SETS and policy.purpose in card.needed_for)


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


def unmet(metrics: Iterable[Metric], policy: EvaluationPolicy) -> list[str]:
    """Names of the needed metrics that are missing or not computed, and of all that are undecided or blocked; empty
    means that evidence suffices."""
    verdicts = {metric.name: metric.status for metric in metrics}
    shut = {None, Status.NOT_COMPUTED, Status.UNDECIDED, Status.BLOCK}
    return sorted(
        {name for name in policy.needed if verdicts.get(name) in shut}
        | {name for name, status in verdicts.items() if status in (Status.UNDECIDED, Status.BLOCK)}
    )
