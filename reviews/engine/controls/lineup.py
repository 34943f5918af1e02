"""The line-up: both lanes and the controls in one queue, in an order that nobody chooses. Standard library only.

Controls stand one in each of as many equal stretches, at a place by chance. A plan that may accept early has all the
controls it needs before its first look that can accept, and goes on planting as densely after it, so that a record
late in the queue tells no more about itself than an early one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from reviews.engine.acceptance.draw import Chance
from reviews.engine.acceptance.plans import Plan
from reviews.engine.controls.fabricate import Kind, plan_kinds

NONSENSE_SHARE = 0.25  # of the leak controls; nonsense measures attention, not sensitivity to leaks


@dataclass(frozen=True, slots=True)
class Hunted:
    """A row that the search named, with its reasons in words."""

    row: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One place in the queue: a row of the random lane, one that the search named, or a control."""

    row: int | None = None
    hunted: Hunted | None = None
    control: Kind | None = None
    needed: int = 1


def line_up(
    plan: Plan, drawn: Sequence[int], hunted: Sequence[Hunted], possible: Sequence[Kind], chance: Chance
) -> list[Place]:
    """The queue, from the first place on. Rows of the random lane keep the order of the draw."""
    real = list(_lanes(drawn, hunted))
    if not plan.planted:
        return real
    places: list[Place] = []
    for stretch, kinds in _stretches(plan, real, possible, chance):
        places += _mixed(stretch, kinds, chance)
    return places


def most_controls(plan: Plan) -> int:
    """How many controls the line-up has, nonsense included, when every kind is possible."""
    first = _first_acceptance(plan)
    later = ceil(plan.planted * (plan.n - first) / first)
    return sum(count + ceil(NONSENSE_SHARE * count) for count in (plan.planted, later))


def needing(places: Sequence[Place], reviews: int, double_share: float, chance: Chance) -> list[int]:
    """How many people shall judge each place: `reviews`, and of every lane the same share one more. Controls alike: who
    sees that a place is done, or waits for others, learns nothing about it, and as many eyes find a planted leak as
    would find a real one.
    """
    doubled: set[int] = set()
    for is_in in (_is_random, _is_hunted, _is_control):
        lane = [at for at, place in enumerate(places) if is_in(place)]
        if lane:
            doubled |= {lane[at] for at in chance.some(judged_once_more(len(lane), double_share), len(lane))}
    return [reviews + (at in doubled) for at in range(len(places))]


def judged_once_more(records: int, double_share: float) -> int:
    """How many records of a lane one more person judges."""
    return round(double_share * records)


def _is_random(place: Place) -> bool:
    return place.row is not None


def _is_hunted(place: Place) -> bool:
    return place.hunted is not None


def _is_control(place: Place) -> bool:
    return place.control is not None


def _lanes(drawn: Sequence[int], hunted: Sequence[Hunted]) -> Iterator[Place]:
    """The hunt lane spread evenly among the random lane, so that a place in it tells nothing about the lane."""
    rows, named = iter(drawn), iter(hunted)
    total, spread = len(drawn) + len(hunted), len(hunted)
    for place in range(total):
        if place * spread // total != (place + 1) * spread // total:
            yield Place(hunted=next(named))
        else:
            yield Place(row=next(rows))


def _stretches(
    plan: Plan, real: list[Place], possible: Sequence[Kind], chance: Chance
) -> Iterator[tuple[list[Place], list[Kind]]]:
    until = _end_of(_first_acceptance(plan), real)
    yield real[:until], _kinds(plan.planted, possible, chance)
    if real[until:]:
        yield real[until:], _kinds(ceil(plan.planted * (len(real) - until) / until), possible, chance)


def _first_acceptance(plan: Plan) -> int:
    return min(look.n for look in plan.looks if look.accept >= 0)


def _end_of(randoms: int, real: Sequence[Place]) -> int:
    """The number of places up to the one with this many rows of the random lane before or in it; all at the last."""
    seen = 0
    for at, place in enumerate(real, start=1):
        seen += place.row is not None
        if seen == randoms:
            return at if any(one.row is not None for one in real[at:]) else len(real)
    return len(real)


def _kinds(planted: int, possible: Sequence[Kind], chance: Chance) -> list[Kind]:
    return plan_kinds(planted, ceil(NONSENSE_SHARE * planted), possible, chance)


def _mixed(real: Sequence[Place], kinds: Sequence[Kind], chance: Chance) -> Iterator[Place]:
    """One control in each of as many equal stretches, before a record by chance."""
    size, before = len(real), dict[int, list[Kind]]()
    for number, kind in enumerate(kinds):
        low, high = number * size // len(kinds), (number + 1) * size // len(kinds)
        before.setdefault(low + chance.below(max(1, high - low)), []).append(kind)
    for at, place in enumerate(real):
        yield from (Place(control=kind) for kind in before.get(at, ()))
        yield place
