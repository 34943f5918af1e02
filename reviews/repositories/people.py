"""How well the people of a review see, and how far they agree: for stewards, never for those who judge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import median

from django.db.models import Count

from reviews.engine.acceptance.agreement import (
    HitRate,
    PairTable,
    control_hit_rate,
    krippendorff_alpha_nominal,
    pair_table,
)
from reviews.engine.policy.policy import ENOUGH_CONTROLS
from reviews.models import Pause, Review, ReviewRecord, Skip, Verdict
from reviews.repositories.progress import hits_in
from reviews.repositories.samples import policy_of
from synthportal.models import AuditEvent, Person

ENOUGH_VERDICTS, FAR_BELOW = 20, 3  # fewer say little of a person; the share of the median that is odd
Decision, Lane = Verdict.Decision, ReviewRecord.Lane


@dataclass(frozen=True, slots=True)
class Reviewer:
    """One person in one review. `warning` says in words when they miss more controls than the policy allows, or judge
    at a pace that nobody reads at. `taken_back` are leak flags they undid, `too_quick` verdicts that were not taken.
    """

    person: Person
    verdicts: int
    flags: int
    taken_back: int
    confirmed: int
    unrealistic: int
    skips: int
    seconds: float
    too_quick: int
    hits: HitRate
    pause: Pause | None
    warning: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """Records judged by several people: the table of the first two, and alpha over all."""

    pairs: PairTable
    realism: float | None


def reviewers_of(review: Review) -> list[Reviewer]:
    """Everybody with a standing verdict or a pause, those who need a word first."""
    hits, floor = hits_in(review), policy_of(review).control_floor
    pauses = {pause.person_id: pause for pause in review.pauses.filter(lifted_at__isnull=True).select_related("person")}
    verdicts: dict[int, list[Verdict]] = {}
    rows = Verdict.objects.filter(record__review=review, undone_at__isnull=True)
    for verdict in rows.select_related("by", "adjudication", "record").defer("record__sealed").order_by("by"):
        verdicts.setdefault(verdict.by_id, []).append(verdict)
    undone, quick = _taken_back(review), _too_quick(review)
    plain = median([one.seconds for said in verdicts.values() for one in said]) if verdicts else 0.0
    people = {found[0].by for found in verdicts.values()} | {pause.person for pause in pauses.values()}
    lines = [
        replace(
            _reviewer(
                review, person, verdicts.get(person.pk, []), hits.get(person.pk, (0, 0)), floor, pauses.get(person.pk)
            ),
            taken_back=undone.get(person.pk, 0),
            too_quick=quick.get(person.audit_name, 0),
        )
        for person in people
    ]
    lines = [replace(line, warning=" ".join(filter(None, (line.warning, _of_pace(line, plain))))) for line in lines]
    return sorted(lines, key=lambda line: (not line.warning, line.person.display_name))


def _reviewer(
    review: Review, person: Person, said: list[Verdict], hits: tuple[int, int], floor: float, pause: Pause | None
) -> Reviewer:
    return Reviewer(
        person=person,
        verdicts=len(said),
        flags=sum(verdict.decision == Decision.LEAKAGE for verdict in said),
        confirmed=sum(hasattr(verdict, "adjudication") and verdict.adjudication.is_leak for verdict in said),
        unrealistic=sum(verdict.decision == Decision.UNREALISTIC for verdict in said),
        skips=Skip.objects.filter(record__review=review, by=person, undone_at__isnull=True).count(),
        taken_back=0,
        too_quick=0,
        seconds=median([verdict.seconds for verdict in said]) if said else 0.0,
        hits=control_hit_rate(*hits),
        pause=pause,
        warning=_warning(hits, floor, pause),
    )


def _taken_back(review: Review) -> dict[int, int]:
    """By person: leak flags that they took back themselves, in one query."""
    undone = Verdict.objects.filter(record__review=review, decision=Decision.LEAKAGE, undone_at__isnull=False)
    own = undone.filter(requeue__isnull=True).order_by().values("by").annotate(n=Count("pk"))
    return dict(own.values_list("by", "n"))


def _too_quick(review: Review) -> dict[str, int]:
    """By name in the trail: verdicts that were not taken because they came too soon."""
    events = AuditEvent.objects.filter(subject_kind="review", subject_id=str(review.pk), action="too quick").order_by()
    return dict(events.values("actor").annotate(n=Count("pk")).values_list("actor", "n"))


def _of_pace(line: Reviewer, plain: float) -> str:
    """What is odd about a person's pace: verdicts not taken, or a median far below that of the whole review."""
    found = f"{line.too_quick} verdicts came too soon and were not taken." if line.too_quick else ""
    if line.verdicts >= ENOUGH_VERDICTS and line.seconds < plain / FAR_BELOW:
        found += " Their median time is less than a third of the review's: speak to them."
    return found.strip()


def _warning(hits: tuple[int, int], floor: float, pause: Pause | None) -> str:
    found, judged = hits
    if pause:
        return (
            f"Paused: {pause.found} of {pause.judged} controls found. What they found clean is judged anew by others. "
            "Speak to them before you let them go on."
        )
    if judged and found / judged < floor:
        left = ENOUGH_CONTROLS - judged
        return f"Below the floor of {floor:.0%}: {left} more {'control' if left == 1 else 'controls'} decide."
    return ""


def agreement_in(review: Review) -> Agreement:
    """What several people said of the same records; controls are not among them."""
    units = list(_units(review))
    flags = [(unit[0] == Decision.LEAKAGE, unit[1] == Decision.LEAKAGE) for unit in units]
    realism = [[decision == Decision.UNREALISTIC for decision in unit] for unit in units]
    return Agreement(pair_table(flags), krippendorff_alpha_nominal(realism))


def _units(review: Review) -> Iterable[list[str]]:
    """The decisions on each record with two or more standing verdicts, in the order they were made."""
    rows = Verdict.objects.filter(record__review=review, record__needed__gte=2, undone_at__isnull=True)
    said = (
        rows.exclude(record__lane=Lane.CONTROL).order_by("record", "created_at", "pk").values_list("record", "decision")
    )
    for _, group in groupby(said, key=lambda row: row[0]):
        decisions = [decision for _, decision in group]
        if len(decisions) > 1:
            yield decisions
