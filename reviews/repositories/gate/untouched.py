"""Untouched: what stands in the rows is what the trail recorded when each of them was made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from reviews.engine.acceptance.progress import Progress
from reviews.models import Review
from reviews.repositories.gate.parts import Evidence, Part
from synthportal.models import AuditEvent
from synthportal.trail.audit import digest_of, is_sealed

SET_ASIDE = ("paused", "re-queued")


@dataclass(frozen=True, slots=True)
class Touched:
    """`faults`: what does not agree, as sentences; `before`: parts written before the trail kept contents."""

    faults: tuple[str, ...]
    before: int


def touched_in(evidence: Evidence, review: Review, progress: Progress, since: int) -> Touched:
    """Compare every part with the newest event that keeps its content. Events up to `since` need no seal: they are
    from before seals, or were accepted as they stood.
    """
    events = _events_of(evidence.parts, str(review.run.dataset_id))
    found, before = [*_own_faults(evidence, progress)], 0
    for part in evidence.parts:
        fault, is_older = _fault(part, events[part.kind, part.id] or _told_elsewhere(part, evidence, events), since)
        found += [fault] if fault else []
        before += is_older
    return Touched((*found, *_sample_faults(evidence, events, review), *_undone_faults(evidence, events)), before)


def _events_of(parts: Sequence[Part], dataset: str) -> Mapping[tuple[str, str], list[AuditEvent]]:
    """Every event about any of the parts, the oldest first, in one question."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    if any(part.kind == "writtenexception" for part in parts):
        by_kind["dataset"].append(dataset)
    for part in parts:
        by_kind[part.kind].append(part.id)
    wanted = reduce(or_, (Q(subject_kind=kind, subject_id__in=ids) for kind, ids in by_kind.items()))
    events: dict[tuple[str, str], list[AuditEvent]] = defaultdict(list)
    for event in AuditEvent.objects.filter(wanted).order_by("seq"):
        events[event.subject_kind, event.subject_id].append(event)
    return events


def _fault(part: Part, events: Sequence[AuditEvent], since: int) -> tuple[str, bool]:
    """What is wrong with a part, and whether it is from before contents were kept."""
    if any(not _is_the_portals(event, since) for event in events):
        return f"An event about a {part.title} was not written by the portal.", False
    kept = [event.content for event in events if event.content and event.subject_kind == part.kind]
    if kept:
        return ("" if kept[-1] == part.content else f"A {part.title} is not what it was when it was recorded."), False
    if events and events[-1].seq <= since:
        return "", True
    return f"A {part.title} was never recorded.", False


def _told_elsewhere(
    part: Part, evidence: Evidence, events: Mapping[tuple[str, str], list[AuditEvent]]
) -> list[AuditEvent]:
    """Events that named a row before it had events of its own: an evaluation's run, an exception's dataset."""
    about = [event for (kind, _), told in events.items() if kind in {"generationrun", "dataset"} for event in told]
    if part.kind == "evaluation":
        return [event for event in about if event.facts.get("evaluation") == evidence.own[0]]
    if part.kind == "writtenexception":
        return [event for event in about if str(event.facts.get("exception")) == part.id]
    return []


def _is_the_portals(event: AuditEvent, since: int) -> bool:
    return (event.seq <= since and not event.seal) or (is_sealed(event) and digest_of(event) == event.digest)


def _own_faults(evidence: Evidence, progress: Progress) -> Iterator[str]:
    """What the rows say of each other."""
    if len(set(evidence.own)) > 1:
        yield "The metrics are not those that were measured: their digest is another one."
    lanes = {"random": progress.judged, "hunt": progress.hunt_judged}
    if any(evidence.counted.get(lane, 0) != number for lane, number in lanes.items()):
        yield "The verdicts do not add up to what the counters of the review say."


def _sample_faults(
    evidence: Evidence, events: Mapping[tuple[str, str], list[AuditEvent]], review: Review
) -> Iterator[str]:
    kept = [event.facts.get("sample") for event in events["review", str(review.pk)] if "sample" in event.facts]
    if kept and kept[-1] != evidence.sample:
        yield "The sample is not the one that was drawn."


def _undone_faults(evidence: Evidence, events: Mapping[tuple[str, str], list[AuditEvent]]) -> Iterator[str]:
    """A verdict is taken back by an event about it, or named by one that set it aside; no other is, and it stays so."""
    aside = {pk for told in events.values() for event in told if event.action in SET_ASIDE for pk in _named(event)}
    new = {str(one.pk) for one in evidence.verdicts if any(e.content for e in events["verdict", str(one.pk)])}
    back = {pk for pk in new if any(event.action == "undone" for event in events["verdict", pk])}
    if (evidence.undone & new) != (back | aside) & new:
        yield "A verdict was taken back, or stands again, without an event that says so."


def _named(event: AuditEvent) -> list[str]:
    return [str(pk) for pk in event.facts.get("verdicts_of", ())]
