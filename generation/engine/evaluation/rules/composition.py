"""What was asked of the run against what the artefact has: exact counts, and how far each shift went."""

from __future__ import annotations

from typing import Any

import numpy as np

from generation.engine.composition.composition import Demand
from generation.engine.composition.demands import Demands, kinds_of
from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NotAssessable
from generation.engine.evaluation.study.study import Study
from generation.engine.predicates.predicate import Lookup, words_of
from generation.engine.predicates.values import of_frame

ASKED, SHIFT = "asked_reached", "shift_reached"


def asked_reached(study: Study) -> Findings:
    """The share of the demands that are reached to the record; nothing at all when nothing was asked."""
    demands = study.recipe.demands
    if demands is None:
        return Findings(())
    reached = _reached(study, demands)
    short = [(d, found) for d, found in zip(demands.demands, reached, strict=True) if not _is_met(d, found)]
    count = len(demands.demands)
    metric = Metric(
        Group.RULES,
        ASKED,
        _sentence(short, count),
        Direction.HIGHER,
        1 - len(short) / count,
        n=count,
        ceiling=1.0,
        seed=study.seed,
        details={"demands": _lines(study, demands, reached), "rows": len(study.synthetic_frame)},
    )
    return Findings((metric,))


def shift_reached(study: Study) -> Findings:
    """How much of the way from the real share to the share asked for the artefact went; the worst of the shifts."""
    demands = study.recipe.demands
    lines = [] if demands is None else list(zip(demands.demands, _reached(study, demands), strict=True))
    shifts = [(demand, found) for demand, found in lines if demand.kind == "shift"]
    if demands is None or not shifts:
        if study.policy.purpose != "stress_test":
            return Findings(())
        raise NotAssessable("No shift was asked for, so there is nothing to reach: ask for one in a new run.")
    rows = len(study.synthetic_frame)
    went = [_way(found / max(1, rows), demand.real / demands.real_rows, demand.rows / demands.rows)
            for demand, found in shifts]  # fmt: skip
    worst = int(np.argmin(went))
    demand, found = shifts[worst]
    sentence = (
        f"{demand.title}: {_percent(demand.real / demands.real_rows)} of the real records, "
        f"{_percent(demand.rows / demands.rows)} asked for, {_percent(found / max(1, rows))} of {rows:,} reached."
    )
    ceiling = {"n": rows, "ceiling": 1.0, "seed": study.seed, "baseline": 0.0}
    return Findings((Metric(Group.UTILITY, SHIFT, sentence, Direction.HIGHER, went[worst], **ceiling),))  # type: ignore[arg-type]


def _reached(study: Study, demands: Demands) -> list[int]:
    values = of_frame(study.synthetic_frame, study.recipe.schema)
    kinds = kinds_of([demand.where for demand in demands.demands], values)
    return [int((kinds >> place & 1).sum()) for place in range(len(demands.demands))]


def _is_met(demand: Demand, found: int) -> bool:
    return found == demand.rows or (demand.at_least and found > demand.rows)


def _sentence(short: list[tuple[Demand, int]], count: int) -> str:
    if not short:
        return "The count asked for is reached." if count == 1 else f"All {count:,} counts asked for are reached."
    said = "; ".join(f"{demand.title}: {found:,} of {demand.rows:,}" for demand, found in short)
    return f"{len(short):,} of {count:,} counts asked for are not reached. {said}."


def _lines(study: Study, demands: Demands, reached: list[int]) -> list[dict[str, Any]]:
    call = Lookup(study.recipe.schema).word
    return [
        {
            "title": demand.title,
            "words": words_of(demand.where, call),
            "asked": demand.rows,
            "at_least": demand.at_least,
            "reached": found,
            "real_share": demand.real / demands.real_rows,
        }
        for demand, found in zip(demands.demands, reached, strict=True)
    ]


def _way(reached: float, real: float, asked: float) -> float:
    """1 at the share asked for, 0 at the real share or as far beyond."""
    return 1.0 if asked == real else 1 - abs(reached - asked) / abs(asked - real)


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
