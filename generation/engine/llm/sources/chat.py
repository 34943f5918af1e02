"""Conversations as people keep them: `messages` (OpenAI, TRL), ShareGPT, tables of turns, transcripts.

Told from the content; tool calls and whatever else a turn carries are kept as they are.
"""

from __future__ import annotations

import json
import re
from collections import Counter
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
from generation.engine.llm.sources.turns import IDS, ORDERS, SAID, WHO, in_order, named

ROLES = {
    "user": USER, "human": USER, "customer": USER, "client": USER, "caller": USER, "visitor": USER, "guest": USER,
    "assistant": ASSISTANT, "gpt": ASSISTANT, "bot": ASSISTANT, "agent": ASSISTANT, "model": ASSISTANT,
    "support": ASSISTANT, "operator": ASSISTANT, "representative": ASSISTANT, "chatgpt": ASSISTANT,
    "system": SYSTEM, "developer": SYSTEM, "tool": TOOL, "function": TOOL, "observation": TOOL,
    "action": TOOL,
    "kunde": USER, "kundin": USER, "berater": ASSISTANT, "beraterin": ASSISTANT, "mitarbeiter": ASSISTANT,
    "mitarbeiterin": ASSISTANT, "kundenservice": ASSISTANT, "客户": USER, "顾客": USER, "客服": ASSISTANT,
    "function_call": ASSISTANT,
}  # fmt: skip
_LISTS = ("messages", "conversations", "conversation", "turns", "dialogue", "dialog", "original")
_TOPICS = ("services", "topic", "label", "intent", "scenario", "category")
_LINE = re.compile(
    r"^\s*(?:\[?[\d:.\-/ TZ]{4,}\]?\s*)?([^\W\d_][\w .'-]{0,30}?)\s*(?::\s+|\N{FULLWIDTH COLON}\s*)(.+)$", re.MULTILINE
)
# What stands before a colon in what people write, and is nobody.
_NOBODY = frozenset({
    "note", "ps", "p.s.", "nb", "n.b.", "re", "subject", "attention", "warning", "important", "update", "edit",
    "address", "phone", "tel", "email", "e-mail", "mail", "name", "order", "order number", "order id", "reference",
    "ref", "date", "time", "url", "link", "website", "account", "number", "amount", "total", "code", "error",
    "example", "hinweis", "achtung", "betreff", "telefon", "nummer", "datum",
})  # fmt: skip


def conversation_of(record: Mapping[str, Any], place: int) -> Conversation:
    """One JSON record as a conversation. TableError (by its place, from 1) for a record that holds none.

    >>> conversation_of({"conversations": [{"from": "human", "value": "Hi"}]}, 1).turns[0]
    Turn(role='user', text='Hi', acts=(), calls=(), rest={})
    """
    found = next((record[name] for name in _LISTS if isinstance(record.get(name), list)), None)
    if found is None and isinstance(record.get("prompt"), list):  # TRL's conversational prompt and completion
        found = [*record["prompt"], *(record.get("completion") or record.get("chosen") or [])]
    found = [dict(zip(("role", "content"), turn, strict=True)) if _is_pair(turn) else turn for turn in found or []]
    if not found or not all(isinstance(turn, Mapping) for turn in found):
        raise TableError("no_conversation", f"Record {place:,} holds no list of messages.")
    acts = _listed(record.get("acts"))
    told = [*acts, *([[]] * (len(found) - len(acts)))]
    turns = tuple(_turn(turn, of, place) for turn, of in zip(found, told, strict=False))
    topic = next((record[name] for name in _TOPICS if record.get(name)), "")
    tools = _listed(record.get("tools"))
    return Conversation(
        _first(record, IDS) or str(place), turns, _topic(topic), str(record.get("user", "")), tuple(tools)
    )


def _is_pair(turn: Any) -> bool:
    """Whether a turn is written as [speaker, text]."""
    return isinstance(turn, list) and len(turn) == len(("speaker", "text")) and all(isinstance(x, str) for x in turn)


