"""The card of a metric: its words, which way is better, its limits for each purpose, and how it is drawn.

The counterpart of a synthesizer's card. Standard library only: the web process reads the cards of all metrics, and none
of the arithmetic behind them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any, cast

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric
from generation.engine.evaluation.study.figures import Figure
from generation.engine.parameters import load_named

if TYPE_CHECKING:
    from generation.engine.evaluation.study.study import Study

from generation.engine.evaluation.policy import EVERY_PURPOSE, Limit

FROM_ZERO = (0.0, inf)
EITHER_WAY = (-1.0, 1.0)
UP_TO_ONE = (-inf, 1.0)
ANY = (-inf, inf)


@dataclass(frozen=True, slots=True)
class Plot:
    """A metric's figure: the name of its series in the report, what to look for, and how the series is drawn."""

    series: str
    note: str
    figure: Callable[[Any], Figure | None]


@dataclass(frozen=True, slots=True)
class MetricCard:
    """What people read of a metric and what is asked of it.

    `question` is what it asks, shown when it cannot be computed; `range` holds the values it can take. `limit` is the
    shipped one, under the purposes in `limited_for`; None for a metric that only informs. Without a metric the gate
    stays shut under the purposes in `needed_for`; under those in `skipped_for` it is not assessed unless a steward
    needs it. `needs_target`: about a model's skill, so never needed of data without a target. `public_only`: limited
    and needed only where releases may leave the house.
    """

    name: str
    group: Group
    title: str
    definition: str
    question: str
    direction: Direction
    range: tuple[float, float] = (0.0, 1.0)
    limit: Limit | None = None
    limited_for: frozenset[str] = EVERY_PURPOSE
    needed_for: frozenset[str] = frozenset()
    skipped_for: frozenset[str] = frozenset()
    needs_target: bool = False
    public_only: bool = False
    plot: Plot | None = None

    @property
    def is_always_needed(self) -> bool:
        """A check of privacy that is needed stays needed: no steward can do without it."""
        return self.group is Group.PRIVACY and bool(self.needed_for)

    def is_limited(self, purpose: str, *, public: bool) -> bool:
        return self.limit is not None and purpose in self.limited_for and (public or not self.public_only)

    def is_needed(self, purpose: str, *, public: bool, has_target: bool) -> bool:
        """Whether the shipped limits keep the gate shut without it."""
        asked = (public or not self.public_only) and (has_target or not self.needs_target)
        return asked and purpose in self.needed_for

    def not_computed(self, reason: str) -> Metric:
        """The metric without a value: never a pass."""
        return Metric(self.group, self.name, f"Not assessable: {self.question}", self.direction, reason=reason)

    def faults(self) -> list[str]:
        """What keeps this from being a metric, as sentences."""
        known = self.limited_for | self.needed_for | self.skipped_for
        limits = [limit for limit in (self.limit.passes, self.limit.blocks) if limit is not None] if self.limit else []
        wrong = {
            "It has no name, title or question.": not (self.name and self.title and self.question),
            "It names a purpose that does not exist.": not known <= EVERY_PURPOSE,
            "A metric that is needed must have a limit.": bool(self.needed_for) and self.limit is None,
            "Its limits lie outside its range.": any(not self.range[0] <= limit <= self.range[1] for limit in limits),
            "An informational metric has no limit.": bool(limits) and self.direction is Direction.INFORMATIONAL,
        }
        return [sentence for sentence, is_so in wrong.items() if is_so]


@dataclass(frozen=True, slots=True)
class Check:
    """A computation and the metrics it answers for: the one thing that a new metric registers.

    `run` gives the findings of a study: a function, or "module:function", imported only when the check is made. Other
    packages offer a check under the entry point `synthportal.metrics`. `is_of_texts`: made only of the kinds of source
    that name it, since a table's free text is no text to compare.
    """

    name: str
    cards: tuple[MetricCard, ...]
    run: Callable[[Study], Findings] | str
    is_of_texts: bool = False

    @property
    def names(self) -> frozenset[str]:
        return frozenset(card.name for card in self.cards)

    def card(self, name: str) -> MetricCard:
        return next(card for card in self.cards if card.name == name)

    def find(self, study: Study) -> Findings:
        """The findings, not judged yet. NotAssessable when the study's tables do not allow any."""
        return self._function()(study)

    def not_computed(self, reason: str) -> Findings:
        """The check's metrics without values: never a pass."""
        return Findings(tuple(card.not_computed(reason) for card in self.cards))

    def _function(self) -> Callable[[Study], Findings]:
        return cast("Callable[[Study], Findings]", load_named(self.run)) if isinstance(self.run, str) else self.run
