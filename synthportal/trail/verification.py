"""Whether the trail is what the portal wrote: read as a whole, or, for every gate, by its head alone."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Max, Model, Q

from synthportal.models import AuditEvent
from synthportal.roles import Actor
from synthportal.trail.audit import digest_of, is_sealed, record_of_portal
from synthportal.trail.content import content_of, evidence_models, is_evidence, may_follow
from synthportal.trail.heads import (
    GENESIS,
    BadLine,
    Head,
    Ranges,
    begin,
    is_within,
    last_head,
    note_verified,
    raise_alarm,
    ranges,
    read_lines,
)

_Kept = Mapping[str, str]
MISSING = "The file of the trail's heads is missing or empty: nothing says where the trail ended."
CHUNK = 500
CUT_OFF = "the end was cut off."
UNSIGNED = "The newest of the trail's heads was not signed by the audit key."
WHAT_TO_DO = (
    "Nothing is released meanwhile. An operator compares with copies of the heads kept elsewhere "
    "(manage.py verify_audit --heads FILE), finds out who had access to the database, and says what was found "
    "(manage.py verify_audit --accept REASON)."
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How the trail stands by its head: `alarm` is "" while nothing contradicts; the chain was last read up to event
    `verified`, and taken as it stood up to event `since`, those `unsealed` without a seal."""

    alarm: str
    last: int
    verified: int = 0
    since: int = 0
    unsealed: Ranges = ()

    def is_written_by_portal(self, event: AuditEvent) -> bool:
        """Whether the portal wrote an event as it stands, or it has no seal and was taken so."""
        if not event.seal:
            return is_within(self.unsealed, event.seq)
        return is_sealed(event) and digest_of(event) == event.digest


def standing() -> Standing:
    """A look that costs one question however long the trail is: the newest signed head is in the database, and since
    the whole chain was last read no event has gone. What happened before that, `verify()` finds."""
    try:
        head = last_head()
    except BadLine:
        return Standing(UNSIGNED, 0)
    if head is None:
        return Standing(MISSING, 0)
    newer, at_head = Q(seq__gt=head.verified), Q(seq=head.seq)
    told = AuditEvent.objects.filter(newer | at_head).aggregate(
        n=Count("seq", filter=newer), last=Max("seq"), digest=Max("digest", filter=at_head)
    )
    last = max(told["last"] or 0, head.verified)
    gap = "" if told["n"] == last - head.verified else "Events are missing."
    found = head.alarm or _head_fault(head, told["digest"]) or gap
    return Standing(found, last, head.verified, head.since, head.taken)


def _head_fault(head: Head, digest: str | None) -> str:
    if head.seq == 0:
        return ""
    if digest is None:
        return f"Event {head.seq}, which was the trail's head, is missing: the end was cut off."
    return "" if digest == head.digest else f"Event {head.seq} is not the head that was signed."


def verify(outside: Iterable[Head] = ()) -> list[str]:
    """Read the whole trail; what is wrong with it, as sentences. A sound one is noted, a broken one is an alarm."""
    reading = _Reading()
    found = list(reading.faults(outside))
    if found:
        raise_alarm(found[0])
        return found
    note_verified(reading.walk.last, reading.walk.previous)
    alarm = standing().alarm
    return [alarm] if alarm else []


def accept(reason: str, *, by: Actor) -> None:
    """Take the trail as it stands, for a reason that is kept: after a backup was brought back, or after an inquiry."""
    unsealed: list[int] = []

    def passing() -> Iterator[AuditEvent]:
        for event in _events():
            unsealed.extend([] if is_sealed(event) else [event.seq])
            yield event

    state, last, digest = state_of(passing())
    begin(last, digest, state, ranges(unsealed), accepted=reason)
    record_of_portal("trail accepted", by=by, event=last, state=state, reason=reason)


def state_of(events: Iterable[AuditEvent]) -> tuple[str, int, str]:
    """A digest over every event as it stands, well-formed or not; sequence and digest of the last one."""
    walk = _Walk({}, None)
    for event in events:
        walk.step(event)
    return walk.state.hexdigest(), walk.last, walk.previous


