"""As many questions as were asked, each with an answer that stands where it says, or what is missing and why."""

from __future__ import annotations

import dataclasses

import pytest

from generation.engine.errors import SuiteError
from generation.engine.llm.documents.document import Document
from generation.engine.llm.questions.asking import ask_questions, split_count
from generation.engine.llm.questions.corpus import Corpus
from generation.engine.llm.questions.figures import is_answerable, is_grounded, repeats
from generation.engine.llm.questions.question import Form, Kind, QuestionSet
from tests.generation.engine.llm.questions.conftest import read


@pytest.fixture(scope="module")
def made(documents: list[Document]) -> QuestionSet:
    return ask_questions(documents, 40, seed=3)


def test_asked_for_forty_forty_are_made(made: QuestionSet) -> None:
    assert (made.asked, made.delivered, made.shortfall) == (40, 40, {})


def test_every_answer_is_a_stretch_of_its_passage_and_stands_in_no_other(made: QuestionSet, corpus: Corpus) -> None:
    for question in made.questions:
        first = question.evidence[0]
        assert corpus.passage(first.passage).text[first.start : first.end] == first.text
        if question.is_answerable:
            assert question.answer == first.text
            assert sum(question.answer.lower() in passage.text.lower() for passage in corpus.passages) == 1


def test_what_an_unanswerable_question_asks_about_stands_nowhere(made: QuestionSet, corpus: Corpus) -> None:
    absent = [question.absent for question in made.questions if question.form is Form.UNANSWERABLE]

    assert absent
    assert not [text for text in absent for passage in corpus.passages if text.lower() in passage.text.lower()]


def test_two_passages_are_needed_for_a_question_of_two_hops(documents: list[Document], corpus: Corpus) -> None:
    made = ask_questions(documents, 10, seed=1, shares={Form.MULTI: 1.0})

    assert made.questions
    for question in made.questions:
        answer, bridge = question.evidence
        assert answer.passage != bridge.passage
        assert is_grounded(question, corpus)


def test_a_follow_up_says_it_and_the_turn_before_says_what(documents: list[Document]) -> None:
    made = ask_questions(documents, 3, seed=1, shares={Form.CONVERSATIONAL: 1.0})

    for question in made.questions:
        assert {"it", "they"} & set(question.text.lower().rstrip("?").split())
        assert question.turns[0].answer != question.answer


def test_every_document_is_asked_and_none_over_three_times_its_share(
    made: QuestionSet, documents: list[Document]
) -> None:
    words = {document.id: len(document.text.split()) for document in documents}
    counts = {name: sum(question.document == name for question in made.questions) for name in words}

    for name, count in counts.items():
        assert 0 < count / made.delivered <= 3 * words[name] / sum(words.values())


def test_the_same_seed_gives_the_same_questions_and_another_seed_others(
    made: QuestionSet, documents: list[Document]
) -> None:
    assert ask_questions(documents, 40, seed=3) == made
    assert ask_questions(documents, 40, seed=4).questions != made.questions


def test_more_than_the_documents_allow_is_a_shortfall_with_its_reason(documents: list[Document]) -> None:
    made = ask_questions(documents, 5_000, seed=1)

    assert made.delivered < 5_000
    assert sum(made.shortfall.values()) == 5_000 - made.delivered
    assert all(reason.endswith(".") for reason in made.shortfall)
    assert repeats(made.questions) == 0


def test_a_question_of_the_owner_is_never_repeated(documents: list[Document], made: QuestionSet) -> None:
    own = [question.text for question in made.questions if question.form is not Form.CONVERSATIONAL]

    again = ask_questions(documents, 40, seed=3, own=own)

    assert not {question.text for question in again.questions} & set(own)


def test_an_answer_that_two_passages_hold_is_not_answerable_by_one(made: QuestionSet, corpus: Corpus) -> None:
    question = next(one for one in made.questions if one.kind is Kind.CELL)

    assert is_answerable(question, corpus)
    assert not is_answerable(dataclasses.replace(question, answer="the"), corpus)


@pytest.mark.parametrize("count", [0, 100_001])
def test_a_number_out_of_range_gets_one_sentence(documents: list[Document], count: int) -> None:
    with pytest.raises(SuiteError, match="Ask for 1 to 100,000 questions"):
        ask_questions(documents, count, seed=1)


def test_documents_without_passages_get_one_sentence() -> None:
    with pytest.raises(SuiteError, match="no text to ask about"):
        ask_questions([], 10, seed=1)


def test_counts_cut_by_shares_sum_to_the_whole() -> None:
    # 7 x .5 = 3.5 and 7 x .3 = 2.1 and 7 x .2 = 1.4: the largest rest gets the seventh.
    assert split_count(7, {Form.SINGLE: 0.5, Form.MULTI: 0.3, Form.ADVERSARIAL: 0.2}) == {
        Form.SINGLE: 4,
        Form.MULTI: 2,
        Form.ADVERSARIAL: 1,
    }


def test_a_document_that_allows_no_other_question_gets_a_sentence_with_a_gap(documents: list[Document]) -> None:
    odd = read("Ergo vixit magister quondam sapiens inter ceteros, quamvis nemo sciret verba talia.", "odd.txt")

    made = ask_questions([*documents, odd], 40, seed=3)

    (question,) = [one for one in made.questions if one.document == odd.id]
    assert "____" in question.text
    assert question.answer in odd.text
    assert question.answer not in question.text
