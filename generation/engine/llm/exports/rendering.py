"""A released table of texts or conversations as the files that trainers read, batch by batch. No pandas."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, Literal

import pyarrow.parquet as pq

from generation.engine.llm.conversations.cells import conversation_in
from generation.engine.llm.conversations.conversation import ASSISTANT, USER, Conversation
from generation.engine.llm.exports.fine_tuning import SCHEMAS, message_of, said_in, tools_of

TrainingForm = Literal["messages", "sharegpt", "prompts", "alpaca"]
Record = dict[str, Any]
Row = Mapping[str, Any]

BATCH_ROWS = 4_096
TOOLS = "tools"
OF_CHATS: tuple[TrainingForm, ...] = ("messages", "sharegpt", "prompts")
OF_TEXTS: tuple[TrainingForm, ...] = ("messages", "prompts", "alpaca")


def render_training(source: BinaryIO, sink: BinaryIO, form: TrainingForm, text: str, label: str = "") -> None:
    """Writes the Parquet in `source` to `sink` as JSON Lines; `text` and `label` are names of its columns.

    A column of conversations gives one record each, and `prompts` one for what leads to the last answer. A text and its
    label are what a user says and what is answered. Rows without a text, or without what the form needs, are left out.
    """
    with pq.ParquetFile(source) as table:
        for batch in table.iter_batches(batch_size=BATCH_ROWS, use_threads=False):
            for row in batch.to_pylist():
                for record in _records(row, form, text, label):
                    sink.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")


def schema_of(form: TrainingForm, *, is_chat: bool) -> Record:
    """The JSON Schema of the records of a form."""
    if form == "prompts":
        return SCHEMAS["turns" if is_chat else "prompt_completion"]
    return SCHEMAS[form]


def _records(row: Row, form: TrainingForm, text: str, label: str) -> Iterator[Record]:
    talk = conversation_in(row[text], "")
    if talk is not None:
        yield from _OF_CHATS[form](talk, _tools(row))
    elif row[text] is not None and label and row[label] is not None:
        yield _of_text(form, str(row[text]), str(row[label]), label)


def _tools(row: Row) -> list[Any]:
    try:
        found = json.loads(row.get(TOOLS) or "[]")
    except (TypeError, ValueError):
        return []
    return found if isinstance(found, list) else []


def _messages(talk: Conversation, tools: list[Any]) -> Iterator[Record]:
    yield {"messages": [message_of(turn) for turn in talk.turns], **tools_of(tools)}


def _sharegpt(talk: Conversation, tools: list[Any]) -> Iterator[Record]:
    yield {"conversations": said_in(talk)}


def _prompts(talk: Conversation, tools: list[Any]) -> Iterator[Record]:
    """TRL's conversational form: everything before the last answer, and the answer."""
    last = max((place for place, turn in enumerate(talk.turns) if turn.role == ASSISTANT), default=0)
    if last:
        before, answer = talk.turns[:last], talk.turns[last]
        yield {"prompt": [message_of(turn) for turn in before], "completion": [message_of(answer)], **tools_of(tools)}


_OF_CHATS: dict[str, Callable[[Conversation, list[Any]], Iterator[Record]]] = {
    "messages": _messages,
    "sharegpt": _sharegpt,
    "prompts": _prompts,
}


def _of_text(form: TrainingForm, text: str, answer: str, label: str) -> Record:
    if form == "prompts":
        return {"prompt": text, "completion": answer}
    if form == "alpaca":
        return {"instruction": f"Give the {label} of this text.", "input": text, "output": answer}
    return {"messages": [{"role": USER, "content": text}, {"role": ASSISTANT, "content": answer}]}