def conversations_of_turns(rows: Iterable[Mapping[str, Any]]) -> list[tuple[Conversation, dict[str, str]]]:
    """A table of turns (conversation, speaker, text) as conversations, each with what all of its rows say alike.

    Turns stand in the order of a column that says so (turn, time), else of the rows.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for place, row in enumerate(rows, start=1):
        lower = {named(name): value for name, value in row.items()} | {"": place}
        if not (whole := _first(lower, IDS)):
            raise TableError("no_conversation", f"Row {place:,} does not say which conversation it belongs to.")
        found.setdefault(whole, []).append(lower)
    return [_of_rows(name, rows) for name, rows in found.items()]


def _of_rows(name: str, rows: Sequence[Mapping[str, Any]]) -> tuple[Conversation, dict[str, str]]:
    rows = in_order(rows)
    turns = [_turn(row, row.get("acts") or [], row[""]) for row in rows]
    own = {*IDS, *SAID, *WHO, *ORDERS, "acts", ""}
    alike = [one for one in rows[0] if one not in own and len({str(row.get(one)) for row in rows}) == 1]
    facts = {one: plain_value(rows[0][one]) for one in alike}
    return Conversation(name, tuple(turns), _first(facts, _TOPICS)), {one: told for one, told in facts.items() if told}


def conversations_of_transcript(text: str) -> list[Conversation]:
    """Transcripts such as "Agent: hello", an empty line between two; a line without a speaker goes on with the last.

    The first who speaks and has no known role is the user.
    """
    blocks = (tuple(_spoken(block.splitlines())) for block in re.split(r"\n\s*\n", text) if _LINE.search(block))
    return [Conversation(str(place), turns) for place, turns in enumerate(filter(None, blocks), start=1)]


def read_conversations(text: str) -> list[Conversation]:
    """Conversations of JSON Lines, a JSON array, or transcripts. TableError with a sentence where there are none."""
    return [one for one, _ in conversations_with_facts(text)[0]]


def conversations_with_facts(text: str) -> tuple[list[tuple[Conversation, dict[str, str]]], str]:
    """Conversations as `read_conversations`, each with the plain values beside its messages; and what the file is."""
    first = text.lstrip("\ufeff \r\n").partition("\n")[0]
    start = first[:1]
    if start and start in "{[" and not _LINE.match(first):
        records = _records(text.lstrip("\ufeff"), is_array=start == "[")
        if records and not any(name in records[0] for name in (*_LISTS, "prompt")):
            return conversations_of_turns(records), "a table of turns"
        told = [(conversation_of(record, place), _facts(record)) for place, record in enumerate(records, start=1)]
        return told, f"records of {_form_of(records[0])}"
    found = conversations_of_transcript(text)
    if not found:
        raise TableError("no_conversation", "No conversation was found: neither messages nor lines of speakers.")
    return [(one, {}) for one in found], "transcripts"


def _form_of(record: Mapping[str, Any]) -> str:
    return next((name for name in (*_LISTS, "prompt") if name in record), "messages")


def _facts(record: Mapping[str, Any]) -> dict[str, str]:
    """What a record says beside its messages, in plain values."""
    own = {*_LISTS, *IDS, "prompt", "completion", "chosen", "rejected", "acts", "tools"}
    found = {str(name): plain_value(value) for name, value in record.items() if name not in own}
    return {name: value for name, value in found.items() if value}


def plain_value(value: Any) -> str:
    """A plain value as a cell, names in a list side by side; "" for what is none."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return "" if isinstance(value, (dict, list)) or value is None else str(value)


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
    role = ROLES.get(_first(turn, WHO).casefold())
    if role is None:
        raise TableError(
            "unknown_role", f"Record {place:,}: a turn does not say whether a user or an assistant speaks."
        )
    calls = turn.get("tool_calls") or ([turn["function_call"]] if turn.get("function_call") else [])
    known = {*SAID, *WHO, "tool_calls", "function_call", "acts"}
    rest = {name: value for name, value in turn.items() if name not in known and name not in IDS}
    return Turn(role, _text(turn), tuple((str(name), str(about)) for name, about in acts), tuple(calls), rest)


def _text(turn: Mapping[str, Any]) -> str:
    """What is said; of content in parts, the parts that are text."""
    said = next((turn[name] for name in SAID if turn.get(name) is not None), "")
    if isinstance(said, list):
        return "\n".join(str(part.get("text", "")) for part in said if isinstance(part, Mapping)).strip()
    return str(said)


def _spoken(lines: Iterable[str]) -> Iterator[Turn]:
    """The turns of one transcript."""
    lines = list(lines)
    speakers, roles = _speakers(lines), dict[str, str]()
    role, parts = "", list[str]()
    for line in lines:
        found = _LINE.match(line)
        if not found or found[1].casefold() not in speakers:
            parts.append(line.strip())
            continue
        if role:
            yield Turn(role, " ".join(parts))
        name = found[1].casefold()
        role = roles.setdefault(name, ROLES.get(name.split()[-1]) or (ASSISTANT if USER in roles.values() else USER))
        parts = [found[2].strip()]
    if role:
        yield Turn(role, " ".join(parts))


def _speakers(lines: Iterable[str]) -> frozenset[str]:
    """Who speaks in a transcript: names of roles, whoever begins, whoever speaks again, and one who answers the first.

    Another word before a colon ("Note: 12345") belongs to what is said.
    """
    counts = Counter(
        found[1].casefold() for line in lines if (found := _LINE.match(line)) and found[1].casefold() not in _NOBODY
    )
    sure = [name for place, name in enumerate(counts) if not place or counts[name] > 1 or _is_role(name)]
    return frozenset(sure if len(sure) > 1 else list(counts)[:2])


def _is_role(name: str) -> bool:
    return name.rsplit(maxsplit=1)[-1] in ROLES


def _first(record: Mapping[str, Any], names: Iterable[str]) -> str:
    return next(
        (str(record[name]) for name in names if isinstance(record.get(name), (str, int)) and record[name] != ""), ""
    )


def _listed(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def _topic(found: Any) -> str:
    return str(found[0]) if isinstance(found, list) else str(found)
