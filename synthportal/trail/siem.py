"""The trail in the forms that other systems read: JSON lines, and CEF (ArcSight's Common Event Format, version 0)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from synthportal.models import AuditEvent
from synthportal.version import VERSION

CHUNK = 2000
# CEF's severity, 0 to 10, of what an operator wants to see first; everything else is 3.
SEVERITY = {"refused": 5, "sign-in failed": 5, "signed out by force": 5, "trail accepted": 9, "released": 6}


def as_json_line(event: AuditEvent) -> str:
    """Everything the event says, on one line."""
    said = {
        "seq": event.seq,
        "at": event.at.isoformat(),
        "actor": event.actor,
        "action": event.action,
        "subject_kind": event.subject_kind,
        "subject_id": event.subject_id,
        "facts": event.facts,
        "content": event.content,
        "previous": event.previous,
        "digest": event.digest,
        "seal": event.seal,
    }
    return json.dumps(said, ensure_ascii=False) + "\n"


def as_cef(event: AuditEvent) -> str:
    """One CEF line. What would end a field is escaped, so that no fact can forge another field."""
    head = ["CEF:0", "Synthportal", "Synthportal", VERSION, event.action, event.action, SEVERITY.get(event.action, 3)]
    fields = {
        "externalId": event.seq,
        "rt": int(event.at.timestamp() * 1000),
        "suser": event.actor,
        "cs1Label": "subject",
        "cs1": f"{event.subject_kind} {event.subject_id}",
        "cs2Label": "digest",
        "cs2": event.digest,
        "msg": json.dumps(event.facts, ensure_ascii=False, sort_keys=True),
    }
    said = " ".join(f"{name}={_value(value)}" for name, value in fields.items())
    return "|".join(_header(part) for part in head) + f"|{said}\n"


def _header(part: object) -> str:
    return _one_line(str(part)).replace("|", "\\|")


def _value(value: object) -> str:
    return _one_line(str(value)).replace("=", "\\=")


def _one_line(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\r", "\\r").replace("\n", "\\n")


FORMATS: dict[str, Callable[[AuditEvent], str]] = {"jsonl": as_json_line, "cef": as_cef}


def lines(form: str, *, after: int = 0, most: int | None = None) -> Iterator[str]:
    """The events after a sequence number, the oldest first, at most so many."""
    events = AuditEvent.objects.filter(seq__gt=after).order_by("seq")
    for event in (events[:most] if most else events).iterator(chunk_size=CHUNK):
        yield FORMATS[form](event)
