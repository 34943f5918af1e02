"""Texts and conversations as the files that trainers read, each with the JSON Schema of its records.

`messages` as OpenAI and TRL take them, prompt and completion, prompt with a chosen and a rejected answer, Alpaca,
ShareGPT, and labelled texts as CSV or Parquet.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from generation.engine.llm.conversations.conversation import ASSISTANT, SYSTEM, TOOL, USER, Conversation, Turn

Files = dict[str, bytes]
Record = dict[str, Any]

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TEXT = {"type": "string"}
_SHAREGPT = {USER: "human", ASSISTANT: "gpt", SYSTEM: "system", TOOL: "tool"}


def _record(properties: Mapping[str, Any], required: Sequence[str] = ()) -> Record:
    return {
        "$schema": _DRAFT,
        "type": "object",
        "properties": dict(properties),
        "required": list(required) or list(properties),
        "additionalProperties": False,
    }


_MESSAGE = {
    "type": "object",
    "properties": {
        "role": {"enum": [SYSTEM, USER, ASSISTANT, TOOL]},
        "content": {"type": ["string", "null"]},
        "tool_calls": {"type": "array", "items": {"type": "object"}},
        "tool_call_id": _TEXT,
        "name": _TEXT,
    },
    "required": ["role", "content"],
    "additionalProperties": False,
}
_MESSAGES = {"type": "array", "minItems": 1, "items": _MESSAGE}
_SAID = {
    "type": "object",
    "properties": {"from": {"enum": sorted(_SHAREGPT.values())}, "value": _TEXT},
    "required": ["from", "value"],
    "additionalProperties": False,
}
SCHEMAS: dict[str, Record] = {
    "messages": _record({"messages": _MESSAGES, "tools": {"type": "array"}}, ["messages"]),
    "prompt_completion": _record({"prompt": _TEXT, "completion": _TEXT}),
    "turns": _record(
        {"prompt": _MESSAGES, "completion": _MESSAGES, "tools": {"type": "array"}}, ["prompt", "completion"]
    ),
    "preference": _record({"prompt": _TEXT, "chosen": _TEXT, "rejected": _TEXT}),
    "alpaca": _record({"instruction": _TEXT, "input": _TEXT, "output": _TEXT}),
    "sharegpt": _record({"conversations": {"type": "array", "minItems": 1, "items": _SAID}}),
    "labelled": _record({"text": _TEXT, "label": _TEXT}),
}


def messages(conversations: Iterable[Conversation]) -> Files:
    """JSON Lines of `messages`, with `tools` where a conversation has any."""
    return _lines(
        "messages", ({"messages": list(map(message_of, one.turns)), **tools_of(one.tools)} for one in conversations)
    )


def sharegpt(conversations: Iterable[Conversation]) -> Files:
    """JSON Lines of `conversations`; tool calls have no place in this form, so that their turns say what they said."""
    return _lines("sharegpt", ({"conversations": said_in(one)} for one in conversations))


def prompt_completion(texts: Sequence[str], labels: Sequence[str]) -> Files:
    """JSON Lines that ask for the label of a text."""
    return _lines("prompt_completion", ({"prompt": text, "completion": label} for text, label in _pairs(texts, labels)))


def alpaca(texts: Sequence[str], labels: Sequence[str], instruction: str) -> Files:
    """JSON Lines of one instruction for all texts, the text as its input and the label as its output."""
    pairs = _pairs(texts, labels)
    return _lines("alpaca", ({"instruction": instruction, "input": text, "output": label} for text, label in pairs))


def preference(pairs: Iterable[tuple[str, str, str]]) -> Files:
    """JSON Lines of (prompt, chosen, rejected): the accepted edit, and the record before it."""
    return _lines("preference", ({"prompt": p, "chosen": c, "rejected": r} for p, c, r in pairs))


def labelled(texts: Sequence[str], labels: Sequence[str]) -> Files:
    """The texts with their labels as CSV and as Parquet."""
    sheet, table = io.StringIO(), io.BytesIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(["text", "label"])
    writer.writerows(_pairs(texts, labels))
    pq.write_table(pa.table({"text": list(texts), "label": list(labels)}), table)
    return {"labelled.csv": sheet.getvalue().encode(), "labelled.parquet": table.getvalue(), **_schema("labelled")}


def _pairs(texts: Sequence[str], labels: Sequence[str]) -> list[tuple[str, str]]:
    return list(zip(texts, labels, strict=True))


def said_in(conversation: Conversation) -> list[Record]:
    """The turns as ShareGPT has them."""
    return [{"from": _SHAREGPT[turn.role], "value": turn.text} for turn in conversation.turns]


def message_of(turn: Turn) -> Record:
    """A turn that only calls a tool says nothing: its content is null."""
    kept = {name: value for name, value in turn.rest.items() if name in {"tool_call_id", "name"}}
    calls = {"tool_calls": [dict(call) for call in turn.calls]} if turn.calls else {}
    return {"role": turn.role, "content": turn.text if turn.text or not turn.calls else None, **calls, **kept}


def tools_of(tools: Sequence[Mapping[str, Any]]) -> Record:
    """The tools of a conversation as a field, none where there are none."""
    return {"tools": [dict(tool) for tool in tools]} if tools else {}


def _lines(name: str, records: Iterable[Record]) -> Files:
    lines = "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records)
    return {f"{name}.jsonl": lines.encode(), **_schema(name)}


def _schema(name: str) -> Files:
    return {f"{name}.schema.json": json.dumps(SCHEMAS[name], indent=1).encode()}
