"""Who may do what. A role is a group; being superuser gives none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from synthportal.errors import NotPermitted


class Role(StrEnum):
    """The kinds of people, and the worker that acts for one of them inside a job.

    A source reader may see single real records while settling a flag; nobody is one until somebody makes them.
    """

    OWNER = "owner"
    ANNOTATOR = "annotator"
    STEWARD = "steward"
    ENGINEER = "ML engineer"
    AUDITOR = "auditor"
    SOURCE_READER = "source reader"
    WORKER = "worker"


class Actor(Protocol):
    """Who acts: a person, or a worker inside a job (synthportal.jobs.worker.Worker)."""

    @property
    def roles(self) -> frozenset[Role]: ...

    @property
    def audit_name(self) -> str: ...

    def hold(self) -> None:
        """Raise Conflict when the right to act has run out (a worker whose job was taken over)."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Whoever runs a command at the machine itself: nobody with an account, and with no role in data."""

    audit_name: str = "operator"
    roles: frozenset[Role] = frozenset({Role.WORKER})

    def hold(self) -> None:
        """Nobody takes it over."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Whoever asked without having signed in."""

    audit_name: str = "nobody"
    roles: frozenset[Role] = frozenset()

    def hold(self) -> None:
        """Nobody takes it over."""


PEOPLE = tuple(role for role in Role if role is not Role.WORKER)


def has_role(actor: Actor, *roles: Role) -> bool:
    """Whether the actor holds at least one of the roles."""
    return not actor.roles.isdisjoint(roles)


def require(actor: Actor, *roles: Role) -> None:
    """Raise NotPermitted unless the actor holds at least one of the roles."""
    if not has_role(actor, *roles):
        raise NotPermitted(f"This needs the role {' or '.join(role.value for role in roles)}.")
