"""Records of sets, texts and conversations are read, not decoded: no page of a release shows JSON as text."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from reviews.pages.viewer.reading import read_as
from reviews.tasks import submit_report
from tests.whole.sets.worlds import make_questions, released

CALL = {"id": "1", "function": {"name": "find", "arguments": '{"order": 7}'}}
MESSAGES = [
    {"role": "user", "content": "Where is my order? calls {"},
    {"role": "assistant", "content": None, "tool_calls": [CALL]},
    {"role": "tool", "content": '{"state": "sent"}'},
    {"role": "assistant", "content": "It was sent."},
]


def plain(page: str) -> str:
    """What a person reads: no markup, and nothing of what is folded away."""
    shown = re.sub(r"<details.*?</details>|<script.*?</script>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", shown)).split())


@pytest.mark.django_db
def test_questions_are_read_with_their_passages_quoted_on_the_page_and_in_the_viewer(people, client_of):
    release = released(make_questions(people), people)
    dan = client_of("dan")
    sample = dan.get(reverse("release", args=[release.pk])).content.decode()
    viewer = dan.get(reverse("release_records", args=[release.pk])).content.decode()
    report = submit_report(release, row=0, words="It is wrong.", by=people["dan"])
    reported = client_of("cleo").get(f"/reports/{report.pk}/").content.decode()

    for page in (sample, viewer, reported):
        words = plain(page)
        assert "Question" in words
        assert "Expected answer" in words
        assert "Travel Handbook" in words
        assert '<blockquote class="read__text">' in page
        for mark in ('"doc_id"', '"spans"', '[{"', '{"', "{'"):
            assert mark not in words, mark
    assert '<mark title="the answer">' in sample
    assert "Row 0" in plain(viewer)


def test_turns_are_turns_and_calls_of_tools_are_folded() -> None:
    (read,) = read_as("chat", [[("messages", json.dumps(MESSAGES)), ("topic", "orders")]], {})

    assert [turn["who"] for turn in read["turns"]] == ["User", "Assistant", "What the tool answered", "Assistant"]
    assert [turn["text"] for turn in read["turns"]] == ["Where is my order? calls {", "calls find", "", "It was sent."]
    assert [len(turn["calls"]) for turn in read["turns"]] == [0, 1, 1, 0]
    assert [(one["label"], one["text"]) for one in read["rest"]] == [("Topic", "orders")]


@pytest.mark.parametrize(
    ("layout", "content"),
    [
        ("chat", [("messages", json.dumps(MESSAGES)), ("topic", "orders")]),
        ("text", [("text", "It was sent."), ("label", "orders")]),
        ("pair", [("prompt", "Say it."), ("chosen", "It was sent."), ("rejected", "sent")]),
        ("question", [("question", "Was it?"), ("answer", ""), ("contexts", "[]"), ("before", ""), ("evidence", "{}")]),
    ],
)
def test_a_record_of_every_shape_can_be_shown(layout: str, content: list[tuple[str, str]]) -> None:
    reads = read_as(layout, [content], {})

    shown = plain(render_to_string("reviews/viewer/_reads.html", {"reads": [(None, one) for one in reads]}))

    assert reads == [] or any(words in shown for words in ("It was sent.", "Was it?"))


def test_a_question_names_title_section_verdict_and_the_turns_before() -> None:
    passage = {
        "id": "p",
        "doc_id": "Handbook / Trips / Rail",
        "text": "Book 14 days before.",
        "document": "d",
        "page": 1,
    }
    content = [
        ("question", "How early is it booked?"),
        ("answer", "14 days"),
        ("contexts", json.dumps([passage])),
        ("before", "Q: What is booked?\nA: trains\n- and planes"),
        ("evidence", json.dumps({"verdict": "yes"})),
    ]
    (read,) = read_as("question", [content], {4: "evidence"})

    assert (read["passages"][0]["title"], read["passages"][0]["section"]) == ("Handbook", "Trips / Rail")
    assert [piece.text for piece in read["passages"][0]["pieces"] if piece.found] == ["14 days"]
    assert [(turn["who"], turn["text"]) for turn in read["turns"]] == [
        ("User", "What is booked?"),
        ("Assistant", "trains\n- and planes"),
    ]
    assert (read["answer"], read["verdict"], read["rest"]) == ("14 days", "Yes", [])


def test_what_no_document_answers_says_so_and_a_rubric_is_a_list() -> None:
    passage = {"id": "p", "doc_id": "Handbook", "text": "Book early."}
    (unanswered,) = read_as(
        "question", [[("question", "Who?"), ("answer", None), ("contexts", json.dumps([passage]))]], {}
    )
    (task,) = read_as("task", [[("input", "[mail] Help me."), ("expected", '["Is polite.", "Names the day."]')]], {})

    assert [part["is_data"] for part in task["parts"]] == [False, False]
    assert unanswered["answer"] == "The documents hold no answer: this has to be said."
    assert [(part["label"], part["items"]) for part in task["parts"]] == [
        ("What is asked", []),
        ("Expected answer", ["Is polite.", "Names the day."]),
    ]


def test_only_the_stretch_that_answers_is_marked_where_its_words_stand_twice() -> None:
    passage = {"id": "p", "doc_id": "Handbook", "text": "Claims come late. The team pays claims."}
    spans = {"spans": [["p", "d", 32, 38]]}
    content = [
        ("question", "What is paid?"),
        ("answer", "claims"),
        ("contexts", json.dumps([passage])),
        ("evidence", json.dumps(spans)),
    ]
    (read,) = read_as("question", [content], {3: "evidence"})

    pieces = [(piece.text, bool(piece.found)) for piece in read["passages"][0]["pieces"]]
    assert pieces == [("Claims come late. The team pays ", False), ("claims", True), (".", False)]
