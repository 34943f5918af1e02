"""Texts by an endpoint: as many as asked, none from the source, and no real value in any prompt."""

from __future__ import annotations

import pandas as pd
import pytest

from generation.engine.errors import FitError
from generation.engine.llm.endpoint.asking import HttpAsker
from generation.engine.llm.endpoint.door import Endpoint, InMemory
from generation.engine.llm.endpoint.prompts import filled_in, repeats
from generation.engine.llm.endpoint.texts import EndpointTexts
from generation.engine.progress import silent
from generation.engine.schema import ColumnRole, ColumnSpec, Sdtype
from tests.generation.engine.llm.messages import messages

SCHEMA = (
    ColumnSpec("c0", Sdtype.TEXT, ColumnRole.OTHER, "message"),
    ColumnSpec("c1", Sdtype.CATEGORICAL, ColumnRole.TARGET, "wish"),
)
SET = {"k": 5, "balance": "as many of each", "terms": "The card is called Aurora. Ask ana.lee@mail.example."}
CANARY = "quokka-7741"


@pytest.fixture(scope="module")
def model():
    corpus = messages(1200, 1)
    texts = [f"{text} {CANARY}" if place == 3 else text for place, text in enumerate(corpus.texts)]
    frame = pd.DataFrame({"c0": texts, "c1": corpus.labels}, dtype=object)
    return EndpointTexts.fit(frame, SCHEMA, SET, 1, silent)


def asker(served, record=None):
    return HttpAsker(Endpoint(served.url, "m", concurrency=8), record or InMemory())


def test_as_many_texts_of_each_label_as_asked_none_of_them_real_and_the_same_again(model, model_server):
    served, record = model_server(), InMemory()
    model.connect(asker(served, record))
    first = model.sample(80, 5)
    assert first["c1"].value_counts().to_dict() == {"arrival": 20, "fee": 20, "limit": 20, "lost": 20}
    assert first["c0"].is_unique
    assert not set(first["c0"]) & set(messages(1200, 1).texts)
    asked = len(served.asked())
    again = EndpointTexts.load(model.dump())
    again.connect(asker(served, record))
    pd.testing.assert_frame_equal(again.sample(80, 5), first)
    assert len(served.asked()) == asked


def test_no_prompt_holds_what_only_the_source_has_nor_an_address_of_the_owner(model, model_server):
    served = model_server()
    model.connect(asker(served))
    model.sample(60, 6)
    sent = "\n".join(one["prompt"] for one in served.asked())
    assert CANARY not in sent
    assert "mail.example" not in sent
    assert "Aurora" in sent
    texts = {text for text in messages(1200, 1).texts if len(text.split()) > 6}
    assert not [text for text in texts if text in sent]


def test_a_label_that_fewer_than_k_people_have_is_in_no_prompt_and_the_run_says_so(model_server):
    corpus = messages(1200, 1)
    frame = pd.DataFrame({"c0": corpus.texts, "c1": [*corpus.labels[:-1], "complaint of Dr Huber"]}, dtype=object)
    writer, served = EndpointTexts.fit(frame, SCHEMA, SET, 1, silent), model_server()
    writer.connect(asker(served))
    made = writer.sample(40, 5)
    assert set(made["c1"]) == {"arrival", "fee", "limit", "lost"}
    assert "Huber" not in "\n".join(one["prompt"] for one in served.asked())
    assert "Labels of fewer than 5 people are left out, 1 of 5: no text has one." in writer.notes


def test_a_product_that_the_owner_names_keeps_its_name_in_the_answers(model_server):
    corpus = messages(1200, 1)
    frame = pd.DataFrame({"c0": corpus.texts, "c1": corpus.labels}, dtype=object)
    terms = SET | {"terms": "Our program is called “Norton Shield”."}
    writer = EndpointTexts.fit(frame, SCHEMA, terms, 1, silent)
    writer.connect(asker(model_server()))
    assert writer.sample(20, 5)["c0"].str.contains("I use Norton Shield.", regex=False).all()


def test_without_an_endpoint_or_an_answer_the_run_says_so_in_words(model):
    unconnected = EndpointTexts.load(model.dump())
    with pytest.raises(FitError, match="No endpoint"):
        unconnected.sample(4, 1)
    gone = Endpoint("http://127.0.0.1:9/v1", "m", seconds=0.2)
    unconnected.connect(HttpAsker(gone, InMemory(), sleep=lambda _: None))
    with pytest.raises(FitError, match=r"answered nothing .* “ConnectError”"):
        unconnected.sample(4, 1)


def test_a_slot_is_replaced_and_never_read_again():
    assert filled_in("{{a}} and {{b}}", {"a": "{{b}}", "b": "c"}) == "{{b}} and c"


def test_eight_words_of_the_prompt_in_a_row_are_a_repetition():
    assert repeats("one two three four five six seven eight", "Say: one two three four five six seven eight nine.")
    assert not repeats("one two three four five six seven nine", "Say: one two three four five six seven eight nine.")
