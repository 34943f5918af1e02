"""Notices that stand until their cause is gone: they follow from what is true, so nobody has to be told of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from synthportal.models import Person


@dataclass(frozen=True, slots=True)
class StandingNotice:
    """Something a person holds and should not use any more: what, why, its page, and since when."""

    title: str
    why: str
    path: str
    at: datetime | None
    release: UUID
    number: int
    taken_at: datetime


_SOURCES: dict[str, Callable[[Person], list[StandingNotice]]] = {}


def add_standing(source: Callable[[Person], list[StandingNotice]]) -> None:
    """What an app adds when it is installed. Adding the same again changes nothing."""
    _SOURCES[f"{source.__module__}.{source.__qualname__}"] = source


def standing_notices(person: Person) -> list[StandingNotice]:
    """What this person should know whenever they look, the newest first."""
    return [notice for source in _SOURCES.values() for notice in source(person)]
