"""Demands: a composition, turned into how many records of each kind to draw, before anything is drawn.

A kind is the set of demands that a record satisfies, as a bit mask. How many of each kind: the mixture closest to the
real one (iterative proportional fitting, Deming and Stephan 1940) among those that reach every demand, rounded to whole
records by an integer programme, so that every count is exact. A kind that fewer than k real records are of is never
drawn: the synthesizer would have to invent it, or it would show the few there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from generation.engine.composition.composition import Composition, Demand, Wish, wishes_of
from generation.engine.composition.reach import balance_faults, joint_faults, line_faults
from generation.engine.predicates.holding import holds
from generation.engine.predicates.predicate import Lookup, Predicate, StatementError, parse_where, plain_where
from generation.engine.predicates.values import Codes, Values
from generation.engine.schema import Schema

FITTING_ROUNDS = 200
# So many records may be drawn for one run to find the ones asked for; never fewer than MOST_PER_ROW for each kept.
MOST_DRAWN = 50_000_000
MOST_PER_ROW = 20
SOLVER_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Demands:
    """`kinds` maps each bit mask (bit i: demand i holds) to the number of records of it; they sum to `rows`.

    `real_rows` training records stand behind the figures; `drawn_per_row` is how many draws one record takes if the
    synthesizer draws kinds as often as they are in the training table.
    """

    demands: tuple[Demand, ...]
    kinds: Mapping[int, int]
    rows: int
    real_rows: int
    drawn_per_row: float

    def as_json(self) -> dict[str, Any]:
        """In JSON's types, with the columns under their internal names."""
        lines = [
            {"title": d.title, "kind": d.kind, "where": plain_where(d.where, str), "rows": d.rows, "real": d.real,
             "at_least": d.at_least}
            for d in self.demands
        ]  # fmt: skip
        kinds = [[mask, count] for mask, count in self.kinds.items()]
        figures = {"rows": self.rows, "real_rows": self.real_rows, "drawn_per_row": self.drawn_per_row}
        return {"demands": lines, "kinds": kinds} | figures


def demands_from_json(plain: Mapping[str, Any], schema: Schema) -> Demands:
    """The way back from `as_json`."""
    columns = Lookup(schema)
    lines = tuple(Demand(**{**line, "where": parse_where(line["where"], columns)}) for line in plain["demands"])
    kinds = {int(mask): int(count) for mask, count in plain["kinds"]}
    return Demands(lines, kinds, plain["rows"], plain["real_rows"], plain["drawn_per_row"])


def kinds_of(wheres: Sequence[Predicate], values: Values) -> Codes:
    """The bit mask of each record."""
    masks = np.zeros(values.rows, dtype=np.int64)
    for place, where in enumerate(wheres):
        masks |= holds(where, values).astype(np.int64) << place
    return masks


def real_kinds(composition: Composition, values: Values) -> dict[int, int]:
    """How many real records there are of each kind."""
    masks, counts = np.unique(kinds_of([wish.where for wish in wishes_of(composition)], values), return_counts=True)
    return {int(mask): int(count) for mask, count in zip(masks, counts, strict=True)}


def plan_demands(composition: Composition, real: Mapping[int, int], rows: int, k: int) -> Demands:
    """How many of the `rows` records are of each kind. `real` counts the training records of each kind.

    Raises StatementError with a sentence for each demand that cannot be reached, or with fewer than k real records.
    """
    wishes, total = wishes_of(composition), sum(real.values())
    demands = [_demand(wish, place, real, rows) for place, wish in enumerate(wishes)]
    pairs = zip(wishes, demands, strict=True)
    faults = [fault for wish, demand in pairs for fault in line_faults(wish, demand, rows, total, k)]
    if faults := faults or balance_faults(wishes, real, k):
        raise StatementError(*faults)
    masks = sorted(mask for mask, count in real.items() if count >= k)
    wanted = _fitted(masks, real, demands, rows)
    counts = _rounded(masks, wanted, demands, rows)
    if counts is None:
        raise StatementError(*joint_faults(wishes, demands, real, rows, k))
    kinds = {mask: count for mask, count in zip(masks, counts, strict=True) if count}
    per_row = max(count * total / real[mask] for mask, count in kinds.items()) / rows
    if rows * per_row > max(MOST_DRAWN, MOST_PER_ROW * rows):
        raise StatementError(_too_rare(rows * per_row, max(MOST_DRAWN, MOST_PER_ROW * rows)))
    return Demands(tuple(demands), kinds, rows, total, per_row)


