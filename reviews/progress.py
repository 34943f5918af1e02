"""Where a review stands: counts, the decision its plan allows, and the claim in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from reviews.acceptance import Claim, Decision, claim_so_far, decide
from reviews.bounds import upper_bound
from reviews.models import Adjudication, Review, ReviewRecord, Verdict
from reviews.stages.sample import plan_of, policy_of


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of one review. `leaks` are confirmed by a second person; `open_flags` still wait for one."""

    required: int
    judged: int
    hunt: int
    hunt_judged: int
    open_flags: int
    leaks: int
    leaks_in_hunt: int
    unrealistic: int
    annotators: int
    decision: Decision
    claim: Claim
    realism_bound: float
    realism_limit: float

    @property
    def is_complete(self) -> bool:
        """Every record of both lanes is judged and every flag is settled."""
        return self.judged >= self.required and self.hunt_judged >= self.hunt and not self.open_flags

    @property
    def total(self) -> int:
        return self.required + self.hunt

    @property
    def total_judged(self) -> int:
        return self.judged + self.hunt_judged


def standing(record: ReviewRecord) -> QuerySet[Verdict]:
    """The verdicts on a record that were not undone."""
    return record.verdicts.filter(undone_at__isnull=True)


def progress_of(review: Review) -> Progress:
    """Counted from the verdicts, now."""
    random, hunt = _counts(review, ReviewRecord.Lane.RANDOM), _counts(review, ReviewRecord.Lane.HUNT)
    plan = plan_of(review)
    decision = decide(plan, leaked_in_order(review))
    return Progress(
        required=random["total"],
        judged=random["judged"],
        hunt=hunt["total"],
        hunt_judged=hunt["judged"],
        open_flags=random["flags"] + hunt["flags"],
        leaks=random["leaks"],
        leaks_in_hunt=hunt["leaks"],
        unrealistic=random["unrealistic"],
        annotators=_standing_in(review).values("by").distinct().count(),
        decision=decision,
        claim=claim_so_far(plan, decision),
        realism_bound=upper_bound(random["judged"], random["unrealistic"], plan.confidence, review.lot),
        realism_limit=policy_of(review).realism_limit,
    )


def _standing_in(review: Review) -> QuerySet[Verdict]:
    return Verdict.objects.filter(record__review=review, undone_at__isnull=True)


def _marked(review: Review) -> QuerySet[Any]:
    """The records, each with whether it has a confirmed leak, an open flag, an unrealistic verdict."""
    verdicts = Verdict.objects.filter(record=OuterRef("pk"), undone_at__isnull=True)
    flags = verdicts.filter(decision=Verdict.Decision.LEAKAGE)
    confirmed = Adjudication.objects.filter(
        verdict__record=OuterRef("pk"), is_leak=True, verdict__undone_at__isnull=True
    )
    return review.records.annotate(
        is_leak=Exists(confirmed),
        has_flag=Exists(flags.filter(adjudication__isnull=True)),
        is_unrealistic=Exists(verdicts.filter(decision=Verdict.Decision.UNREALISTIC)),
    )


def _counts(review: Review, lane: str) -> dict[str, int]:
    return (
        _marked(review)
        .filter(lane=lane)
        .aggregate(
            total=Count("pk"),
            judged=Count("pk", filter=Q(state=ReviewRecord.State.JUDGED)),
            leaks=Count("pk", filter=Q(is_leak=True)),
            flags=Count("pk", filter=Q(has_flag=True)),
            unrealistic=Count("pk", filter=Q(is_unrealistic=True)),
        )
    )


def leaked_in_order(review: Review) -> list[bool | None]:
    """The random lane in the order of the draw: True confirmed leak, False not, None still open."""
    rows = _marked(review).filter(lane=ReviewRecord.Lane.RANDOM).order_by("position")
    return [
        True if is_leak else (None if has_flag or state != ReviewRecord.State.JUDGED else False)
        for state, is_leak, has_flag in rows.values_list("state", "is_leak", "has_flag")
    ]
