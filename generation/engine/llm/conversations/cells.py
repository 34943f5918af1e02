"""A conversation as a table's cell holds it, and back: messages as OpenAI writes them, and `acts` where known."""

from __future__ import annotations

from typing import Any

from generation.engine.llm.conversations.conversation import Conversation, Turn
from generation.engine.minimisation.messages import as_cell, messages_in

_KEPT = ("tool_call_id", "name")


def cell_of(conversation: Conversation) -> str:
    """The turns as JSON."""
    return as_cell([_message(turn) for turn in conversation.turns])


def conversation_in(cell: object, name: str, *, topic: str = "", holder: str = "") -> Conversation | None:
    """The conversation of a cell, None where it holds none."""
    found = messages_in(cell)
    if not found:
        return None
    return Conversation(name, tuple(map(_turn, found)), topic, holder)


def _message(turn: Turn) -> dict[str, Any]:
    """A turn that only calls a tool says nothing: its content is null."""
    said: dict[str, Any] = {"role": turn.role, "content": turn.text if turn.text or not turn.calls else None}
    said |= {name: turn.rest[name] for name in _KEPT if isinstance(turn.rest.get(name), str)}
    said |= {"tool_calls": [dict(call) for call in turn.calls]} if turn.calls else {}
    return said | ({"acts": [list(act) for act in turn.acts]} if turn.acts else {})


def _turn(message: dict[str, Any]) -> Turn:
    acts = tuple((str(act[0]), str(act[1])) for act in message.get("acts") or [] if len(act) == 2)
    calls = tuple(call for call in message.get("tool_calls") or [] if isinstance(call, dict))
    rest = {name: message[name] for name in _KEPT if name in message}
    return Turn(str(message["role"]), str(message.get("content") or ""), acts, calls, rest)
