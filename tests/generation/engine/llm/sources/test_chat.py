import json

import pytest

from generation.engine.errors import TableError
from generation.engine.llm.sources.chat import conversations_of_turns, read_conversations

TURNS = [("user", "Where is my card?"), ("assistant", "On its way."), ("user", "Thanks!")]


def said(conversations):
    return [[(turn.role, turn.text) for turn in one.turns] for one in conversations]


@pytest.mark.parametrize(
    "record",
    [
        {"messages": [{"role": role, "content": text} for role, text in TURNS]},
        {"messages": [{"role": role, "content": [{"type": "text", "text": text}]} for role, text in TURNS]},
        {
            "conversations": [
                {"from": {"user": "human", "assistant": "gpt"}[role], "value": text} for role, text in TURNS
            ]
        },
        {
            "prompt": [{"role": role, "content": text} for role, text in TURNS[:2]],
            "completion": [{"role": "user", "content": "Thanks!"}],
        },
    ],
    ids=["openai", "parts", "sharegpt", "trl"],
)
@pytest.mark.parametrize("as_array", [False, True])
def test_every_spelling_of_messages_gives_the_same_turns(record, as_array):
    text = json.dumps([record]) if as_array else json.dumps(record) + "\n"
    assert said(read_conversations(text)) == [TURNS]


def test_a_table_of_turns_is_put_together_by_conversation():
    rows = [
        {"Conversation": 1, "Speaker": "Customer", "Text": "Hello"},
        {"Conversation": 2, "Speaker": "customer", "Text": "Hi"},
        {"Conversation": 1, "Speaker": "Agent", "Text": "Good day"},
    ]
    assert said(one for one, _ in conversations_of_turns(rows)) == [
        [("user", "Hello"), ("assistant", "Good day")],
        [("user", "Hi")],
    ]


def test_transcripts_are_parted_by_empty_lines_and_lines_go_on():
    text = "[10:15] Maria: Where is\nmy card?\n[10:16] Agent: On its way.\n\nAgent: Hello\nCustomer: Bye\n"
    first, second = said(read_conversations(text))
    assert first == [("user", "Where is my card?"), ("assistant", "On its way.")]
    assert second == [("assistant", "Hello"), ("user", "Bye")]


def test_tool_calls_acts_and_topics_are_kept():
    record = {
        "id": "7", "services": ["Cards_1"], "acts": [[["ASK", "card"]], []],
        "tools": [{"type": "function"}],
        "messages": [
            {"role": "user", "content": "Block it"},
            {"role": "assistant", "content": None, "tool_calls": [{"id": "a", "function": {"name": "block"}}]},
        ],
    }  # fmt: skip
    (one,) = read_conversations(json.dumps(record))
    assert (one.id, one.topic, one.tools) == ("7", "Cards_1", ({"type": "function"},))
    assert one.turns[0].acts == (("ASK", "card"),)
    assert one.turns[1].calls == ({"id": "a", "function": {"name": "block"}},)
    assert one.turns[1].text == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no_conversation"),
        ("Just a text.", "no_conversation"),
        ('{"messages": []}', "no_conversation"),
        ('{"messages": [{"role": "wizard", "content": "x"}]}', "unknown_role"),
        ('{"messages": [{"role"', "bad_json"),
        ("[1]", "bad_json"),
    ],
)
def test_what_holds_no_conversation_is_refused_in_one_sentence(text, code):
    with pytest.raises(TableError) as error:
        read_conversations(text)
    assert error.value.code == code
