"""What a metric's plot shows, as data. The portal's pages and the page of the command each draw it their way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

LineKind = Literal["real", "synthetic", "reference"]


@dataclass(frozen=True, slots=True)
class Bar:
    """A value from 0 with its interval, if it has one."""

    label: str
    value: float
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar each; `limit` is drawn through all of them."""

    title: str
    bars: Sequence[Bar]
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Points (x, y) in order. `kind` is its colour."""

    name: str
    kind: LineKind
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines over shared axes."""

    title: str
    x_label: str
    y_label: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """A square matrix of fractions; None is not computed."""

    title: str
    labels: Sequence[str]
    scores: Sequence[Sequence[float | None]]


Figure = Bars | Lines | HeatMap
GUESS = Line("guess", "reference", [(0.0, 0.0), (1.0, 1.0)])
MOST_BARS = 24


def points(pairs: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    """The pairs of a report, which JSON keeps as lists."""
    return [(pair[0], pair[1]) for pair in pairs]