def _demand(wish: Wish, place: int, real: Mapping[int, int], rows: int) -> Demand:
    found = sum(count for mask, count in real.items() if mask >> place & 1)
    share = wish.share
    if wish.factor is not None:
        share = wish.factor * found / max(1, sum(real.values()))
    count = wish.rows if wish.rows is not None else int(np.floor((share or 0.0) * rows + 0.5))
    return Demand(wish.title, wish.kind, wish.where, count, found, wish.at_least)


def _too_rare(draws: float, most: int) -> str:
    return (
        f"About {draws:,.0f} records would have to be drawn to find the ones asked for; at most {most:,} are. "
        "Ask for fewer records, or for a wider group."
    )


def _fitted(masks: list[int], real: Mapping[int, int], demands: Sequence[Demand], rows: int) -> list[float]:
    """Records of each kind, not yet whole: the real mixture, scaled until every demand is reached."""
    counts = np.array([real[mask] for mask in masks], dtype=np.float64)
    counts *= rows / max(counts.sum(), 1.0)
    members = [np.array([bool(mask >> place & 1) for mask in masks], dtype=bool) for place in range(len(demands))]
    for _ in range(FITTING_ROUNDS):
        before = counts.copy()
        for demand, inside in zip(demands, members, strict=True):
            has = counts[inside].sum()
            if not (demand.at_least and has >= demand.rows):
                counts[inside] *= demand.rows / has if has else 0.0
                others = counts[~inside].sum()
                counts[~inside] *= (rows - demand.rows) / others if others else 0.0
        if np.abs(counts - before).max(initial=0.0) < 1e-9 * rows:
            break
    return [float(count) for count in counts]


def _rounded(masks: list[int], wanted: list[float], demands: Sequence[Demand], rows: int) -> list[int] | None:
    """Whole numbers nearest to `wanted` that reach every demand exactly; None when there are none."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    if not masks:
        return None
    base = np.floor(np.array(wanted) + 1e-9)
    part = np.array(wanted) - base
    members = np.array([[mask >> place & 1 for mask in masks] for place in range(len(demands))] + [[1] * len(masks)])
    short = np.array([*(demand.rows for demand in demands), rows]) - members @ base
    open_end = np.array([*(demand.at_least for demand in demands), False])
    # Records more or fewer of each kind; the fraction says which way is nearer.
    cost = np.concatenate([1.0 - part / 2, 1.0 + part / 2]) + np.arange(2 * len(masks)) * 1e-7
    solved = milp(
        cost,
        constraints=LinearConstraint(np.hstack([members, -members]), short, np.where(open_end, np.inf, short)),
        bounds=Bounds(0, np.concatenate([np.full(len(masks), float(rows)), base])),
        integrality=np.ones(2 * len(masks)),
        options={"time_limit": SOLVER_SECONDS},
    )
    if solved.x is None:
        return None
    more, fewer = np.split(np.rint(solved.x), 2)
    counts = [int(count) for count in base + more - fewer]
    return counts if _reaches(counts, members, demands, rows) else None


def _reaches(counts: list[int], members: Any, demands: Sequence[Demand], rows: int) -> bool:
    """Whether the whole numbers are what was asked: the solver works in floating point."""
    for demand, inside in zip(demands, members[:-1], strict=True):
        reached = sum(count for count, is_in in zip(counts, inside, strict=True) if is_in)
        if reached < demand.rows or (reached > demand.rows and not demand.at_least):
            return False
    return sum(counts) == rows and min(counts) >= 0
