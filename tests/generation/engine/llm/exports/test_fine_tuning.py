import csv
import io
import json

import pyarrow.parquet as pq
import pytest
from jsonschema import Draft202012Validator

from generation.engine.llm.conversations.conversation import Conversation, Turn
from generation.engine.llm.exports import fine_tuning
from generation.engine.llm.sources.chat import read_conversations

CALL = {"id": "a", "type": "function", "function": {"name": "block", "arguments": "{}"}}
TALK = Conversation(
    "1",
    (
        Turn("system", "Be kind."),
        Turn("user", "Block my card, naïve as I am"),
        Turn("assistant", "", calls=(CALL,)),
        Turn("tool", "done", rest={"tool_call_id": "a"}),
        Turn("assistant", "It is blocked."),
    ),
    tools=({"type": "function", "function": {"name": "block"}},),
)
TEXTS, LABELS = ['Where, "exactly",\nis it?', "Too dear"], ["arrival", "fee"]
EXPORTS = {
    "messages": fine_tuning.messages([TALK]),
    "sharegpt": fine_tuning.sharegpt([TALK]),
    "prompt_completion": fine_tuning.prompt_completion(TEXTS, LABELS),
    "alpaca": fine_tuning.alpaca(TEXTS, LABELS, "Say what the customer wants."),
    "preference": fine_tuning.preference([("Write a message.", "Where is it?", "Where it?")]),
}


def records(name):
    return [json.loads(line) for line in EXPORTS[name][f"{name}.jsonl"].decode().splitlines()]


@pytest.mark.parametrize("name", EXPORTS)
def test_every_record_fits_the_schema_beside_it_and_a_wrong_one_does_not(name):
    schema = json.loads(EXPORTS[name][f"{name}.schema.json"])
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert not [error for record in records(name) for error in validator.iter_errors(record)]
    assert list(validator.iter_errors({"something": "else"}))


def test_messages_are_read_back_as_the_conversations_they_were():
    (again,) = read_conversations(EXPORTS["messages"]["messages.jsonl"].decode())
    assert (again.turns, again.tools) == (TALK.turns, TALK.tools)
    (shared,) = read_conversations(EXPORTS["sharegpt"]["sharegpt.jsonl"].decode())
    assert [(turn.role, turn.text) for turn in shared.turns] == [(turn.role, turn.text) for turn in TALK.turns]


def test_labelled_texts_come_back_from_csv_and_parquet():
    files = fine_tuning.labelled(TEXTS, LABELS)
    rows = list(csv.DictReader(io.StringIO(files["labelled.csv"].decode(), newline="")))
    assert [(row["text"], row["label"]) for row in rows] == list(zip(TEXTS, LABELS, strict=True))
    assert pq.read_table(io.BytesIO(files["labelled.parquet"])).to_pylist() == rows
