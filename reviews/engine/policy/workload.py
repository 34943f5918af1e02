"""What a review costs, before it is drawn: records by lane, verdicts, hours. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass

from reviews.engine.acceptance.decision import review_hours
from reviews.engine.controls.lineup import judged_once_more, most_controls
from reviews.engine.policy.policy import ReviewPolicy, plan_for

SECONDS_PER_VERDICT = 20.0  # the median that is assumed until enough verdicts are measured


@dataclass(frozen=True, slots=True)
class Workload:
    """What a review asks for at most: records on the desk by lane, nonsense among the controls, verdicts, hours."""

    random: int
    hunt: int
    controls: int
    verdicts: int
    hours: float

    @property
    def records(self) -> int:
        """Places in the queue."""
        return self.random + self.hunt + self.controls


def workload(policy: ReviewPolicy, lot: int | None, seconds: float) -> Workload:
    """The most that a first review of a lot asks for, at a median of `seconds` per verdict. Raises ImpossiblePlan.

    The hunt lane cannot hold more than what the random lane leaves of the lot. Every place needs as many verdicts as
    the policy says, a share of each lane one more: as the line-up has it.
    """
    plan = plan_for(policy, lot)
    hunt = policy.hunt_records if lot is None else min(policy.hunt_records, lot - plan.n)
    controls = most_controls(plan) if plan.planted else 0
    lanes = (plan.n, hunt, controls)
    once_more = sum(judged_once_more(records, policy.double_share) for records in lanes)
    verdicts = sum(lanes) * policy.reviews_per_record + once_more
    return Workload(plan.n, hunt, controls, verdicts, review_hours(verdicts, 1, seconds))
