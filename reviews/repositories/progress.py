"""Where a review stands, counted from its rows: odd records, controls, the completed prefix of the draw."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from reviews.engine.acceptance.bounds import upper_bound
from reviews.engine.acceptance.decision import Claim, LotDecision, Outcome, claim_so_far, decide_after
from reviews.engine.acceptance.plans import PlanKind
from reviews.engine.acceptance.progress import Controls, Progress
from reviews.engine.controls.fabricate import LEAKS, TITLES, Kind
from reviews.models import Adjudication, Control, Pause, Requeue, Review, ReviewRecord, Verdict
from reviews.repositories import tally
from reviews.repositories.prefixes import Odd, Prefix, completed_prefixes, odd_in
from reviews.repositories.samples import plan_of, policy_of
from synthportal.models import Person

Lane, State = ReviewRecord.Lane, ReviewRecord.State
# The same for all who look until somebody judges: home and lists ask for it of each review, on each visit.
_claim_so_far, _upper_bound = lru_cache(maxsize=1024)(claim_so_far), lru_cache(maxsize=1024)(upper_bound)


def standing(record: ReviewRecord) -> QuerySet[Verdict]:
    """The verdicts on a record that were not undone."""
    return record.verdicts.filter(undone_at__isnull=True)


def progress_of(review: Review) -> Progress:
    """Counted from the verdicts, now."""
    return progress_in([review])[review.pk]


def progress_in(reviews: Collection[Review]) -> dict[UUID, Progress]:
    """The progress of several reviews by their ids, in as many queries as for one."""
    odd, counted, controls = odd_in(reviews), tally.counted_in(reviews), controls_in(reviews)
    prefixes, paused = completed_prefixes(reviews, odd), _paused_in(reviews)
    return {
        one.pk: _progress(
            one, odd[one.pk], counted[one.pk], controls[one.pk], (prefixes[one.pk], paused.get(one.pk, 0))
        )
        for one in reviews
    }


def _progress(
    review: Review, odd: Odd, counted: tally.Counted, controls: tuple[Controls, Controls], rest: tuple[Prefix, int]
) -> Progress:
    (leak_controls, nonsense), (prefix, paused) = controls, rest
    plan, shown = plan_of(review), (leak_controls.judged, leak_controls.found)
    decision = decide_after(plan, prefix.completed, prefix.leaks, shown)
    total, done = review.places.get(Lane.RANDOM, 0), counted.judged.get(Lane.RANDOM, 0)
    open_controls = leak_controls.total + nonsense.total - leak_controls.judged - nonsense.judged
    unrealistic = len(odd.unrealistic[Lane.RANDOM])
    return Progress(
        required=total,
        judged=done,
        hunt=review.places.get(Lane.HUNT, 0),
        hunt_judged=counted.judged.get(Lane.HUNT, 0),
        leak_controls=leak_controls,
        nonsense=nonsense,
        unneeded=total - done + open_controls if decision.outcome is Outcome.ACCEPT else 0,
        open_flags=len(odd.flagged[Lane.RANDOM]) + len(odd.flagged[Lane.HUNT]),
        leaks=len(odd.leaked[Lane.RANDOM]),
        leaks_in_hunt=len(odd.leaked[Lane.HUNT]),
        unrealistic=unrealistic,
        annotators=counted.annotators,
        paused=paused,
        decision=decision,
        claim=_claim(_claim_so_far(plan, decision, shown), decision, prefix, done),
        realism_bound=_upper_bound(done, unrealistic, plan.confidence, review.lot),
        realism_limit=policy_of(review).realism_limit,
    )


def _claim(claim: Claim, decision: LotDecision, prefix: Prefix, judged: int) -> Claim:
    """The claim, with what it waits for where records after the completed prefix are judged already."""
    is_held_up = decision.outcome is Outcome.CONTINUE and decision.reviewed == prefix.completed < judged
    if prefix.wait is None or not is_held_up:
        return claim
    return replace(claim, sentence=f"{claim.sentence}; {prefix.wait.clause}")


def _paused_in(reviews: Collection[Review]) -> dict[UUID, int]:
    if all("pauses" in getattr(one, "_prefetched_objects_cache", {}) for one in reviews):
        return {one.pk: sum(pause.lifted_at is None for pause in one.pauses.all()) for one in reviews}
    standing_now = Pause.objects.filter(review__in=reviews, lifted_at__isnull=True)
    return dict(standing_now.values_list("review").annotate(n=Count("pk")).order_by())


def has_accepted_early(review: Review) -> bool:
    """Whether a plan with several looks has accepted, so that what is left of the sample is no longer needed."""
    return review.pk in accepted_early([review])


def accepted_early(reviews: Collection[Review]) -> set[UUID]:
    """The reviews whose plan has several looks and accepts already what is judged."""
    with_looks = [review for review in reviews if review.plan["kind"] != PlanKind.FIXED]
    if not with_looks:
        return set()
    prefixes, controls = completed_prefixes(with_looks, odd_in(with_looks)), controls_in(with_looks)
    return {one.pk for one in with_looks if _decided(one, prefixes[one.pk], controls[one.pk]).outcome is Outcome.ACCEPT}


def _decided(review: Review, prefix: Prefix, controls: tuple[Controls, Controls]) -> LotDecision:
    return decide_after(plan_of(review), prefix.completed, prefix.leaks, _shown(controls))


def _shown(controls: tuple[Controls, Controls]) -> tuple[int, int]:
    """Fabricated leaks that were (judged, found)."""
    return controls[0].judged, controls[0].found


def controls_in(reviews: Collection[Review]) -> dict[UUID, tuple[Controls, Controls]]:
    """The controls among the records of each review: fabricated leaks, fabricated nonsense.

    Like a record, one is judged when as many people as it needs have said so, and found when one of them did.
    """
    named = Verdict.objects.filter(record=OuterRef("record"), undone_at__isnull=True, decision=OuterRef("expected"))
    # The lane, too: by an index past the rest of a long queue.
    found = Control.objects.filter(record__review__in=reviews, record__lane=Lane.CONTROL).annotate(
        is_judged=Q(record__state=State.JUDGED), is_found=Q(record__state=State.JUDGED) & Exists(named)
    )
    rows = (
        found.values("record__review")
        .order_by()
        .annotate(
            **{
                f"{group}_{name}": Count("pk", filter=is_group & condition)
                for group, is_group in (("leaks", ~Q(kind=Kind.NONSENSE)), ("nonsense", Q(kind="nonsense")))
                for name, condition in (("total", Q()), ("judged", Q(is_judged=True)), ("found", Q(is_found=True)))
            }
        )
    )
    counted: dict[UUID, Mapping[str, Any]] = {row["record__review"]: row for row in rows}
    return {review.pk: _both_controls(counted.get(review.pk, {})) for review in reviews}


def planted_kinds(review: Review) -> tuple[str, ...]:
    """The kinds of leaks among the controls of a review, in words and in their order."""
    of_leaks = Control.objects.filter(record__review=review, record__lane=Lane.CONTROL).exclude(kind=Kind.NONSENSE)
    return planted_in(of_leaks.values_list("kind", flat=True).order_by())


def planted_in(kinds: Iterable[str]) -> tuple[str, ...]:
    """Kinds of leaks in words and in their order."""
    planted = set(kinds)
    return tuple(TITLES[kind] for kind in LEAKS if kind in planted)


def _both_controls(counted: Mapping[str, Any]) -> tuple[Controls, Controls]:
    leaks, nonsense = (
        Controls(*(counted.get(f"{group}_{name}", 0) for name in ("total", "judged", "found")))
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
    """The leaks that a second person confirmed and nobody has taken back since; a fabricated one leaked nothing."""
    # From the few of them to their records: joined, SQLite would begin with every record of a long queue.
    standing_here = _standing_in(review).filter(pk=OuterRef("verdict")).exclude(record__lane=Lane.CONTROL)
    return Adjudication.objects.filter(Exists(standing_here), is_leak=True)


def set_aside_in(review: Review) -> int:
    """How many verdicts were taken back by a pause or a steward."""
    verdicts = Verdict.objects.filter(pk=OuterRef("verdict"), record__review=review)
    return Requeue.objects.filter(Exists(verdicts)).count()
