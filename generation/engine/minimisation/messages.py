"""Conversations in a cell: JSON of messages, whose words are read and treated without a sign of its form being lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

# What names parts of a message and is no word of anybody.
_FORM = frozenset({"role", "type", "id", "tool_call_id", "acts"})
_NAMED = frozenset({"function", "tool"})

Treat = Callable[[str], str]


def messages_in(cell: object) -> list[dict[str, Any]] | None:
    """The messages of a cell, None where it is something else.

    >>> messages_in('[{"role": "user", "content": "Hi"}]')
    [{'role': 'user', 'content': 'Hi'}]
    >>> messages_in("[redacted] Hi") is None
    True
    """
    if not isinstance(cell, str) or not cell.startswith("[{"):
        return None
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        return None
    is_one = isinstance(found, list) and all(isinstance(turn, dict) and "role" in turn for turn in found)
    return found if is_one else None


def as_cell(messages: list[dict[str, Any]]) -> str:
    """Messages as a cell holds them."""
    return json.dumps(messages, ensure_ascii=False)


def words_of_cell(cell: str) -> list[str]:
    """Everything in a cell that somebody said or a tool was told, in order; a cell without messages is one text.

    >>> words_of_cell('[{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Yes?"}]')
    ['Hi', 'Yes?']
    """
    messages = messages_in(cell)
    return [cell] if messages is None else list(_leaves(messages))


def as_reading(cell: object) -> object:
    """A cell of messages as what was said, a line a turn; any other as it is."""
    return cell if messages_in(cell) is None else "\n".join(words_of_cell(str(cell)))


def with_words(cell: str, words: Iterator[str]) -> str:
    """The cell with other words, taken in the order of `words_of_cell`."""
    messages = messages_in(cell)
    if messages is None:
        return next(words)
    return as_cell(_mapped(messages, lambda _: next(words)))


def _leaves(value: Any) -> Iterator[str]:
    found: list[str] = []

    def taken(text: str) -> str:
        found.append(text)
        return text

    _mapped(value, taken)
    yield from found


def _mapped(value: Any, treat: Treat) -> Any:
    if isinstance(value, list):
        return [_mapped(one, treat) for one in value]
    if isinstance(value, dict):
        return {name: _member(value, name, inner, treat) for name, inner in value.items()}
    return _text(value, treat) if isinstance(value, str) and value else value


def _member(owner: dict[str, Any], name: str, value: Any, treat: Treat) -> Any:
    is_name_of_tool = name == "name" and ("arguments" in owner or owner.get("role") in _NAMED)
    return value if name in _FORM or is_name_of_tool else _mapped(value, treat)


def _text(text: str, treat: Treat) -> str:
    """A text; one that is JSON itself, as the arguments of a tool are, part by part."""
    if text[:1] in "{[":
        try:
            inner = json.loads(text)
        except (ValueError, RecursionError):
            return treat(text)
        if isinstance(inner, dict | list):
            return json.dumps(_mapped(inner, treat), ensure_ascii=False)
    return treat(text)
