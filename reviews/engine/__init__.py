"""The arithmetic of the gate: how many records people must read, and what may be claimed afterwards. No Django.

What is named here is the door to acceptance sampling: standard library only, imported when it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reviews.engine.acceptance.bounds import corrected_bound, upper_bound
    from reviews.engine.acceptance.decision import Claim, LotDecision, Outcome, claim_so_far, decide, review_hours
    from reviews.engine.acceptance.draw import sample_rows
    from reviews.engine.acceptance.plans import (
        ImpossiblePlan,
        Plan,
        fixed_plan,
        operating_characteristic,
        required_n,
        sequential_plan,
        three_look_plan,
    )

__all__ = [
    "Claim",
    "ImpossiblePlan",
    "LotDecision",
    "Outcome",
    "Plan",
    "claim_so_far",
    "corrected_bound",
    "decide",
    "fixed_plan",
    "operating_characteristic",
    "required_n",
    "review_hours",
    "sample_rows",
    "sequential_plan",
    "three_look_plan",
    "upper_bound",
]
_HOMES = {
    "bounds": ("corrected_bound", "upper_bound"),
    "decision": ("Claim", "LotDecision", "Outcome", "claim_so_far", "decide", "review_hours"),
    "draw": ("sample_rows",),
    "plans": (
        "ImpossiblePlan",
        "Plan",
        "fixed_plan",
        "operating_characteristic",
        "required_n",
        "sequential_plan",
        "three_look_plan",
    ),
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        home = next((home for home, names in _HOMES.items() if name in names), None)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.acceptance.{home}"), name)