def is_merely_behind(found: Iterable[str]) -> bool:
    """Whether all that was found is that the heads saw more than the database has, as after a restored backup."""
    return all(fault == MISSING or fault.endswith(CUT_OFF) for fault in found)


def faults(outside: Iterable[Head] = ()) -> Iterator[str]:
    """What is wrong with the trail, as sentences that name the event; nothing when it is whole.

    `outside` are heads that were kept elsewhere. The events are read once, in their order.
    """
    return _Reading().faults(outside)


def _events(after: int = 0) -> Iterator[AuditEvent]:
    return AuditEvent.objects.filter(seq__gt=after).order_by("seq").iterator(chunk_size=2000)


class _Reading:
    """The whole trail and then the rows that it keeps contents of, while the portal goes on writing both."""

    def __init__(self) -> None:
        heads, since, self.wrong = _own_heads()
        self.walk, self.kept = _Walk(heads, since), _Contents(since.seq if since else 0)

    def faults(self, outside: Iterable[Head]) -> Iterator[str]:
        yield from self.wrong
        for head in outside:
            if self.walk.heads.setdefault(head.seq, head.digest) != head.digest:
                yield f"The head kept elsewhere for event {head.seq} is another one than here."
        yield from self._take(_events())
        yield from self.walk.end()
        yield from self._faults_of_rows()
        yield from self.kept.touched

    def _take(self, events: Iterable[AuditEvent]) -> Iterator[str]:
        for event in events:
            yield from self.walk.take(event)
            self.kept.take(event)

    def _faults_of_rows(self) -> Iterator[str]:
        """A row and its event become visible at once. So a row that was written after the events were read is found in
        the events by now, and is looked at again; where they say nothing of it, it is what it seems.
        """
        found = self.kept.faults()
        while found:
            newer = list(_events(self.walk.last))
            yield from self._take(newer)
            told = {(event.subject_kind, event.subject_id) for event in newer}
            yield from (said for row, said in found.items() if row not in told)
            found = self.kept.faults(found.keys() & told)


def _own_heads() -> tuple[dict[int, str], Head | None, list[str]]:
    """The digests that this machine's heads name by sequence, the line that the trail was last accepted by, faults."""
    heads: dict[int, str] = {}
    wrong: list[str] = []
    since: Head | None = None
    path: Path = settings.AUDIT_HEADS
    if not path.exists() or not path.stat().st_size:
        return heads, None, [MISSING]
    with path.open("rb") as file:
        for line in read_lines(file):
            if isinstance(line, str):
                wrong.append(line)
            elif line.state:
                heads, since, wrong = {line.seq: line.digest} if line.seq else {}, line, []
            else:
                wrong += _twice(heads, line)
    return heads, since, wrong


def _twice(heads: dict[int, str], head: Head) -> list[str]:
    """Keep a head; a sentence where the file has another one for the same event."""
    if not head.seq or heads.setdefault(head.seq, head.digest) == head.digest:
        return []
    return [f"Event {head.seq} was written twice, with different words: the end of the trail was cut off before."]


