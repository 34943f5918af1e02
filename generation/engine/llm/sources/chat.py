"""Conversations as people keep them: `messages` (OpenAI, TRL), ShareGPT, tables of turns, transcripts.

Told from the content; tool calls and whatever else a turn carries are kept as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from generation.engine.errors import TableError
from generation.engine.llm.conversations.conversation import (
    ASSISTANT,
    SYSTEM,
    TOOL,
    USER,
    Conversation,
    Turn,
)

ROLES = {
    "user": USER, "human": USER, "customer": USER, "client": USER, "caller": USER, "visitor": USER, "guest": USER,
    "assistant": ASSISTANT, "gpt": ASSISTANT, "bot": ASSISTANT, "agent": ASSISTANT, "model": ASSISTANT,
    "support": ASSISTANT, "operator": ASSISTANT, "representative": ASSISTANT, "chatgpt": ASSISTANT,
    "system": SYSTEM, "developer": SYSTEM, "tool": TOOL, "function": TOOL, "observation": TOOL,
    "function_call": ASSISTANT,
}  # fmt: skip
_LISTS = ("messages", "conversations", "conversation", "turns", "dialogue", "dialog")
_SAID = ("content", "value", "text", "utterance", "message")
_WHO = ("role", "from", "speaker", "author", "sender")
_IDS = ("id", "conversation_id", "convo_id", "dialogue_id", "conversation")
_TOPICS = ("services", "topic", "label", "intent", "scenario", "category")
_LINE = re.compile(r"^\s*(?:\[?[\d:.\-/ TZ]{4,}\]?\s*)?([A-Za-z][\w .'-]{0,30}?)\s*:\s+(.+)$", re.MULTILINE)


def conversation_of(record: Mapping[str, Any], place: int) -> Conversation:
    """One JSON record as a conversation. TableError (by its place, from 1) for a record that holds none.

    >>> conversation_of({"conversations": [{"from": "human", "value": "Hi"}]}, 1).turns[0]
    Turn(role='user', text='Hi', acts=(), calls=(), rest={})
    """
    found = next((record[name] for name in _LISTS if isinstance(record.get(name), list)), None)
    if found is None and isinstance(record.get("prompt"), list):  # TRL's conversational prompt and completion
        found = [*record["prompt"], *(record.get("completion") or record.get("chosen") or [])]
    if not found or not all(isinstance(turn, Mapping) for turn in found):
        raise TableError("no_conversation", f"Record {place:,} holds no list of messages.")
    acts = _listed(record.get("acts"))
    told = [*acts, *([[]] * (len(found) - len(acts)))]
    turns = tuple(_turn(turn, of, place) for turn, of in zip(found, told, strict=False))
    topic = next((record[name] for name in _TOPICS if record.get(name)), "")
    tools = _listed(record.get("tools"))
    return Conversation(
        _first(record, _IDS) or str(place), turns, _topic(topic), str(record.get("user", "")), tuple(tools)
    )


def conversations_of_turns(rows: Iterable[Mapping[str, Any]]) -> list[Conversation]:
    """A table of turns (conversation, speaker, text, in order) as conversations; the order of rows is that of turns."""
    found: dict[str, list[Turn]] = {}
    for place, row in enumerate(rows, start=1):
        lower = {str(name).casefold(): value for name, value in row.items()}
        if not any(lower.get(name) for name in _IDS):
            raise TableError("no_conversation", f"Row {place:,} does not say which conversation it belongs to.")
        found.setdefault(_first(lower, _IDS), []).append(_turn(lower, lower.get("acts") or [], place))
    return [Conversation(name, tuple(turns)) for name, turns in found.items()]


def conversations_of_transcript(text: str) -> list[Conversation]:
    """Transcripts such as "Agent: hello", an empty line between two; a line without a speaker goes on with the last.

    The first who speaks and has no known role is the user.
    """
    return [
        Conversation(str(place), tuple(_spoken(block.splitlines())))
        for place, block in enumerate((block for block in re.split(r"\n\s*\n", text) if _LINE.search(block)), start=1)
    ]


def read_conversations(text: str) -> list[Conversation]:
    """Conversations of JSON Lines, a JSON array, or transcripts. TableError with a sentence where there are none."""
    first = text.lstrip("\ufeff \r\n").partition("\n")[0]
    start = first[:1]
    if start and start in "{[" and not _LINE.match(first):
        records = _records(text.lstrip("\ufeff"), is_array=start == "[")
        if records and not any(name in records[0] for name in (*_LISTS, "prompt")):
            return conversations_of_turns(records)
        return [conversation_of(record, place) for place, record in enumerate(records, start=1)]
    found = conversations_of_transcript(text)
    if not found:
        raise TableError("no_conversation", "No conversation was found: neither messages nor lines of speakers.")
    return found


def _records(text: str, *, is_array: bool) -> list[dict[str, Any]]:
    records = []
    for place, line in enumerate([text] if is_array else text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            raise TableError("bad_json", f"Line {place:,} is no JSON. Write one object per line.") from None
        records += found if isinstance(found, list) else [found]
    if not all(isinstance(record, dict) for record in records):
        raise TableError("bad_json", "Each record must be a JSON object.")
    return records


def _turn(turn: Mapping[str, Any], acts: Sequence[Any], place: int) -> Turn:
    role = ROLES.get(_first(turn, _WHO).casefold())
    if role is None:
        raise TableError(
            "unknown_role", f"Record {place:,}: a turn does not say whether a user or an assistant speaks."
        )
    calls = turn.get("tool_calls") or ([turn["function_call"]] if turn.get("function_call") else [])
    known = {*_SAID, *_WHO, "tool_calls", "function_call", "acts"}
    rest = {name: value for name, value in turn.items() if name not in known and name not in _IDS}
    return Turn(role, _text(turn), tuple((str(name), str(about)) for name, about in acts), tuple(calls), rest)


def _text(turn: Mapping[str, Any]) -> str:
    """What is said; of content in parts, the parts that are text."""
    said = next((turn[name] for name in _SAID if turn.get(name) is not None), "")
    if isinstance(said, list):
        return "\n".join(str(part.get("text", "")) for part in said if isinstance(part, Mapping)).strip()
    return str(said)


def _spoken(lines: Iterable[str]) -> Iterator[Turn]:
    """The turns of one transcript."""
    roles: dict[str, str] = {}
    role, parts = "", list[str]()
    for line in lines:
        found = _LINE.match(line)
        if not found:
            parts.append(line.strip())
            continue
        if role:
            yield Turn(role, " ".join(parts))
        name = found[1].casefold()
        role = roles.setdefault(name, ROLES.get(name.split()[-1]) or (ASSISTANT if USER in roles.values() else USER))
        parts = [found[2].strip()]
    if role:
        yield Turn(role, " ".join(parts))


def _first(record: Mapping[str, Any], names: Iterable[str]) -> str:
    return next(
        (str(record[name]) for name in names if isinstance(record.get(name), (str, int)) and record[name] != ""), ""
    )


def _listed(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def _topic(found: Any) -> str:
    return str(found[0]) if isinstance(found, list) else str(found)
