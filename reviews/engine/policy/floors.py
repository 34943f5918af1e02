"""The floor of review policies, set by an administrator: no steward, and no two, go below it."""

from __future__ import annotations

from dataclasses import dataclass

from reviews.engine.acceptance.words import percent
from reviews.engine.policy.policy import TIERS, ReviewPolicy, planned_controls


@dataclass(frozen=True, slots=True)
class Floors:
    """The least confidence, the largest leak rate to be refused (fractions), and the fewest controls."""

    confidence: float
    ltpd: float
    controls: int


def below_floor(policy: ReviewPolicy, floors: Floors) -> list[str]:
    """Where the policy asks for less than the floor, a sentence each. A tier that is shipped without controls may do
    without them."""
    least, most = percent(floors.confidence), percent(floors.ltpd)
    found = []
    if policy.confidence < floors.confidence:
        found.append(f"confidence is below {least}, the least that the administrator of this portal allows.")
    if policy.ltpd > floors.ltpd:
        found.append(f"ltpd is above {most}, the most that the administrator of this portal allows.")
    shipped = TIERS.get(policy.name)
    if shipped and shipped.control_rate and planned_controls(policy, None) < floors.controls:
        found.append(
            f"control_rate gives fewer than {floors.controls} controls, the fewest that the administrator of this "
            "portal allows."
        )
    return found
