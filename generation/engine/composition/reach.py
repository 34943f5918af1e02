"""Why a composition cannot be reached, and what would be: told line by line, in the unit that the line was asked in."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from generation.engine.composition.composition import Demand, Wish
from generation.engine.composition.faults import BALANCE, CLASS, LineFault, title_of

SOLVER_SECONDS = 5
MOST_PAIRS = 3
WHOLE = 1e-6


def line_faults(wish: Wish, demand: Demand, rows: int, total: int, k: int) -> list[LineFault]:
    """Why one line cannot be reached whatever the others are. `total` training records, `k` behind whatever is made."""
    if demand.rows > rows:
        most = _amounts(wish, demand, 0, rows, rows, total)
        sentence = f"asks for {demand.rows:,} of {rows:,} records. Possible: {most}; or ask for more records in all."
        return [LineFault(wish.kind, wish.place, sentence)]
    if demand.rows and demand.real < k:
        sentence = (
            f"fewer than {k} training records are like this. They would have to be invented, or would show the few "
            "people there are. Possible: none of them, or a wider group."
        )
        return [LineFault(wish.kind, wish.place, sentence)]
    if demand.rows < rows and not demand.at_least and total - demand.real < k:
        sentence = (
            f"fewer than {k} training records are not like this, so no others can be drawn. Possible: all {rows:,} "
            "records, or a narrower group."
        )
        return [LineFault(wish.kind, wish.place, sentence)]
    return []


def balance_faults(wishes: Sequence[Wish], real: Mapping[int, int], k: int) -> list[LineFault]:
    """Why shares of all classes cannot be as they are: nothing else is there to fill what they leave open."""
    places = [at for at, wish in enumerate(wishes) if wish.kind == CLASS]
    shares = [wishes[at].share or 0.0 for at in places]
    classes = sum(1 << at for at in places)
    others = sum(count for mask, count in real.items() if not mask & classes)
    if not places or others >= k or math.isclose(sum(shares), 1.0, abs_tol=WHOLE):
        return []
    sentence = (
        f"the shares of all {len(places)} classes sum to {_percent(sum(shares))} and must sum to 100 %, because "
        f"fewer than {k} training records are of another class. Leave one class empty and it gets the rest."
    )
    if math.isclose(100 * sum(shares), 1.0, abs_tol=WHOLE):
        meant = " and ".join(_percent(100 * share) for share in shares)
        sentence += f" If parts of 1 were meant, write {meant}."
    return [LineFault(BALANCE, 1, sentence)]


def joint_faults(
    wishes: Sequence[Wish], demands: Sequence[Demand], real: Mapping[int, int], rows: int, k: int
) -> list[str]:
    """Why lines that are possible one by one are not together: each one that could give way with how far, and the
    combinations that too few training records are of.
    """
    masks, total = sorted(mask for mask, count in real.items() if count >= k), sum(real.values())
    found: list[str] = []
    for place, (wish, demand) in enumerate(zip(wishes, demands, strict=True)):
        span = _span(masks, demands, rows, place)
        if span:
            possible = _amounts(wish, demand, *span, rows, total)
            sentence = f"cannot be reached at once with the other lines. With them as they are, possible: {possible}."
            found.append(LineFault(wish.kind, wish.place, sentence))
    scarce = list(_scarce_pairs(wishes, demands, masks, k))
    if not found:
        titles = ", ".join(title_of(wish.kind, wish.place) for wish in wishes)
        found = [f"{titles}: they cannot be reached at once, and to change one of them alone is not enough."]
    return [*found, *scarce]


def _span(masks: Sequence[int], demands: Sequence[Demand], rows: int, place: int) -> tuple[int, int] | None:
    """The fewest and most records of one line while all the others are as asked; None when they are not possible."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    if not masks:
        return None
    inside = [[float(mask >> at & 1) for mask in masks] for at in range(len(demands))]
    others = [at for at in range(len(demands)) if at != place]
    least = np.array([*(demands[at].rows for at in others), rows], dtype=float)
    is_open = np.array([*(demands[at].at_least for at in others), False])
    bounds = LinearConstraint(np.array([*(inside[at] for at in others), [1.0] * len(masks)]), least,
                              np.where(is_open, np.inf, least))  # fmt: skip
    ends = []
    for sign in (1.0, -1.0):
        solved = milp(sign * np.array(inside[place]), constraints=bounds, bounds=Bounds(0, rows),
                      integrality=np.ones(len(masks)), options={"time_limit": SOLVER_SECONDS})  # fmt: skip
        if solved.x is None:
            return None
        ends.append(round(float(np.array(inside[place]) @ solved.x)))
    return ends[0], ends[1]


def _amounts(wish: Wish, demand: Demand, least: int, most: int, rows: int, total: int) -> str:
    """Records, and the same in the unit that the line was asked in, rounded inwards."""
    words = f"{least:,} to {most:,} records" if least < most else f"{most:,} records"
    if wish.share is not None:
        low, high = math.ceil(1e4 * least / rows - WHOLE) / 1e4, math.floor(1e4 * most / rows + WHOLE) / 1e4
        return f"{words} ({_percent(low)} to {_percent(high)})" if least < most else f"{words} ({_percent(high)})"
    if wish.factor is not None and demand.real:
        real = demand.real / total * rows
        low, high = math.ceil(1e3 * least / real - WHOLE) / 1e3, math.floor(1e3 * most / real + WHOLE) / 1e3
        times = f"{low:g} to {high:g}" if least < most else f"{high:g}"
        return f"{words} ({times} times the real share)"
    return words


def _scarce_pairs(wishes: Sequence[Wish], demands: Sequence[Demand], masks: Sequence[int], k: int) -> Iterator[str]:
    """Pairs of lines that too few training records are of both; two classes of one balance never are."""
    pairs = [
        (first, second)
        for first, second in combinations(range(len(wishes)), 2)
        if demands[first].rows
        and demands[second].rows
        and not (wishes[first].kind == wishes[second].kind == CLASS)
        and not any(mask >> first & 1 and mask >> second & 1 for mask in masks)
    ]
    for first, second in pairs[:MOST_PAIRS]:
        one, other = (title_of(wishes[at].kind, wishes[at].place) for at in (first, second))
        yield f"{one} with {other.lower()}: fewer than {k} training records are both, so no record can be both."


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"
