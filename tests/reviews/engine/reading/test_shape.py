"""What a record looks like is told from its values alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.engine.reading.shape import answer_spans, as_text, cut, highlighted, shape_of
from tests.e2e.desk_samples import CHAT, QUESTION, TEXT

OPENAI = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi"}]
SHAREGPT = [{"from": "human", "value": "Hello"}, {"from": "gpt", "value": "Hi"}]
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["role", "content", "text"]), inner),
    max_leaves=8,
)
LABELS = st.sampled_from(["messages", "question", "answer", "contexts", "a"])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ([("age", 47), ("job", "clerk")], "table"),
        (list(TEXT.items()), "text"),
        (list(CHAT.items()), "chat"),
        ([("conversations", SHAREGPT)], "chat"),
        ([("record", json.dumps({"messages": OPENAI}))], "chat"),
        (list(QUESTION.items()), "question"),
        ([("question", "q?"), ("answer", None), ("contexts", json.dumps(["a passage"]))], "question"),
        ([("messages", [])], "table"),
        ([("messages", [{"role": "user"}])], "table"),
        ([("question", "q?"), ("answer", "a"), ("contexts", "none")], "table"),
        ([("note", "x" * 300), ("other", "y" * 300)], "table"),
        ([], "table"),
    ],
)
def test_the_shape_follows_from_the_values(content: Any, kind: str) -> None:
    assert shape_of(content).kind == kind


def test_both_ways_of_writing_a_conversation_read_the_same() -> None:
    said = [[(turn.role, turn.text) for turn in shape_of([("c", turns)]).main] for turns in (OPENAI, SHAREGPT)]
    assert said == [[("user", "Hello"), ("assistant", "Hi")]] * 2


def test_content_parts_and_tool_calls_are_read() -> None:
    parts = [{"type": "text", "text": "Look:"}, {"type": "image_url", "image_url": {"url": "x"}}]
    turns = [{"role": "user", "content": parts}, {"role": "assistant", "content": None, "tool_calls": ["open()"]}]
    assert [turn.text for turn in shape_of([("messages", turns)]).main] == ["Look:\n[image_url]", "calls open()"]


def test_turns_and_passages_have_places_after_the_columns() -> None:
    content = list(QUESTION.items())
    shape = shape_of(content)
    assert [part.place for part in shape.main] == [5, 6]
    assert [part.name for part in shape.main] == ["passage 1, terms-7", "passage 2, terms-9"]
    assert [part.place for part in shape.rows] == [3, 4]


@given(st.lists(st.tuples(LABELS, VALUES), max_size=5))
def test_whatever_a_record_holds_every_cell_is_shown_exactly_once(content: Any) -> None:
    shape = shape_of(content)
    shown = [part for part in (*shape.rows, *shape.main, shape.question, shape.answer) if part]
    places = [part.place for part in shown]
    assert len(set(places)) == len(places)
    missing = set(range(len(content))) - set(places)
    assert len(missing) == (1 if shape.kind in {"chat", "question"} else 0)


@pytest.mark.parametrize(
    ("passage", "answer", "found"),
    [
        ("within 14 days after", "14 days", ["14 days"]),
        ("within 14\n days after", "14 days", ["14\n days"]),
        ("Paris, then paris", "Paris", ["Paris", "paris"]),
        ("it costs 140 or 1400", "140", ["140"]),
        ("a (b) c", "(b)", ["(b)"]),
        ("nothing", "", []),
    ],
)
def test_the_answer_is_found_as_whole_words(passage: str, answer: str, found: list[str]) -> None:
    assert [passage[start:end] for start, end, _ in answer_spans(passage, answer)] == found


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(-3, 45), st.integers(-3, 45), st.just("x")), max_size=5))
def test_highlighting_never_changes_a_text(text: str, spans: list[tuple[int, int, str]]) -> None:
    assert "".join(piece.text for piece in highlighted(text, spans)) == text


def test_what_is_missing_says_so_and_zero_is_not_missing() -> None:
    assert [as_text(value) for value in (None, float("nan"), 0, "", False)] == ["(missing)"] * 2 + ["0", "", "False"]


CALLING = [
    {"role": "user", "content": "Where is my order?"},
    {
        "role": "assistant",
        "content": "I look it up.",
        "tool_calls": [{"id": "1", "function": {"name": "find_order", "arguments": '{"order": 7, "full": true}'}}],
    },
    {"role": "tool", "tool_call_id": "1", "content": '{"state": "sent", "days": 2}'},
    {"role": "tool", "tool_call_id": "2", "content": "no such order"},
]


def test_what_tools_are_told_and_answer_is_folded_and_what_is_said_is_not() -> None:
    asked, calling, answer, plain = shape_of([("messages", CALLING)], "chat").main
    assert asked.fold_at is None
    assert calling.text[: calling.fold_at].rstrip() == "I look it up.\ncalls find_order"
    assert calling.text[calling.fold_at :] == '{\n "order": 7,\n "full": true\n}'
    assert answer.text[: answer.fold_at] == ""
    assert answer.text[answer.fold_at :] == '{\n "state": "sent",\n "days": 2\n}'
    assert (plain.text, plain.fold_at) == ("no such order", None)


def test_pieces_are_cut_where_the_fold_begins_and_keep_why_they_are_lit() -> None:
    pieces = highlighted("say a@b.example now", [(4, 15, "an address")])
    read, folded = cut(pieces, 6)
    assert [(one.text, one.found) for one in read] == [("say ", ""), ("a@", "an address")]
    assert [(one.text, one.found) for one in folded] == [("b.example", "an address"), (" now", "")]
    assert cut(pieces, None) == (pieces, ())
