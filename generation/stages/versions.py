"""Versions of what stewards decide: limits and tiers never change, one is added; who saw an older one is told so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import IntegrityError, transaction

from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.roles import Role, require

T = TypeVar("T")
UNCHANGED = "Nothing was changed, so there is no new version."


@dataclass(frozen=True, slots=True)
class Current:
    """The version that counts now: its number, and the reason it was made with ("" for the shipped one)."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Kind:
    """What has versions: `noun` as in "changed these limits", and the sentence for a change without a reason."""

    noun: str
    needs_reason: str


def add_version(
    kind: Kind, current: Callable[[], Current], add: Callable[[], T], *, reason: str, by: Person, seen: int | None
) -> T:
    """What `add` makes, in one transaction, as the version after the current one.

    `seen` is the version that the person had before them: Conflict when another one counts by now, also when somebody
    else was faster by a moment. Conflict too without a reason. `add` raises what is wrong with the change itself.
    """
    require(by, Role.STEWARD)
    try:
        with transaction.atomic():
            now = current()
            if seen is not None and seen != now.number:
                raise Conflict(_moved(kind, now))
            if not reason.strip():
                raise Conflict(kind.needs_reason)
            return add()
    except IntegrityError as lost_race:
        raise Conflict(_moved(kind, current())) from lost_race


def _moved(kind: Kind, now: Current) -> str:
    why = f", because: {now.reason}" if now.reason else "."
    return (
        f"Somebody else changed {kind.noun} meanwhile: version {now.number} counts now{why} "
        "Nothing of yours was saved. Look at the new version, then save again."
    )
