"""The content of a row that releases rest on, as one digest: the trail keeps it, and the gate computes it again."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps

if TYPE_CHECKING:
    from django.db.models import Model

# What a row holds is another after an event of these; any other event finds it as the one before did.
CHANGING = frozenset({"applied", "pause lifted"})


def evidence_models() -> list[type[Model]]:
    """Every table that a release rests on, by its name. The trail keeps the content of the rows of some (EVIDENCE); of
    the others the model says what holds them (HELD_BY). Whoever adds a table says one of the two, or it is none. Rows
    that become evidence only later are told apart by EVIDENCE_ONCE, as a filter.
    """
    found = (one for one in apps.get_models() if hasattr(one, "EVIDENCE") or hasattr(one, "HELD_BY"))
    return sorted(found, key=lambda model: model._meta.db_table)


def is_evidence(subject: object) -> bool:
    """Whether a model names, in EVIDENCE, the columns that a release rests on."""
    return bool(getattr(subject, "EVIDENCE", ()))


def content_of(subject: Any, **changes: object) -> str:
    """SHA-256 over what stands in the columns that the model names in EVIDENCE, with `changes` to them."""
    values = {name: changes.get(name, getattr(subject, name)) for name in subject.EVIDENCE}
    return content_digest(values)


def made_of(subject: Any, **changes: object) -> str:
    """SHA-256 over the columns that the model names in MADE, with `changes` to them: for an event's facts."""
    return content_digest({name: changes.get(name, getattr(subject, name)) for name in subject.MADE})


def may_follow(kept: str, action: str, content: str) -> bool:
    """Whether an event of this action may find this content, where the event before it kept `kept`. Where it may not,
    somebody touched the row between the two.
    """
    return content == kept or action in CHANGING


def content_digest(values: object) -> str:
    """SHA-256 over the canonical JSON of values of columns."""
    plain = json.dumps(_same(values), sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(plain.encode()).hexdigest()


def _same(value: Any) -> Any:
    """A number as either database gives it back: whole ones without a fraction, zero without a sign."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, dict):
        return {name: _same(one) for name, one in value.items()}
    return [_same(one) for one in value] if isinstance(value, list | tuple) else value


def _plain(value: object) -> str:
    """Times to the microsecond in UTC, as both databases keep them; bytes by their digest."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(bytes(value)).hexdigest()
    return str(value)
