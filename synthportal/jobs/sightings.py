"""Who works here, and how what is done again and again ended last: written once a minute, read by the system page."""

from __future__ import annotations

import time
from collections.abc import Sequence

from django.utils import timezone

from synthportal.models import Sighting

EVERY_SECONDS = 60.0
# When this process last wrote of a name, and whether all was well then.
_written: dict[str, tuple[float, bool]] = {}


def saw_worker(name: str, queues: Sequence[str]) -> None:
    """A worker is there, and takes what is in these queues."""
    _saw(name, Sighting.Kind.WORKER, ", ".join(queues), is_well=True)


def saw_chore(name: str, found: str, *, is_well: bool = True) -> None:
    """A piece of work ended: what it found, in counts."""
    _saw(name, Sighting.Kind.CHORE, found, is_well=is_well)


def _saw(name: str, kind: Sighting.Kind, found: str, *, is_well: bool) -> None:
    now = time.monotonic()
    at, was_well = _written.get(name, (-EVERY_SECONDS, True))
    if now - at < EVERY_SECONDS and was_well == is_well:
        return
    _written[name] = now, is_well
    said = {"kind": kind, "seen_at": timezone.now(), "found": found[:200], "is_well": is_well}
    Sighting.objects.update_or_create(name=name[:200], defaults=said)
