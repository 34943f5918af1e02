"""The trail: append-only events in a hash chain, each written in the transaction that makes it true."""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from synthportal.models import AuditEvent

if TYPE_CHECKING:
    from django.db.models import Model

    from synthportal.roles import Actor

GENESIS = "0" * 64
CHAIN_LOCK = 0x53594E5448  # advisory lock on PostgreSQL; SQLite's write lock does the same there


def record(action: str, subject: Model, *, by: Actor, **facts: object) -> AuditEvent:
    """Append one event. Must run inside the transaction of what it records.

    Facts hold ids, counts and digests, never a cell value. Raises RuntimeError outside a transaction.
    """
    return _append(action, subject._meta.model_name or "", str(subject.pk), by, facts)


def record_of_portal(action: str, *, by: Actor, **facts: object) -> AuditEvent:
    """Append what was done to the portal as a whole, in a transaction of its own."""
    with transaction.atomic():
        return _append(action, "portal", "", by, facts)


def record_refusal(path: str, *, by: Actor, status: int) -> AuditEvent:
    """Append a refusal (the path holds ids only), in a transaction of its own."""
    with transaction.atomic():
        return _append("refused", "path", path[:200], by, {"status": status})


def _append(action: str, kind: str, subject_id: str, by: Actor, facts: dict[str, object]) -> AuditEvent:
    if not connection.in_atomic_block:
        raise RuntimeError("An audit event belongs into the transaction of what it records.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    head = AuditEvent.objects.order_by("-seq").values_list("seq", "digest").first() or (0, GENESIS)
    event = AuditEvent(
        seq=head[0] + 1,
        at=timezone.now(),
        actor=by.audit_name,
        action=action,
        subject_kind=kind,
        subject_id=subject_id,
        facts=json.loads(json.dumps(facts, default=str)),
        previous=head[1],
    )
    event.digest = digest_of(event)
    event.save(force_insert=True)
    transaction.on_commit(lambda: _anchor(event.seq, event.digest))
    return event


def digest_of(event: AuditEvent) -> str:
    """SHA-256 over the canonical JSON of everything the event says, the previous digest included."""
    said = {
        "seq": event.seq,
        "at": event.at.isoformat(),
        "actor": event.actor,
        "action": event.action,
        "subject": [event.subject_kind, event.subject_id],
        "facts": event.facts,
        "previous": event.previous,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _anchor(seq: int, digest: str) -> None:
    """Keep the newest head outside the database, so that a truncated trail is noticed."""
    path: Path = settings.AUDIT_ANCHOR
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        kept = file.read().split()
        if kept and int(kept[0]) >= seq:
            return
        file.truncate(0)
        file.write(f"{seq} {digest}\n")


def faults() -> Iterator[str]:
    """What is wrong with the trail, as sentences that name the event; nothing when it is whole."""
    previous, expected = GENESIS, 1
    for event in AuditEvent.objects.order_by("seq").iterator(chunk_size=2000):
        if event.seq != expected:
            yield f"Events {expected} to {event.seq - 1} are missing."
        if event.previous != previous:
            yield f"Event {event.seq} does not follow from the event before it."
        if digest_of(event) != event.digest:
            yield f"Event {event.seq} was changed after it was written."
        previous, expected = event.digest, event.seq + 1
    yield from _anchor_faults(expected - 1)


def _anchor_faults(last: int) -> Iterator[str]:
    path: Path = settings.AUDIT_ANCHOR
    kept: list[Any] = path.read_text().split() if path.exists() else []
    if not kept:
        return
    event = AuditEvent.objects.filter(seq=int(kept[0])).first()
    if event is None:
        yield f"The trail ends at event {last}, but its anchor saw event {kept[0]}: the end was cut off."
    elif event.digest != kept[1]:
        yield f"Event {kept[0]} is not the one the anchor saw: the trail was rewritten."
