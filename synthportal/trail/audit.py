"""The trail: append-only events in a hash chain, each written in the transaction that makes it true."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from synthportal.models import AuditEvent
from synthportal.trail.content import content_of, is_evidence
from synthportal.trail.heads import GENESIS, add_head, seal

if TYPE_CHECKING:
    from django.db.models import Model

    from synthportal.roles import Actor

CHAIN_LOCK = 0x53594E5448  # advisory lock on PostgreSQL; SQLite's write lock does the same there


def record(action: str, subject: Model, *, by: Actor, **facts: object) -> AuditEvent:
    """Append one event. Must run inside the transaction of what it records.

    Facts hold ids, counts and digests, never a cell value. Of a subject that releases rest on, the event keeps the
    digest of its content too. Raises RuntimeError outside a transaction.
    """
    content = content_of(subject) if is_evidence(subject) else None
    return _append(action, subject._meta.model_name or "", str(subject.pk), by, facts, content)


def record_of_portal(action: str, *, by: Actor, **facts: object) -> AuditEvent:
    """Append what was done to the portal as a whole, in a transaction of its own."""
    with transaction.atomic():
        return _append(action, "portal", "", by, facts)


def record_refusal(path: str, *, by: Actor, status: int) -> AuditEvent:
    """Append a refusal (the path holds ids only), in a transaction of its own."""
    with transaction.atomic():
        return _append("refused", "path", path[:200], by, {"status": status})


def _append(
    action: str, kind: str, subject_id: str, by: Actor, facts: dict[str, object], content: str | None = None
) -> AuditEvent:
    if not connection.in_atomic_block:
        raise RuntimeError("An audit event belongs into the transaction of what it records.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    head = AuditEvent.objects.order_by("-seq").only("seq", "digest", "seal").first()
    event = AuditEvent(
        seq=head.seq + 1 if head else 1,
        at=timezone.now(),
        actor=by.audit_name,
        action=action,
        subject_kind=kind,
        subject_id=subject_id,
        facts=json.loads(json.dumps(facts, default=str)),
        previous=head.digest if head else GENESIS,
        content=content,
    )
    event.digest = digest_of(event)
    event.seal = seal(event.digest)
    event.save(force_insert=True)
    foreign = head is not None and head.seal is not None and not is_sealed(head)
    alarm = f"Event {head.seq} was not written by the portal." if head and foreign else ""
    transaction.on_commit(lambda: add_head(event.seq, event.digest, alarm=alarm))
    return event


def is_sealed(event: AuditEvent) -> bool:
    """Whether the portal wrote the digest of this event: nobody who has only the database can."""
    return bool(event.seal) and hmac.compare_digest(event.seal or "", seal(event.digest))


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
        **({"content": event.content} if event.content else {}),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