class _Contents:
    """What the trail keeps of rows that releases rest on, by model and key: the newest counts."""

    def __init__(self, since: int) -> None:
        self.models = {str(one._meta.model_name): one for one in evidence_models() if is_evidence(one)}
        self.kept: dict[str, dict[str, str]] = {name: {} for name in self.models}
        self.since, self.touched = since, list[str]()  # `touched` are sentences
        self.older: set[str] = set()  # what events from before contents were kept, or accepted as they stood, name

    def take(self, event: AuditEvent) -> None:
        if event.seq <= self.since:
            self.older |= {event.subject_id, *map(str, event.facts.values())}
        if not event.content or event.subject_kind not in self.kept or not is_sealed(event):
            return
        contents, key = self.kept[event.subject_kind], event.subject_id
        before = contents.setdefault(key, event.content)
        if event.seq > self.since and not may_follow(before, event.action, event.content):
            title = self.models[event.subject_kind]._meta.verbose_name
            self.touched.append(f"The {title} {key} was changed before event {event.seq}, which found it so.")
        contents[key] = event.content

    def faults(self, among: Collection[tuple[str, str]] | None = None) -> dict[tuple[str, str], str]:
        """By model and key of a row, what is wrong with it now; `among` those alone, if they are named."""
        found: dict[tuple[str, str], str] = {}
        for name, model in self.models.items():
            only = None if among is None else [key for one, key in among if one == name]
            told = [*self._changed(model, self.kept[name], only), *self._unrecorded(model, self.kept[name], only)]
            found |= {(name, key): f"The {model._meta.verbose_name} {key} {wrong}" for key, wrong in told}
        return found

    def _changed(self, model: type[Model], contents: _Kept, only: Collection[str] | None) -> Iterator[tuple[str, str]]:
        keys = list(contents) if only is None else [key for key in only if key in contents]
        for start in range(0, len(keys), CHUNK):
            rows = {str(row.pk): row for row in model._default_manager.filter(pk__in=keys[start : start + CHUNK])}
            for key in keys[start : start + CHUNK]:
                if key not in rows:
                    yield key, "is gone, which the trail recorded."
                elif content_of(rows[key]) != contents[key]:
                    yield key, "is not what it was when it was recorded."

    def _unrecorded(
        self, model: type[Model], contents: _Kept, only: Collection[str] | None
    ) -> Iterator[tuple[str, str]]:
        """Rows that no event knows, though they are evidence already: the portal made none of them."""
        decided = model._default_manager.filter(**getattr(model, "EVIDENCE_ONCE", {}))
        decided = decided if only is None else decided.filter(pk__in=only)
        keys = decided.order_by().values_list("pk", flat=True).iterator(chunk_size=2000)
        for key in [key for key in keys if str(key) not in contents and str(key) not in self.older]:
            row = model._default_manager.get(pk=key)
            # An older evaluation was named by its digest, a decision by the version that held before there was one.
            if not {str(getattr(row, "digest", key)), str(getattr(row, "version_id", key))} & self.older:
                yield str(key), "was never recorded."


class _Walk:
    """Along the chain, event by event: what does not follow, what was changed, what no head has seen."""

    def __init__(self, heads: Mapping[int, str], since: Head | None) -> None:
        self.heads, self.since, self.previous, self.last = dict(heads), since, GENESIS, 0
        self.state = hashlib.sha256()
        self.held: list[str] = []  # found before the event up to which the trail was accepted as it stood

    def step(self, event: AuditEvent) -> None:
        """Go on past an event, whatever it says."""
        self.state.update(f"{event.seq} {digest_of(event)} {event.digest} {event.previous}\n".encode())
        self.previous, self.last = event.digest, event.seq

    def take(self, event: AuditEvent) -> list[str]:
        """Go on past an event; what is wrong with it."""
        found = list(self._faults(event))
        self.step(event)
        if self.since is None or event.seq > self.since.seq:
            return found
        if not is_sealed(event) and not is_within(self.since.taken, event.seq):
            return found  # its seal fitted when it was accepted
        self.held += found
        return self._settle() if event.seq == self.since.seq else []

    def _faults(self, event: AuditEvent) -> Iterator[str]:
        if event.seq != self.last + 1:
            yield f"Events {self.last + 1} to {event.seq - 1} are missing."
        if event.previous != self.previous:
            yield f"Event {event.seq} does not follow from the event before it."
        if digest_of(event) != event.digest:
            yield f"Event {event.seq} was changed after it was written."
        elif not is_sealed(event):
            yield f"Event {event.seq} was not written by the portal: its seal does not fit."
        if (seen := self.heads.pop(event.seq, None)) and seen != event.digest:
            yield f"Event {event.seq} is not the one that was the trail's head: the trail was rewritten."

    def _settle(self) -> list[str]:
        """What was accepted as it stood is no fault, while it still stands so."""
        kept, self.held = self.held, []
        if self.since and self.state.hexdigest() != self.since.state:
            return [*kept, f"What was accepted up to event {self.since.seq} was changed since."]
        return []

    def end(self) -> list[str]:
        """What the heads saw and the trail has not."""
        found = self.held
        if self.since and self.last < self.since.seq:
            found = [
                *found,
                f"The trail ends at event {self.last}, before event {self.since.seq}, where it was accepted.",
            ]
        if gone := [seq for seq in self.heads if seq > self.last]:
            found = [
                *found,
                f"The trail ends at event {self.last}, but event {max(gone)} was its head: the end was cut off.",
            ]
        return found
