"""The shipped limits as the tables of docs/reference/metrics.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generation.engine.evaluation.card import MetricCard
from generation.engine.evaluation.checks import cards
from generation.engine.evaluation.limits.policy import default_policy, is_always_needed
from generation.engine.evaluation.metric import Group
from generation.engine.evaluation.policy import POLICY_VERSION, PURPOSES


def tables() -> Iterator[str]:
    """Every shipped limit, group by group, then what each purpose needs."""
    yield f"Shipped set {POLICY_VERSION}."
    for title, metrics in _sections():
        yield f"\n## {title}\n\n| metric | passes | blocks | may go unseen | why |\n|---|---|---|---|---|"
        yield from metrics
    yield "\n## What each purpose needs\n"
    yield "Without these, computed, decided and not blocked, the gate stays shut. Skill is needed only with a target.\n"
    yield "| purpose | needed beside every privacy metric | not assessed |\n|---|---|---|"
    for purpose in PURPOSES:
        policy = default_policy(purpose)
        beside = _names(name for name in policy.needed if not is_always_needed(name))
        yield f"| {purpose} | {beside} | {_names(policy.skipped)} |"


def _sections() -> Iterator[tuple[str, list[str]]]:
    """Each group with limits and its lines; what only public releases ask is a section of its own."""
    for group in Group:
        for public, title in ((False, ""), (True, ", public releases only")):
            limited = [card for card in cards().values() if card.group is group and card.public_only is public]
            if lines := [_line(card) for card in limited if card.limit]:
                yield group.value.capitalize() + title, lines


def _line(card: MetricCard) -> str:
    assert card.limit is not None  # noqa: S101 - only what has limits is listed
    limit = card.limit
    bounds = (limit.passes, limit.blocks, limit.hides)
    passes, blocks, hides = ("none" if bound is None else f"{bound:g}" for bound in bounds)
    return f"| `{card.name}` | {passes} | {blocks} | {'' if limit.hides is None else hides} | {limit.why} |"


def _names(metrics: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(metrics))
