import io
import json

import pytest

from generation.engine.errors import TableError
from generation.engine.llm.sources.chat import conversations_of_turns, read_conversations
from generation.engine.llm.sources.chats import read_chats

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


@pytest.mark.parametrize(
    ("column", "times"),
    [
        ("time", ["9:58", "10:02", "11:00"]),
        ("Time", ["9:58 am", "12:02 pm", "1:30 pm"]),
        ("turn", ["9", "10", "11"]),
        ("timestamp", ["2026-01-02T09:00:00+00:00", "2026-01-02T10:30:00+01:00", "2026-01-02T09:45:00Z"]),
        ("createdAt", [1, 20, 100]),
    ],
)
def test_turns_stand_in_the_order_of_their_times_and_not_of_their_letters(column, times):
    texts = ["one", "two", "three"]
    rows = [{"chat_id": 1, "role": "user", "text": text, column: at} for text, at in zip(texts, times, strict=True)]
    (told,) = conversations_of_turns([rows[2], rows[0], rows[1]])
    assert [turn.text for turn in told[0].turns] == texts


def test_turns_over_midnight_and_turns_whose_times_say_nothing_stay_as_they_stand():
    for times in (["23:58", "23:59", "0:02"], ["soon", "later", "at once"]):
        rows = [{"chat_id": 1, "role": "user", "text": text, "time": text} for text in times]
        assert [turn.text for turn in conversations_of_turns(rows)[0][0].turns] == times


@pytest.mark.parametrize(
    "name", ["chat_id", "session_id", "ticket_id", "thread_id", "Conversation ID", "sessionId", "dialog_id", "call_id"]
)
def test_tables_of_turns_name_their_conversations_in_many_ways(name):
    """Beside them "id" is the number of a turn."""
    table = f"id,{name},Role,Message\n1,0,user,Hello\n2,0,agent,Good day\n3,1,user,Hi\n4,1,agent,Yes?\n"
    sink = io.BytesIO()
    facts = read_chats(io.BytesIO(table.encode()), sink)
    assert (facts.rows, facts.notes[0].partition(":")[0]) == (2, "Read as a table of turns")


def test_speakers_have_names_of_any_letters_and_a_note_is_nobody():
    text = "Ärztin: Guten Tag\nNote: 12345\nÉmile: Bonjour\nCase 7: open\nÄrztin: Ja\nÉmile: Merci\n"
    first, second = said(read_conversations(f"{text}\n客服\N{FULLWIDTH COLON}您好\n客户\N{FULLWIDTH COLON}你好\n"))
    assert first == [
        ("user", "Guten Tag Note: 12345"),
        ("assistant", "Bonjour Case 7: open"),
        ("user", "Ja"),
        ("assistant", "Merci"),
    ]
    assert second == [("assistant", "您好"), ("user", "你好")]


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
