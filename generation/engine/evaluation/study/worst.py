"""One verdict on several columns (secrets, rules, sizes of a top) that hides none of them.

Where the intervals of all hold together (Bonferroni), the largest of the true values lies between the largest lower and
the largest upper bound: that is the interval of the whole. It blocks as soon as one of them does, and passes only where
all do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from generation.engine.evaluation.metric import Direction, Status
from generation.engine.evaluation.policy import Limit, verdict

T = TypeVar("T")
# (value, lower, upper) of one of them.
Interval = tuple[float, float, float]
_VALUE, _LOWER, _UPPER = range(3)


@dataclass(frozen=True, slots=True)
class Worst(Generic[T]):
    """`one` decides and is the one to speak of; value and bounds are the largest of all."""

    one: T
    value: float
    lower: float
    upper: float

    @property
    def interval(self) -> Interval:
        return self.value, self.lower, self.upper


def worst(found: Sequence[T], interval: Callable[[T], Interval], limit: Limit | None = None) -> Worst[T]:
    """The worst of some, where lower is better. What is shown has the largest lower bound where that blocks under the
    limit, the largest upper bound where that leaves it undecided, else the largest value."""
    spans = [interval(each) for each in found]
    value, lower, upper = (max(ends) for ends in zip(*spans, strict=True))
    status = verdict(limit, value, (lower, upper), Direction.LOWER) if limit else None
    end = {Status.BLOCK: _LOWER, Status.UNDECIDED: _UPPER}.get(status, _VALUE) if status else _VALUE
    place = max(range(len(spans)), key=lambda at: (spans[at][end], spans[at][_UPPER]))
    return Worst(found[place], value, lower, upper)
