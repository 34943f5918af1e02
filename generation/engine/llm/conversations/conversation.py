"""A conversation in one form, whoever wrote it down: turns with a role, and what each turn does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

USER, ASSISTANT, SYSTEM, TOOL = "user", "assistant", "system", "tool"

Act = tuple[str, str]
"""What a turn does and about what: ("REQUEST", "time"); the second is "" where it is about nothing."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn. `calls` are tool calls and `rest` whatever else the source keeps of it, both as they were."""

    role: str
    text: str
    acts: tuple[Act, ...] = ()
    calls: tuple[Mapping[str, Any], ...] = ()
    rest: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> tuple[str, ...]:
        """The role, and the names of what it does in order: what sequences of turns are compared by."""
        return (self.role, *sorted({name for name, _ in self.acts}))


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns in order. `topic` is what it is about ("" where nobody says), `holder` whose it is."""

    id: str
    turns: tuple[Turn, ...]
    topic: str = ""
    holder: str = ""
    tools: tuple[Mapping[str, Any], ...] = ()

    @property
    def uses_tools(self) -> bool:
        """Whether a tool is called in it, or answers."""
        return any(turn.calls or turn.role == TOOL for turn in self.turns)

    @property
    def kinds(self) -> tuple[tuple[str, ...], ...]:
        """The sequence of what is done."""
        return tuple(turn.kind for turn in self.turns)
