"""Questions in an endpoint's words: as many as asked, each with the answer that it had, or in the template's words."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest

from generation.engine.errors import FitError
from generation.engine.llm.endpoint.asking import HttpAsker
from generation.engine.llm.endpoint.closed_book import is_right
from generation.engine.llm.endpoint.door import Answers, Endpoint, Failure, InMemory
from generation.engine.llm.endpoint.questions import EndpointQuestions
from generation.engine.llm.endpoint.rewording import AT_ONCE, Rewording, asked_by_parts
from generation.engine.llm.questions.asking import SHARES, ask_questions
from generation.engine.llm.questions.corpus import Corpus
from generation.engine.llm.questions.figures import is_answerable, is_closed, is_grounded, repeats
from generation.engine.llm.questions.question import Form, Question, QuestionSet
from generation.engine.llm.questions.records import questions_of
from tests.generation.engine.llm.endpoint.test_asking import prompts
from tests.generation.engine.llm.questions.conftest import read

ASKED, SEED = 40, 3
KEPT = ["answer", "contexts", "form", "answer_type", "before", "attack", "evidence"]
FAILURES = {
    "429": "the endpoint was too busy",
    "500": "the endpoint failed",
    "late": "the endpoint took too long",
    "drip": "the endpoint took too long",
    **dict.fromkeys(("cut", "form", "words"), "the answer had another form than asked"),
}
# Words of each document that stand in no question and in no answer.
ONLY_IN_PASSAGES = ("Receipts are kept for eight years because", "The motor was shown to engineers in Pittsburgh")


@pytest.fixture
def model(documents):
    found = EndpointQuestions(documents, [], SHARES)
    found.is_asked = found.may_leave = True
    return found


def asker(served, record=None, **changes):
    endpoint = Endpoint(served.url, "m", **({"seconds": 2.5, "concurrency": 12} | changes))
    return HttpAsker(endpoint, record or InMemory(), sleep=lambda seconds: time.sleep(seconds / 50))


def plain(documents) -> pd.DataFrame:
    return EndpointQuestions(documents, [], SHARES).sample(ASKED, SEED)


def figures(notes) -> tuple[int, int, Counter[str]]:
    """How many of how many are reworded, and how many are not by each reason."""
    note = next(note for note in notes if "in the endpoint's words" in note)
    taken, asked = re.match(r"(\d+) of (\d+) ", note).groups()
    told = re.findall(r"(\d+): ([^,.]+)", note)
    return int(taken), int(asked), Counter({reason: int(count) for count, reason in told})


@pytest.mark.parametrize("flags", [(), ("--faults",)])
def test_as_many_questions_as_asked_each_with_its_answer_from_a_server_that_fails_for_a_while(
    flags, model, documents, model_server
):
    model.connect(asker(model_server(*flags), seconds=0.4 if flags else 2.5))
    made, before = model.sample(ASKED, SEED), plain(documents)
    pd.testing.assert_frame_equal(made[KEPT], before[KEPT])
    changed = made["question"] != before["question"]
    taken, asked, reasons = figures(model.notes)
    assert (taken, asked, len(made)) == (changed.sum(), ASKED, ASKED)
    assert taken + reasons.total() == ASKED
    assert taken > 8
    assert (made["id"] != before["id"]).equals(changed)


def test_what_comes_back_is_one_question_and_passes_the_checks_of_templates(model, documents, corpus, model_server):
    model.connect(asker(model_server()))
    made, before = model.sample(ASKED, SEED), plain(documents)
    questions = questions_of(made.to_dict("records"))
    changed = [question for question, old in zip(questions, before["question"], strict=True) if question.text != old]
    assert changed
    assert all(text.count("?") == 1 and text.endswith("?") for text in (question.text for question in changed))
    assert not [question.text for question in changed if "Edison" in question.text or question.text.startswith("I ask")]
    for question in questions:
        assert is_grounded(question, corpus)
        assert is_answerable(question, corpus)
        assert is_closed(question)
    assert repeats(questions) == 0


def test_each_failure_that_lasts_is_counted_beside_the_questions_that_keep_the_templates_words(
    model, documents, model_server
):
    served = model_server("--faults", "--forever")
    model.connect(asker(served, seconds=0.4, concurrency=24))
    made, before = model.sample(ASKED, SEED), plain(documents)
    became = {one["became"] for one in served.asked() if "\nQuestion: " in one["prompt"]}
    taken, asked, reasons = figures(model.notes)
    expected = {FAILURES[fault] for fault in became - {"answered"}}
    assert len(expected) >= 3
    assert expected <= reasons.keys()
    assert (taken, asked, len(made)) == ((made["question"] != before["question"]).sum(), ASKED, ASKED)
    assert taken + reasons.total() == ASKED
    pd.testing.assert_frame_equal(made[KEPT], before[KEPT])


def test_a_run_that_goes_on_asks_nothing_twice_and_gives_the_same_questions(model, model_server):
    served, record = model_server(), InMemory()
    model.connect(asker(served, record))
    first = model.sample(ASKED, SEED)
    asked = len(served.asked())
    again = EndpointQuestions.load(model.dump())
    again.connect(asker(served, record))
    pd.testing.assert_frame_equal(again.sample(ASKED, SEED), first)
    assert len(served.asked()) == asked == len({one["digest"] for one in served.asked()})
    assert again.notes == model.notes


@pytest.mark.parametrize("may_leave", [True, False])
def test_passages_are_sent_only_where_their_owner_stated_that_they_may_be_released(may_leave, model, model_server):
    served = model_server()
    model.may_leave = may_leave
    model.connect(asker(served))
    model.sample(ASKED, SEED)
    sent = "\n".join(one["prompt"] for one in served.asked())
    assert [sentence in sent for sentence in ONLY_IN_PASSAGES] == [may_leave, may_leave]
    assert "Who asks: " in sent
    assert "Kind of the answer: " in sent


def test_without_a_passage_only_the_question_is_sent_and_it_is_said_how_many_are_answered(model, model_server):
    served = model_server()
    model.connect(asker(served))
    made = model.sample(ASKED, SEED)
    closed = [one["prompt"] for one in served.asked() if "\nAsked: " in one["prompt"]]
    rules = made["evidence"].str.contains('"verdict"')
    counted = made[made["answer"].notna() & ~rules]
    # The server says to everything: "I think it was Nikola Tesla in Paris, in 1882."
    right = counted["answer"].isin(["Nikola Tesla", "Paris", "1882"]).sum()
    assert right > 0
    assert len(closed) == len(counted)
    assert not [sentence for sentence in ONLY_IN_PASSAGES if sentence in "\n".join(closed)]
    assert f"{right} of {len(counted)} questions are answered without the documents" in model.notes[-1]


def test_what_reaches_a_person_by_its_form_goes_into_no_prompt(documents, model_server):
    contact = "The Bergen office answers letters on Mondays. Its clerk Una Falk reads una.falk@mail.example each day."
    model = EndpointQuestions([*documents, read(contact, "contact.txt")], [], SHARES)
    model.is_asked = model.may_leave = True
    served = model_server()
    model.connect(asker(served))
    model.sample(ASKED, SEED)
    sent = "\n".join(one["prompt"] for one in served.asked())
    assert "The Bergen office" in sent
    assert "mail.example" not in sent


def test_off_nothing_is_asked_and_on_without_an_endpoint_it_is_said(model, documents):
    model.is_asked = False
    assert not [note for note in (model.sample(ASKED, SEED), model.notes)[1] if "endpoint" in note]
    model.is_asked = True
    with pytest.raises(FitError, match="No endpoint is connected"):
        model.sample(ASKED, SEED)


def test_an_endpoint_that_is_gone_costs_no_question_and_is_told_in_its_words(model, documents):
    gone = Endpoint("http://127.0.0.1:9/v1", "m", seconds=0.2, concurrency=12)
    model.connect(HttpAsker(gone, InMemory(), sleep=lambda _: None))
    pd.testing.assert_frame_equal(model.sample(ASKED, SEED), plain(documents))
    assert "0 of 40 questions are in the endpoint's words" in " ".join(model.notes)
    assert "It said: “ConnectError”." in " ".join(model.notes)


class Silent:
    """Answers nothing, and counts what it is asked."""

    def __init__(self):
        self.asked = 0

    def ask(self, some):
        self.asked += len(some)
        return Answers((None,) * len(some), {Failure.DOWN: len(some)}, "it broke")


def test_once_nothing_comes_back_of_some_prompts_the_rest_is_not_asked():
    silent = Silent()
    answers = asked_by_parts(silent, prompts(3 * AT_ONCE))
    assert silent.asked == AT_ONCE
    assert len(answers.found) == 3 * AT_ONCE
    assert answers.failures == {Failure.DOWN: AT_ONCE, Failure.ENDED: 2 * AT_ONCE}


class Saying:
    """Says the same to every prompt."""

    def __init__(self, text):
        self.text = text

    def ask(self, some):
        return Answers(({"question": self.text},) * len(some), {})


@pytest.fixture(scope="module")
def made(documents) -> QuestionSet:
    return ask_questions(documents, ASKED, seed=SEED)


def reworded(question: Question, text: str, corpus: Corpus, others=()) -> tuple[str, Counter[str]]:
    rewording = Rewording([question, *others], corpus, [], may_leave=True)
    found = rewording.ask(Saying(text), SEED)
    return found[0].text, rewording.refused


MARCONI = "In which year did Guglielmo Marconi send a signal across the Atlantic?"  # the answer is 1901


def about_marconi(made: QuestionSet) -> Question:
    """The question in its own words, whoever asks it in this set."""
    found = next(one for one in made.questions if one.answer == "1901" and one.form is Form.SINGLE)
    return replace(found, text=MARCONI)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("When was it that Guglielmo Marconi got a signal across the Atlantic?", ""),
        ("Guglielmo Marconi sent a signal across the Atlantic.", "no single sentence that ends in a question mark"),
        ("Marconi was busy. When did Guglielmo Marconi signal across the Atlantic?", "no single sentence"),
        ("When was the Atlantic" + " signal" * 40 + " of Guglielmo Marconi?", "too short or too long"),
        ("Did Guglielmo Marconi send a signal across the Atlantic in 1901?", "holds its answer"),
        ("When did somebody send a signal across the Atlantic?", "lacks a name"),
        ("When did Guglielmo Marconi send Nikola a signal across the Atlantic?", "says a name or number of its own"),
        ("When did Guglielmo Marconi not send any signal across the Atlantic?", "denies or orders otherwise"),
        ("When did Guglielmo Marconi cross the Atlantic?", "lacks words that its passage is found by"),
        ("In which year, please, did Guglielmo Marconi send a signal across the Atlantic?", "little was changed"),
    ],
)
def test_words_that_ask_something_else_are_refused_with_a_reason(text, reason, made, corpus):
    template = about_marconi(made)
    found, refused = reworded(template, text, corpus)
    assert found == (MARCONI if reason else text)
    assert len(list(refused)) == bool(reason)
    assert all(told.startswith(reason) for told in refused)


def test_a_question_that_another_one_asks_already_keeps_its_own_words(made, corpus):
    template = about_marconi(made)
    text = "When was it that Guglielmo Marconi got a signal across the Atlantic?"
    assert reworded(template, text, corpus, [replace(template, text=text)])[1]["says what another question says"]


def test_attacks_and_keywords_are_not_sent_because_their_words_are_the_point(made, corpus):
    served = [question for question in made.questions if question.attack not in ("", "distractor")]
    served += [question for question in made.questions if question.persona == "keywords"]
    rewording = Rewording(served, corpus, [], may_leave=True)
    assert rewording.ask(Saying("What is it?"), SEED) == served
    assert rewording.unsent.total() == len(served) > 3


def test_what_no_document_holds_is_still_asked_about(made, corpus):
    template = next(question for question in made.questions if question.form is Form.UNANSWERABLE)
    text = template.text.replace(template.absent, "the society")
    assert reworded(template, text, corpus)[0] == template.text


@pytest.mark.parametrize(
    ("said", "answer", "is_so"),
    [
        ("Paris", "Paris", True),
        ("It was PARIS, of course.", "Paris", True),
        ("the Norwood Institute", "The Norwood Institute", True),
        ("1995", "5", False),
        ("unknown", "Paris", False),
        ("Zürich, denke ich", "Zürich", True),
        ("anything", "?", False),
    ],
)
def test_an_answer_is_right_where_it_holds_the_words_of_the_true_one(said, answer, is_so):
    assert is_right(said, answer) is is_so
