"""Versions of what stewards decide: limits and tiers never change, one is added, and a second steward confirms it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import IntegrityError, transaction

from synthportal.errors import Conflict, NotPermitted
from synthportal.models import Person
from synthportal.roles import Role, has_role, require

T = TypeVar("T")
NEEDS_NOTE = "Say in a note why you confirm or refuse this: it is kept with the version and shown to everybody."
OWN = "You wrote this version: another steward confirms it. You may take it back by refusing it."
NOT_WAITING = "This version does not wait any more: look at what holds now."
UNCHANGED = "Nothing was changed, so there is no new version."


@dataclass(frozen=True, slots=True)
class Current:
    """The version that counts now: its number, and the reason it was made with ("" for the shipped one). `waiting` is
    the number of the version that waits for a second steward, if one does.
    """

    number: int
    reason: str
    waiting: int | None = None


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
            if now.waiting is not None:
                raise Conflict(
                    f"Version {now.waiting} waits for a second steward: it is confirmed or refused before {kind.noun} "
                    "can be changed again."
                )
            return add()
    except IntegrityError as lost_race:
        raise Conflict(_moved(kind, current())) from lost_race


def why_not_decide(person: Person, author_id: int, *, holds: bool) -> list[str]:
    """Why this person cannot confirm, or refuse, a version by that author; empty when they can."""
    if not has_role(person, Role.STEWARD):
        return ["A version is confirmed or refused by a steward."]
    return [OWN] if holds and person.pk == author_id else []


def require_decision(person: Person, author_id: int, *, holds: bool, note: str) -> None:
    """Raise what keeps this person from deciding with this note: NotPermitted, or Conflict for an empty note."""
    if reasons := why_not_decide(person, author_id, holds=holds):
        raise NotPermitted(*reasons)
    if not note.strip():
        raise Conflict(NEEDS_NOTE)


def _moved(kind: Kind, now: Current) -> str:
    why = f", because: {now.reason}" if now.reason else "."
    return (
        f"Somebody else changed {kind.noun} meanwhile: version {now.number} counts now{why} "
        "Nothing of yours was saved. Look at the new version, then save again."
    )
