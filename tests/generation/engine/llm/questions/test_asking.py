"""As many questions as were asked, each with an answer that stands where it says, or what is missing and why."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from generation.engine.errors import SuiteError
from generation.engine.llm.documents.document import Document
from generation.engine.llm.documents.passages import all_passages
from generation.engine.llm.questions.absent import unanswerable
from generation.engine.llm.questions.adversarial import adversarial
from generation.engine.llm.questions.asking import ask_questions, split_count
from generation.engine.llm.questions.candidates import Candidate
from generation.engine.llm.questions.corpus import Corpus
from generation.engine.llm.questions.figures import is_answerable, is_grounded, repeats
from generation.engine.llm.questions.question import Evidence, Form, Kind, Question, QuestionSet, real_question
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
    made = ask_questions(documents[1:], 3, seed=1, shares={Form.CONVERSATIONAL: 1.0})

    assert made.questions
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


def test_what_was_asked_is_not_asked_again_with_other_words_around_it() -> None:
    """Few facts and many questions: what lacks is told, and nobody asks the same as a newcomer or an auditor."""
    text = "The Norwood shop has 50 types of products. The Norwood shop opened in Bergen in 1923."

    made = ask_questions([read(text, "shop.txt")], 60, seed=1, shares={Form.SINGLE: 1.0})

    around = [
        "Quick one: ",
        "I am new here and could not find this. ",
        "Sorry if this is obvious: ",
        "For the record: ",
    ]
    around += ["Could you help me with this? ", " Thank you in advance.", " Short answer please."]
    around += [" Please name the passage that says so."]
    bare = [question.text.lower() for question in made.questions]
    for words in around:
        bare = [one.replace(words.lower(), "") for one in bare]
    assert len(set(bare)) == len(bare) > 2
    assert sum(made.shortfall.values()) == 60 - made.delivered


def test_a_form_that_the_documents_have_too_little_for_is_told_with_its_reason() -> None:
    """One year alone compares with nothing, so that single-hop questions take the place of comparisons."""
    text = "Ada Norwood opened a laboratory in Bergen in 1923. The laboratory had twelve rooms. Receipts are kept."
    made = ask_questions([read(text, "note.txt")], 4, seed=1, shares={Form.SINGLE: 0.5, Form.COMPARISON: 0.5})

    assert made.forms() == {"single-hop": 4}
    assert made.short_forms == (
        "0 of 2 comparison questions: the documents hold no more pairs of events with different years.",
    )


def test_a_form_of_which_more_were_found_than_can_be_asked_says_so(documents: list[Document]) -> None:
    made = ask_questions(documents, 5_000, seed=1)

    short = dict(sentence.split(" questions: ") for sentence in made.short_forms)
    counts = {sentence.split(" ", 3)[3]: sentence.split(" ", 1)[0] for sentence in short}
    assert counts == {form.value: str(made.forms().get(form.value, 0)) for form in Form}
    assert any("those left out repeat a question or an answer" in why for why in short.values())


def test_where_every_form_is_reached_none_is_told_as_short(made: QuestionSet) -> None:
    assert made.short_forms == ()


def test_candidates_that_were_looked_at_and_not_taken_are_counted_by_reason(documents: list[Document]) -> None:
    many = ask_questions(documents, 5_000, seed=1)
    own = [question.text for question in many.questions if question.form is Form.UNANSWERABLE]

    again = ask_questions(documents, 5_000, seed=1, own=own)

    assert many.rejected["Their answer is asked for three times already."] > 0
    assert "They repeat a question of the owner." not in many.rejected
    assert again.rejected["They repeat a question of the owner."] > 0


def test_a_real_question_is_read_apart_from_its_answer() -> None:
    assert real_question("Who pays claims?\tthe accounts team ") == ("Who pays claims?", "the accounts team")
    assert real_question("Who pays claims? ") == ("Who pays claims?", "")


def test_a_question_of_the_owner_is_never_repeated(documents: list[Document], made: QuestionSet) -> None:
    own = [question.text for question in made.questions if question.form is not Form.CONVERSATIONAL]

    again = ask_questions(documents, 40, seed=3, own=[f"{text}\tan answer of theirs" for text in own])

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


GERMAN = """# Reisekosten

Hotelzimmer dürfen höchstens 160 Euro kosten. Bahnfahrten werden mindestens vierzehn Tage vor der Abreise gebucht.

