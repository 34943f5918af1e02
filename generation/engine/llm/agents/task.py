"""An agent task: who calls and wants what, what an agent must have done in the end, and one way to do it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generation.engine.llm.canary import canary_of
from generation.engine.llm.documents.document import digest

USER, AGENT = "user", "agent"


@dataclass(frozen=True, slots=True)
class Call:
    """A tool and its arguments."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody says, or the calls that an agent makes."""

    role: str
    text: str = ""
    calls: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """What the user is told: why they call, what they know and do not know, and how they behave."""

    reason: str
    known: str
    unknown: str
    instructions: str
    persona: str


Branch = tuple[str, str]  # the id of a rule, and which way it went


@dataclass(frozen=True, slots=True)
class AgentTask:
    """`reference` is one conversation that solves it. `denies` are the requests that must be denied, `transfers` says
    whether the user must be handed over, `communicate` what they must be told. `target` is the state's digest in the
    end, and differs from `initial` if and only if the task `writes`. `branches` are the rules it tries, `wanted` the
    calls that must be denied, `changes` the rows that change.
    """

    id: str
    caller: str
    scenario: Scenario
    reference: tuple[Turn, ...]
    denies: tuple[str, ...]
    transfers: bool
    communicate: tuple[str, ...]
    initial: str
    target: str
    branches: frozenset[Branch]
    wanted: tuple[Call, ...] = ()
    changes: tuple[Mapping[str, Any], ...] = ()

    @property
    def writes(self) -> bool:
        return self.initial != self.target

    @property
    def actions(self) -> tuple[Call, ...]:
        """The calls of the reference in order."""
        return tuple(call for turn in self.reference for call in turn.calls)


@dataclass(frozen=True, slots=True)
class AgentSuite:
    """Tasks over one database. `wanted` are all branches of confirmed rules, `shortfall` what is missing and why;
    `mark` is the release that its canary is of, "" before there is one."""

    domain: str
    asked: int
    seed: int
    tasks: tuple[AgentTask, ...]
    wanted: frozenset[Branch]
    shortfall: Mapping[str, int] = field(default_factory=dict)
    mark: str = ""

    @property
    def canary(self) -> str:
        """A text that is in every export: a model that says it has seen these tasks."""
        return canary_of(self.mark or digest(*(task.id for task in self.tasks)))

    @property
    def covered(self) -> frozenset[Branch]:
        return frozenset(branch for task in self.tasks for branch in task.branches) & self.wanted

    @property
    def missing(self) -> list[Branch]:
        return sorted(self.wanted - self.covered)
