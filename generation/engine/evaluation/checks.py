"""Every check of the suite and every metric's card: what policies, words, pages and plots are made of.

Standard library only: the web process imports this file, and none of the arithmetic behind the checks.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from importlib.metadata import entry_points

from generation.engine.errors import MetricError
from generation.engine.evaluation.card import Check, MetricCard
from generation.engine.evaluation.diversity import cards as diversity
from generation.engine.evaluation.fidelity import cards as fidelity
from generation.engine.evaluation.llm.chats import cards as chats
from generation.engine.evaluation.llm.sets import cards as sets
from generation.engine.evaluation.llm.texts import cards as texts
from generation.engine.evaluation.metric import Group
from generation.engine.evaluation.privacy import cards as privacy
from generation.engine.evaluation.rules import cards as rules
from generation.engine.evaluation.utility import cards as utility

ENTRY_POINT_GROUP = "synthportal.metrics"
# In the order in which they run and in which evidence lists them.
CHECKS: tuple[Check, ...] = (
    *privacy.CHECKS,
    *fidelity.CHECKS,
    *utility.CHECKS,
    *diversity.CHECKS,
    *rules.CHECKS,
    *texts.CHECKS,
    *chats.CHECKS,
    *sets.CHECKS,
)


@cache
def all_checks() -> tuple[Check, ...]:
    """The checks of the house, then those that other packages registered under `synthportal.metrics`.

    Raises MetricError when an entry point names something else, or a metric or check that is there already.
    """
    found = list(CHECKS)
    for point in entry_points(group=ENTRY_POINT_GROUP):
        check = point.load()
        if why := _why_not(check, found):
            raise MetricError("bad_plugin", f"The entry point {point.name!r} offers no new check. {why}")
        found.append(check)
    return tuple(found)


def checks_made(only: Collection[str] | None) -> tuple[Check, ...]:
    """The checks of these names; where it is None, all that are made of tables."""
    return tuple(c for c in all_checks() if (not c.is_of_texts if only is None else c.name in only))


def _why_not(check: object, found: list[Check]) -> str:
    """What keeps a plug-in's check out; "" when nothing does."""
    if not isinstance(check, Check):
        return "It names no Check."
    if check.name in {one.name for one in found} or check.names & {name for one in found for name in one.names}:
        return "Its name is taken."
    return " ".join(fault for card in check.cards for fault in card.faults())


@cache
def cards() -> dict[str, MetricCard]:
    """The card of every metric by name, in the order of the checks."""
    return {card.name: card for check in all_checks() for card in check.cards}


def of_group(group: Group) -> tuple[Check, ...]:
    """The checks with metrics of one group."""
    return tuple(check for check in all_checks() if any(card.group is group for card in check.cards))


def forget_plugins() -> None:
    """Look again at what is installed: for tests, and for whoever installs a package into a running process."""
    all_checks.cache_clear()
    cards.cache_clear()