Die Belege müssen acht Jahre lang aufbewahrt werden, weil das Finanzamt bei jeder Prüfung wieder danach fragt.

| Land | Voller Tag |
|------|------------|
| Frankreich | 45 Euro |
| Norwegen | 75 Euro |
"""


def test_of_german_documents_only_tables_and_missing_words_are_asked_about_and_the_notes_say_so() -> None:
    made = ask_questions([read(GERMAN, "reise.md")], 12, seed=1)

    assert made.notes[0].endswith("not in English: only their lists, tables and missing words are asked about.")
    assert {question.kind for question in made.questions} <= {
        Kind.CELL,
        Kind.ITEM,
        Kind.LIST,
        Kind.PHRASE,
        Kind.NOTHING,
    }
    assert all("____" in question.text for question in made.questions if question.kind is Kind.PHRASE)
    assert any(
        "„Voller Tag“ dort, wo in „Land“ der Eintrag „Norwegen“ steht" in question.text for question in made.questions
    )


def test_english_documents_have_no_note_about_languages(made: QuestionSet) -> None:
    assert made.notes == ()


def test_a_document_of_tables_alone_is_not_taken_for_another_language() -> None:
    rows = "| Germany | 31 euros |\n| Norway | 75 euros |\n| France | 45 euros |\n| Spain | 52 euros |\n"

    made = ask_questions([read(f"# Allowance\n\n| Country | Full day |\n|---|---|\n{rows}", "sums.md")], 4, seed=1)

    assert made.notes == ()


def policy(version: int, days: str, sum_of_a_day: int) -> Document:
    text = f"""# Travel policy

Version {version}. The accounts team pays claims within {days} days. Employees keep receipts.

| Country | Full day |
|---------|----------|
| Germany | {sum_of_a_day} euros |
"""
    return read(text, f"policy-{version}.md")


def test_a_question_that_two_versions_answer_differently_names_its_version() -> None:
    versions = [policy(1, "24", 31), policy(2, "28", 36)]

    made = ask_questions(versions, 12, seed=1)

    assert {question.document for question in made.questions} == {version.id for version in versions}
    for question in made.questions:
        number = 1 + [version.id for version in versions].index(question.document)
        assert f"“Travel policy (version {number})”" in question.text


def test_one_question_that_one_document_answers_in_two_ways_is_not_asked() -> None:
    table = "| Country | Fee |\n|---|---|\n| Germany | {} euros |\n"
    twice = read(f"# Fees\n\n{table.format(31)}\nLater:\n\n{table.format(36)}", "fees.md")

    made = ask_questions([twice], 5, seed=1)

    assert not [question for question in made.questions if "Germany" in question.text]


def test_a_passage_that_nearly_repeats_the_one_with_the_answer_distracts_nobody() -> None:
    rule = (
        "Travellers of the Norwood Institute hand in the claims for a trip within 45 days, add the receipts of every "
        "hotel and train, and send all of them to the accounts team in Bergen, which pays within three weeks"
    )
    other = "Claims for a trip that nobody approved are sent back to the travellers of the Norwood Institute unread."
    files = {"now.txt": f"{rule}.", "then.txt": f"{rule} or so.", "other.txt": other}
    documents = [read(text, name) for name, text in files.items()]
    corpus = Corpus(all_passages(documents))

    evidence = Evidence(corpus.passages[0].id, documents[0].id, rule.index("three weeks"), len(rule), "three weeks")
    asked = "Within how many weeks does the accounts team in Bergen pay the claims for a trip of the Norwood Institute?"
    question = Question(asked, evidence.text, Form.SINGLE, Kind.NUMBER, (evidence,))

    (made,) = adversarial([question], corpus, np.random.default_rng(1), [])

    assert [corpus.passage(name).text for name in made.distractors] == [other]


def test_only_a_whole_name_is_taken_for_another() -> None:
    evidence = Evidence("p", "d", 0, 4, "1882")
    asked = "In which year did Romeo Bianchi move from Rome to Paris?"
    candidate = Candidate(evidence, Kind.YEAR, (asked,), True, names=(("Rome", "GPE"),))

    (made,) = unanswerable([candidate], Corpus([]), np.random.default_rng(1))

    assert made.text == f"In which year did Romeo Bianchi move from {made.absent} to Paris?"
