"""The content of a row that releases rest on, as one digest: the trail keeps it, and the gate computes it again."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any


def is_evidence(subject: object) -> bool:
    """Whether a model names, in EVIDENCE, the columns that a release rests on."""
    return bool(getattr(subject, "EVIDENCE", ()))


def content_of(subject: Any, **changes: object) -> str:
    """SHA-256 over what stands in the columns that the model names in EVIDENCE, with `changes` to them."""
    values = {name: changes.get(name, getattr(subject, name)) for name in subject.EVIDENCE}
    return content_digest(values)


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
