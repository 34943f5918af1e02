"""Untouched: what stands in the rows is what the trail recorded when each of them was made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import TypeVar

from django.apps import apps
from django.db.models import Q
from django.db.models.lookups import Exact

from generation.models import Dataset, GenerationRun
from reviews.models import Review
from reviews.repositories.gate.parts import Evidence, Part, requeues_digest
from reviews.repositories.tally import counters_of
from synthportal.models import REVIEW_TOLD, AuditEvent
from synthportal.trail.content import made_of, may_follow
from synthportal.trail.verification import Standing

SET_ASIDE = ("paused", "re-queued")
# What people said in a review, by kind: their events name it, and none of it is ever deleted.
SAID = ("verdict", "skip", "secondlook", "adjudication", "pause")
EXCEPTED, TAKEN_BACK = "exception written", "exception taken back"
MADE_FROM = "made from a release"
TOLD_OF_A_SOURCE = ("uploaded", "owner added", "made of edits", EXCEPTED, TAKEN_BACK, MADE_FROM)
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Touched:
    """`faults`: what does not agree, as sentences; `before`: parts written before the trail kept contents."""

    faults: tuple[str, ...]
    before: int


@dataclass(frozen=True, slots=True)
class Source:
    """What stands of the dataset now: the keys of those who ever owned it with others (`shared`), and the numbers of
    the releases that it was made from."""

    dataset: Dataset
    shared: Collection[int]
    made_from: Collection[int]


def touched_in(evidence: Evidence, review: Review, source: Source, trail: Standing) -> Touched:
    """Compare every part with the newest event that keeps its content. Every event that is read carries a seal, but for
    those from before seals and those that were accepted without one.
    """
    events = _events_of(evidence.parts, review)
    found, before = [*_own_faults(evidence, review), *_foreign_faults(evidence, events, trail)], 0
    found += _source_faults(evidence, source, events)
    for part in evidence.parts:
        told = events[part.kind, part.id] or _told_elsewhere(part, evidence, events)
        fault, is_older = _fault(part, told, trail.since)
        found += [fault] if fault else []
        before += is_older
    return Touched((*found, *_history_faults(evidence, events, review)), before)


def _events_of(parts: Sequence[Part], review: Review) -> Mapping[tuple[str, str], list[AuditEvent]]:
    """Every event about any of the parts, what its dataset tells of them, and what was said in the review, the oldest
    first, in one question.
    """
    by_kind: dict[str, list[str]] = defaultdict(list)
    for part in parts:
        by_kind[part.kind].append(part.id)
    of_dataset = Q(subject_kind="dataset", subject_id=str(review.run.dataset_id), action__in=TOLD_OF_A_SOURCE)
    said = Q(Exact(REVIEW_TOLD, str(review.pk)))
    about = (Q(subject_kind=kind, subject_id__in=ids) for kind, ids in by_kind.items())
    wanted = reduce(or_, about, of_dataset | said)
    events: dict[tuple[str, str], list[AuditEvent]] = defaultdict(list)
    for event in AuditEvent.objects.filter(wanted).order_by("seq"):
        events[event.subject_kind, event.subject_id].append(event)
    return events


def _fault(part: Part, events: Sequence[AuditEvent], since: int) -> tuple[str, bool]:
    """What is wrong with a part, and whether it is from before contents were kept."""
    own = [event for event in events if event.content and event.subject_kind == part.kind]
    if own:
        is_same = own[-1].content == part.content and not _was_touched(own, since)
        return ("" if is_same else f"A {part.title} is not what it was when it was recorded."), False
    if events and events[-1].seq <= since:
        return "", True
    return f"A {part.title} was never recorded.", False


def _was_touched(events: Sequence[AuditEvent], since: int) -> bool:
    """Whether an event that changes nothing found another content than the one before it, which it then kept. What was
    accepted as it stood counts as it stood.
    """
    return any(
        event.seq > since and not may_follow(before.content or "", event.action, event.content or "")
        for before, event in pairwise(events)
    )


def _told_elsewhere(
    part: Part, evidence: Evidence, events: Mapping[tuple[str, str], list[AuditEvent]]
) -> list[AuditEvent]:
    """Events that named a row before it had events of its own: an evaluation's run, an exception's dataset, the version
    that held before decisions were made."""
    if part.version:
        return [event for (_, pk), told in events.items() if pk == part.version for event in told[:1]]
    about = [event for (kind, _), told in events.items() if kind in {"generationrun", "dataset"} for event in told]
    if part.kind == "evaluation":
        return [event for event in about if event.facts.get("evaluation") == evidence.own[0]]
    if part.kind == "writtenexception":
        return [event for event in about if str(event.facts.get("exception")) == part.id]
    return []


def _foreign_faults(
    evidence: Evidence, events: Mapping[tuple[str, str], list[AuditEvent]], trail: Standing
) -> Iterator[str]:
    """Events that somebody else wrote or changed, whatever they are about."""
    titles = {part.kind: part.title for part in evidence.parts}
    foreign = {kind for (kind, _), told in events.items() if not all(map(trail.is_written_by_portal, told))}
    for kind in sorted(foreign):
        yield f"An event about a {titles.get(kind, kind)} was not written by the portal."


def _own_faults(evidence: Evidence, review: Review) -> Iterator[str]:
    """What the rows say of each other."""
    if len(set(evidence.own)) > 1:
        yield "The metrics are not those that were measured: their digest is another one."
    counters = counters_of(review)
    adds_up = _some(counters.judged) == evidence.counted and _some(counters.given) == evidence.given
    if not adds_up or evidence.unfounded:
        yield "The verdicts do not add up to what the counters of the review say."


def _some(counts: Mapping[K, int]) -> dict[K, int]:
    return {key: n for key, n in counts.items() if n}


def _history_faults(
    evidence: Evidence, events: Mapping[tuple[str, str], list[AuditEvent]], review: Review
) -> Iterator[str]:
    """What the events say of the whole review."""
    yield from _run_faults(evidence, events["generationrun", str(review.run_id)], review.run)
    yield from _sample_faults(evidence, events, review)
    yield from _undone_faults(evidence, events)
    yield from _requeue_faults(evidence, events)
    yield from _gone_faults(evidence, events)
    yield from _exception_faults(evidence, events["dataset", str(review.run.dataset_id)])
    yield from _edit_faults(evidence, events["dataset", str(review.run.dataset_id)])
    rejected = any(event.action == Review.Status.REJECTED for event in events["review", str(review.pk)])
    if rejected and review.status != Review.Status.REJECTED:
        yield "The review was rejected, and stands open again."


def _run_faults(evidence: Evidence, events: Sequence[AuditEvent], run: GenerationRun) -> Iterator[str]:
    """What was asked for and what was made, as it was when it was generated; and the newest evaluation of it."""
    made = [event.facts["made"] for event in events if "made" in event.facts]
    if made and made[-1] != made_of(run):
        yield "What was asked for, or what was made, is not what was recorded when the run was generated."
    measured = [event.facts["evaluation"] for event in events if event.facts.get("evaluation")]
    if measured and measured[-1] != evidence.own[0]:
        yield "The newest evaluation is gone, or is not the one that was recorded."


def _sample_faults(
    evidence: Evidence, events: Mapping[tuple[str, str], list[AuditEvent]], review: Review
) -> Iterator[str]:
    kept = [event.facts.get("sample") for event in events["review", str(review.pk)] if "sample" in event.facts]
    if kept and kept[-1] != evidence.sample:
        yield "The sample is not the one that was drawn."


def _undone_faults(evidence: Evidence, events: Mapping[tuple[str, str], list[AuditEvent]]) -> Iterator[str]:
    """A verdict is taken back by an event about it, or named by one that set it aside; no other is, and it stays so."""
    aside = {pk for told in events.values() for event in told if event.action in SET_ASIDE for pk in _named(event)}
    new = _new(evidence, events)
    back = {pk for pk in new if any(event.action == "undone" for event in events["verdict", pk])}
    if (evidence.undone & new) != (back | aside) & new:
        yield "A verdict was taken back, or stands again, without an event that says so."


def _requeue_faults(evidence: Evidence, events: Mapping[tuple[str, str], list[AuditEvent]]) -> Iterator[str]:
    """Who set verdicts aside and why, by the events that did it; older ones kept no digest of it."""
    told = [event for found in events.values() for event in found if event.action in SET_ASIDE]
    rows = {str(one.pk): one.requeue for one in evidence.verdicts if hasattr(one, "requeue")}
    kept = [(event.facts["requeues"], _named(event)) for event in told if "requeues" in event.facts]
    if any(requeues_digest(rows[pk] for pk in named if pk in rows) != digest for digest, named in kept):
        yield "Verdicts that were set aside are not what they were when it was recorded."
    if rows.keys() & _new(evidence, events) - {pk for event in told for pk in _named(event)}:
        yield "A verdict was set aside that no event names."


def _source_faults(
    evidence: Evidence, source: Source, events: Mapping[tuple[str, str], list[AuditEvent]]
) -> Iterator[str]:
    """Whose the dataset is, what it is for, of which file and releases it was made, as it was uploaded and shared."""
    dataset, shared = source.dataset, source.shared
    now = (dataset.owner.audit_name, dataset.purpose, dataset.sha256)
    told = events["dataset", str(dataset.pk)]
    uploaded = [event for event in told if event.action == "uploaded"]
    if {event.facts["person"] for event in told if event.action == "owner added"} != set(shared):
        yield "Who owned the dataset is not what was recorded."
    # A verdict and a share at the same moment do not see each other.
    if {one.by_id for one in evidence.verdicts if not one.undone_at} & {dataset.owner_id, *shared}:
        yield "Somebody who owns or owned the dataset judged records of it: set their verdicts aside."
    if {event.facts["number"] for event in told if event.action == MADE_FROM} - set(source.made_from):
        yield "That the dataset was made from a release was said, and is gone."
    if any((event.actor, event.facts["purpose"], event.facts["sha256"]) != now for event in uploaded):
        yield "The dataset's owner, purpose or file is not what it was when it was uploaded."


def _edit_faults(evidence: Evidence, of_dataset: Sequence[AuditEvent]) -> Iterator[str]:
    """Preference pairs rest on edits, whose authors sign nothing here: none of them may vanish."""
    there = {part.id for part in evidence.parts if part.kind == "edit"}
    if any(not there.issuperset(event.facts["edits"]) for event in of_dataset if event.action == "made of edits"):
        yield "An edit that these pairs were made of is gone."


def _gone_faults(evidence: Evidence, events: Mapping[tuple[str, str], list[AuditEvent]]) -> Iterator[str]:
    """What was said in the review is there, whatever its counters say."""
    there = {(part.kind, part.id) for part in evidence.parts}
    gone = {kind for kind, pk in events if kind in SAID and events[kind, pk] and (kind, pk) not in there}
    if gone:
        titles = sorted(str(apps.get_model("reviews", kind)._meta.verbose_name) for kind in gone)
        yield f"Something that was recorded in the review is gone: {', '.join(titles)}."


def _exception_faults(evidence: Evidence, of_dataset: Sequence[AuditEvent]) -> Iterator[str]:
    """Of each column, the exception that was written last holds, if it was not taken back."""
    last = {event.facts["column"]: event for event in of_dataset if event.action in (EXCEPTED, TAKEN_BACK)}
    hold = {str(event.facts["exception"]) for event in last.values() if event.action == EXCEPTED}
    if {part.id for part in evidence.parts if part.kind == "writtenexception"} - hold:
        yield "An exception that was taken back, or written again, holds as it did before."


def _new(evidence: Evidence, events: Mapping[tuple[str, str], list[AuditEvent]]) -> set[str]:
    """The verdicts since events keep contents: what happens to them is told."""
    return {str(one.pk) for one in evidence.verdicts if any(e.content for e in events["verdict", str(one.pk)])}


def _named(event: AuditEvent) -> list[str]:
    return [str(pk) for pk in event.facts.get("verdicts_of", ())]
