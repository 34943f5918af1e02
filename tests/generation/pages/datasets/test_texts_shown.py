"""How the texts and conversations of a source are stands on the page of their dataset, without any of them."""

from __future__ import annotations

import json

import pytest

from synthportal.jobs.here import work_through
from tests.generation.door import table, told

pytestmark = pytest.mark.django_db

GERMAN = "Ich habe die Karte nicht und bitte um Ersatz, Vorgang"


def test_the_page_of_texts_tells_their_lengths_and_languages(ana, upload):
    lines = "text,kind\n" + "".join(f'"{GERMAN} {place}",card\n' for place in range(60))
    dataset = upload(lines.encode(), name="messages.csv", kind="text")
    work_through(dataset.pk)
    shown, _ = told(ana, dataset)
    assert "How its texts are" in shown
    assert "German 100 %" in shown
    assert "11 words in the middle one" in shown
    assert "10 to 14" in shown


def test_the_page_of_conversations_tells_their_turns(ana, upload):
    said = [
        {"role": "user", "content": "Where is the card that I have not got?"},
        {"role": "assistant", "content": "Sent"},
    ]
    lines = "".join(json.dumps({"messages": said * (1 + place % 3)}) + "\n" for place in range(60))
    dataset = upload(lines.encode(), name="talks.jsonl", kind="chat")
    work_through(dataset.pk)
    shown, _ = told(ana, dataset)
    assert "2 to 6 turns, 4 in the middle one" in shown
    assert "English" in shown


def test_a_table_has_no_such_section(ana, upload):
    dataset = upload(table(60))
    work_through(dataset.pk)
    assert "How its texts are" not in told(ana, dataset)[0]
