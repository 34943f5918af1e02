"""Where a review stands: counts of its records, what its plan says of them, and the claim so far."""

from __future__ import annotations

from dataclasses import dataclass

from reviews.engine.acceptance.decision import Claim, LotDecision


@dataclass(frozen=True, slots=True)
class Controls:
    """How many controls there are, were judged, and were recognised for what they are."""

    total: int
    judged: int
    found: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of one review. `leaks` are confirmed by a second person; `open_flags` still wait for one.

    `leak_controls` measure what reviewers see of leaks, `nonsense` whether they look. `unneeded` records of the sample
    and controls are still open although the plan has accepted without them.
    """

    required: int
    judged: int
    hunt: int
    hunt_judged: int
    leak_controls: Controls
    nonsense: Controls
    unneeded: int
    open_flags: int
    leaks: int
    leaks_in_hunt: int
    unrealistic: int
    annotators: int
    paused: int
    decision: LotDecision
    claim: Claim
    realism_bound: float
    realism_limit: float

    @property
    def is_complete(self) -> bool:
        """Every record that is needed is judged and every flag is settled."""
        return self.total_judged >= self.total and not self.open_flags

    @property
    def total(self) -> int:
        """All that people have to judge: the sample, the search and the controls as one number."""
        return self.required + self.hunt + self.leak_controls.total + self.nonsense.total - self.unneeded

    @property
    def total_judged(self) -> int:
        return self.judged + self.hunt_judged + self.leak_controls.judged + self.nonsense.judged

    @property
    def rejection(self) -> str:
        """Why a rejected review was rejected."""
        leaks = self.leaks + self.leaks_in_hunt
        return f"Rejected: {leaks:,} confirmed {'leak' if leaks == 1 else 'leaks'}"
