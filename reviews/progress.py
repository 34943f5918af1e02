"""Where a review stands: counts, the decision its plan allows, and the claim in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from reviews import tally
from reviews.acceptance import Claim, Decision, Outcome, PlanKind, claim_so_far, decide_after
from reviews.bounds import upper_bound
from reviews.models import Adjudication, Control, Pause, Requeue, Review, ReviewRecord, Verdict
from reviews.stages.sample import plan_of, policy_of
from synthportal.models import Person

Lane, State = ReviewRecord.Lane, ReviewRecord.State


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
    and controls are still open although the plan has accepted without them. `set_aside` verdicts were taken back by a
    pause or a steward.
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
    set_aside: int
    decision: Decision
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


def standing(record: ReviewRecord) -> QuerySet[Verdict]:
    """The verdicts on a record that were not undone."""
    return record.verdicts.filter(undone_at__isnull=True)


def progress_of(review: Review) -> Progress:
    """Counted from the verdicts, now."""
    judged = tally.judged_in(review)
    random, hunt = (_counts(review, lane, judged.get(lane, 0)) for lane in (Lane.RANDOM, Lane.HUNT))
    leak_controls, nonsense = controls_of(review)
    plan, shown = plan_of(review), (leak_controls.judged, leak_controls.found)
    decision = decide_after(plan, *completed_prefix(review), shown)
    open_controls = leak_controls.total + nonsense.total - leak_controls.judged - nonsense.judged
    is_settled = decision.outcome is Outcome.ACCEPT
    return Progress(
        required=random["total"],
        judged=random["judged"],
        hunt=hunt["total"],
        hunt_judged=hunt["judged"],
        leak_controls=leak_controls,
        nonsense=nonsense,
        unneeded=random["total"] - random["judged"] + open_controls if is_settled else 0,
        open_flags=random["flags"] + hunt["flags"],
        leaks=random["leaks"],
        leaks_in_hunt=hunt["leaks"],
        unrealistic=random["unrealistic"],
        annotators=tally.annotators_of(review),
        paused=Pause.objects.filter(review=review, lifted_at__isnull=True).count(),
        set_aside=_set_aside_in(review),
        decision=decision,
        claim=claim_so_far(plan, decision, shown),
        realism_bound=upper_bound(random["judged"], random["unrealistic"], plan.confidence, review.lot),
        realism_limit=policy_of(review).realism_limit,
    )


def decision_of(review: Review) -> Decision:
    """What the plan says of the longest completed prefix, now."""
    leak_controls, _ = controls_of(review)
    return decide_after(plan_of(review), *completed_prefix(review), (leak_controls.judged, leak_controls.found))


def has_accepted_early(review: Review) -> bool:
    """Whether a plan with several looks has accepted, so that what is left of the sample is no longer needed."""
    is_fixed = review.plan["kind"] == PlanKind.FIXED
    return not is_fixed and decision_of(review).outcome is Outcome.ACCEPT


def controls_of(review: Review) -> tuple[Controls, Controls]:
    """The controls among the records of a review: fabricated leaks, fabricated nonsense."""
    verdicts = Verdict.objects.filter(record=OuterRef("record"), undone_at__isnull=True)
    # The lane, too: by an index past the rest of a long queue.
    found = Control.objects.filter(record__review=review, record__lane=Lane.CONTROL).annotate(
        is_judged=Exists(verdicts), is_found=Exists(verdicts.filter(decision=OuterRef("expected")))
    )
    counted = found.aggregate(
        **{
            f"{group}_{name}": Count("pk", filter=is_group & condition)
            for group, is_group in (("leaks", ~Q(kind=Control.Kind.NONSENSE)), ("nonsense", Q(kind="nonsense")))
            for name, condition in (("total", Q()), ("judged", Q(is_judged=True)), ("found", Q(is_found=True)))
        }
    )
    leaks, nonsense = (
        Controls(*(counted[f"{group}_{name}"] for name in ("total", "judged", "found")))
        for group in ("leaks", "nonsense")
    )
    return leaks, nonsense


def hits_in(review: Review) -> dict[int, tuple[int, int]]:
    """By person: (found, judged) of the controls that they have a standing verdict on."""
    on_controls = _standing_in(review).filter(record__lane=Lane.CONTROL).order_by("by")
    return {row["by"]: (row["found"], row["judged"]) for row in _hits(on_controls)}


def hits_of(review: Review, person: Person) -> tuple[int, int]:
    """(found, judged) of the controls that one person has a standing verdict on."""
    theirs = Verdict.objects.filter(by=person, undone_at__isnull=True, record__review=review)
    rows = _hits(theirs.filter(record__lane=Lane.CONTROL).order_by("by"))
    return next(((row["found"], row["judged"]) for row in rows), (0, 0))


def _hits(verdicts: QuerySet[Verdict]) -> QuerySet[Any, Any]:
    return verdicts.values("by").annotate(
        judged=Count("pk"), found=Count("pk", filter=Q(decision=F("record__control__expected")))
    )


def _standing_in(review: Review) -> QuerySet[Verdict]:
    return Verdict.objects.filter(record__review=review, undone_at__isnull=True)


def confirmed_leaks(review: Review) -> QuerySet[Adjudication]:
    """The leaks that a second person confirmed and nobody has taken back since."""
    # From the few of them to their records: joined, SQLite would begin with every record of a long queue.
    standing_here = _standing_in(review).filter(pk=OuterRef("verdict"))
    return Adjudication.objects.filter(Exists(standing_here), is_leak=True)


def _leaked(review: Review, lane: str) -> list[int]:
    """The positions of the records in a lane that are confirmed leaks, in order."""
    records = list(confirmed_leaks(review).values_list("verdict__record", flat=True))
    return sorted(review.records.filter(pk__in=records, lane=lane).values_list("position", flat=True))


def _set_aside_in(review: Review) -> int:
    verdicts = Verdict.objects.filter(pk=OuterRef("verdict"), record__review=review)
    return Requeue.objects.filter(Exists(verdicts)).count()


def _open_flags(review: Review) -> QuerySet[Verdict]:
    return _standing_in(review).filter(decision=Verdict.Decision.LEAKAGE, adjudication__isnull=True)


def _counts(review: Review, lane: str, judged: int) -> dict[str, int]:
    """Counted from the few verdicts that are not clean, and from the tally: never from the whole queue."""
    in_lane = {"record__lane": lane}
    odd = _standing_in(review).filter(decision=Verdict.Decision.UNREALISTIC, **in_lane)
    # Of the judged ones: a record that waits for a second person is not counted on either side yet.
    unrealistic = odd.filter(record__state=State.JUDGED)
    return {
        "total": review.places.get(lane, 0),
        "judged": judged,
        "leaks": len(_leaked(review, lane)),
        "flags": _open_flags(review).filter(**in_lane).values("record").distinct().count(),
        "unrealistic": unrealistic.values("record").distinct().count(),
    }


def completed_prefix(review: Review) -> tuple[int, list[int]]:
    """How many records of the random lane, in the order of the draw, are settled before the first that is still open,
    and the places (from 0) of the confirmed leaks. A confirmed leak is settled, whoever else is still asked.
    """
    sample = review.records.filter(lane=Lane.RANDOM)
    leaked = _leaked(review, Lane.RANDOM)
    unsettled = sample.exclude(position__in=leaked)
    flagged = unsettled.filter(pk__in=_open_flags(review).values("record"))
    still_open = [unsettled.filter(state=state) for state in (State.WAITING, State.CLAIMED)]
    firsts = [
        records.order_by("position").values_list("position", flat=True).first() for records in (*still_open, flagged)
    ]
    first = min((position for position in firsts if position is not None), default=None)
    completed = review.places.get(Lane.RANDOM, 0) if first is None else _place(review, first)
    return completed, [_place(review, position) for position in leaked]


def _place(review: Review, position: int) -> int:
    """The place (from 0) in the random lane of what stands at a position of the whole queue (from 1)."""
    others = review.records.filter(lane__in=[Lane.HUNT, Lane.CONTROL], position__lt=position)
    return position - 1 - others.count()
