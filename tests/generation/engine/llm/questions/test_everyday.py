"""Documents as people write them: what is asked about nested lists, odd labels and German is what people ask."""

from __future__ import annotations

import pytest

from generation.engine.llm.documents.passages import all_passages, passages_of
from generation.engine.llm.documents.table import documents_of, rows_of
from generation.engine.llm.questions.asking import ask_questions
from generation.engine.llm.questions.corpus import Corpus
from generation.engine.llm.questions.figures import is_answerable, is_closed, is_grounded
from generation.engine.llm.questions.question import Form, Kind, Question, QuestionSet
from generation.engine.llm.questions.structures import structured
from tests.generation.engine.llm.questions.conftest import read

FAQ = """# Bike hire

The deposit is paid back within five working days. Bikes may be taken to Denmark. Bikes must not be lent to strangers.

## What do I do after an accident?

1. Make the place safe.
2. Call the police if somebody is hurt.
   - Their number is 110.
   - Wait until an officer comes.
3. Call our hotline.
4. Take photographs of the damage.

## What do I bring?

- a valid passport
- a credit card
- a phone number

## Opening hours

- Kiel: Monday to Saturday, 8 a.m. to 8 p.m.
- Husum: closed in winter.

## Prices

| Bike | Per day | Collected | Fees |
|------|---------|-----------|------|
| City bike | 18 euros | by noon | 3 euros |
| Cargo bike | 45 euros | by nine | 5 euros |
"""
GERMAN = """# Handbuch

Dieses Handbuch sagt, was in den ersten Wochen wichtig ist, und wird in jedem Jahr von der Leitung überarbeitet.

## Ansprechpartner

- Betriebsarzt: Zimmer 4
- Betriebsrat: Zimmer 2
"""


def asked(text: str, name: str = "faq.md") -> dict[str, str]:
    passages = passages_of(read(text, name))
    return {said: each.evidence.text for each in structured(passages) for said in each.wordings}


def made_of(text: str, form: Form, count: int = 12, name: str = "faq.md") -> tuple[QuestionSet, Corpus]:
    document = read(text, name)
    return ask_questions([document], count, seed=2, shares={form: 1.0}), Corpus(all_passages([document]))


def test_a_list_inside_a_list_is_asked_about_by_the_item_above_it() -> None:
    found = asked(FAQ)

    text = "Which 2 points stand below “Call the police if somebody is hurt” under “What do I do after an accident”?"
    assert found[text] == "Their number is 110.\n  - Wait until an officer comes"
    assert not [said for said in found if said.startswith("Which 6 points")]


def test_only_the_order_of_numbered_points_is_asked_about() -> None:
    found = {said: answer for said, answer in asked(FAQ).items() if "comes directly after" in said}

    assert set(found.values()) == {"Call the police if somebody is hurt", "Take photographs of the damage"}


def test_nesting_and_numbers_of_a_list_survive_the_table_of_blocks() -> None:
    import pandas as pd

    document = read(FAQ, "faq.md")
    (again,), _ = documents_of(pd.DataFrame(rows_of(0, document)))

    assert again.text == document.text
    assert "2. Call the police if somebody is hurt.\n  - Their number is 110." in again.text


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("In the table under “Prices”, what stands in the column “Per day” where “Bike” is “City bike”?", "18 euros"),
        ("What are the fees for “Cargo bike” under “Prices”?", "5 euros"),
        ("Which bike has the highest fees under “Prices”?", "Cargo bike"),
        ("What is given for “Kiel” under “Opening hours”?", "Monday to Saturday, 8 a.m. to 8 p.m."),
        ("What is given for “Husum” under “Opening hours”?", "closed in winter"),
    ],
)
def test_labels_are_used_as_what_they_are(said: str, answer: str) -> None:
    assert asked(FAQ)[said] == answer


def test_a_label_that_names_nothing_is_only_quoted() -> None:
    assert not [said for said in asked(FAQ) if "the per day" in said.lower() or "the collected" in said]


def test_lists_of_a_page_keep_their_numbers_and_nesting() -> None:
    html = "<!doctype html><h1>Steps</h1><ol><li>Open it<ul><li>slowly<li>by hand</ul><li>Close it<li>Lock it</ol>"

    assert "1. Open it\n  - slowly\n  - by hand\n2. Close it\n3. Lock it" in read(html, "page.html").text


def test_tables_lists_and_rules_are_asked_for_what_no_document_tells() -> None:
    made, corpus = made_of(FAQ, Form.UNANSWERABLE)

    assert made.delivered == 8  # two of each list with labels or numbers, two of the table, one of each of two rules
    for question in made.questions:
        assert question.absent in question.text
        assert is_answerable(question, corpus)
        assert not corpus.holding(question.absent)
    assert any("of the rule “Bikes must not be lent to strangers”" in one.text for one in made.questions)


def test_what_is_told_in_other_words_is_not_asked_for_as_untold() -> None:
    told = FAQ + "\nThe law and all references, approvals and files are in the catalogue of each account centre.\n"
    made, _ = made_of(told.replace("account", "ledger account"), Form.UNANSWERABLE)

    assert not {"legal basis", "catalogue number", "ledger account", "cost centre"} & {
        one.absent for one in made.questions
    }


def history(question: Question) -> str:
    return "\n".join(f"{turn.question}\n{turn.answer}" for turn in question.turns)


def test_follow_ups_to_tables_lists_and_rules_need_the_turn_before_and_are_not_told_by_it() -> None:
    made, corpus = made_of(FAQ, Form.CONVERSATIONAL)

    assert {"And for “Husum”?", "And for “Cargo bike”?"} & {one.text for one in made.questions}
    assert {Kind.CELL, Kind.ITEM, Kind.RULE} <= {one.kind for one in made.questions}
    for question in made.questions:
        assert len(question.turns) == 1
        assert question.answer not in history(question)
        assert is_grounded(question, corpus)
        assert is_closed(question)


def test_they_in_a_follow_up_about_a_rule_are_named_in_the_turn_before() -> None:
    made, _ = made_of(FAQ, Form.CONVERSATIONAL)

    (rule,) = [one for one in made.questions if one.kind is Kind.RULE]
    assert rule.text == "May they be lent to strangers?"
    assert rule.verdict == "no"
    assert "bikes" in rule.turns[0].question.lower()


def test_a_turn_never_says_what_the_next_one_asks_for() -> None:
    text = "The college spent 41,000 pounds on new cabinets in 2021. The college teaches chemistry in two buildings."
    made, _ = made_of(text, Form.CONVERSATIONAL, name="college.txt")

    assert made.questions
    for question in made.questions:
        assert question.answer.lower() not in history(question).lower()


def test_a_german_document_is_asked_in_german_and_nobody_adds_english_words() -> None:
    document = read(GERMAN, "handbuch.md")
    made = ask_questions([document], 4, seed=1, shares={Form.SINGLE: 0.5, Form.CONVERSATIONAL: 0.5})

    texts = {question.text for question in made.questions}
    assert {"Was steht unter „Ansprechpartner“ zu „Betriebsarzt“?", "Und zu „Betriebsrat“?"} <= texts
    assert {question.persona for question in made.questions} == {"plain"}
    assert {question.language for question in made.questions} == {"de"}


def test_what_is_quoted_keeps_its_letters_when_typing_errors_are_made() -> None:
    made, _ = made_of(FAQ, Form.ADVERSARIAL, 30)

    for question in (one for one in made.questions if one.attack == "typo" and one.kind is Kind.CELL):
        assert "“City bike”" in question.text or "“Cargo bike”" in question.text or "“Prices”" in question.text


def test_a_gap_leaves_out_a_whole_word_and_quotes_no_mark_of_a_list() -> None:
    text = """# Rules

Note: the clerk writes 'no longer needed' or 'ordered by mistake' into the register before lunch on every weekday.

1. Vellichor bindings are stored away from direct sunlight in the northern archive room.
"""
    made = ask_questions([read(text, "rules.md")], 40, seed=1, shares={Form.SINGLE: 1.0})
    gaps = [one for one in made.questions if "____" in one.text]

    assert gaps
    assert all(one.answer[-1].isalnum() and "“1." not in one.text and "____:" not in one.text for one in gaps)


def test_one_document_and_one_question_are_said_as_one() -> None:
    from generation.engine.llm.questions.synthesizer import _notes

    made = ask_questions([read("# Fees\n\nThe fee is 4 euros.", "fees.md")], 2, seed=1)
    assert made.delivered <= 1
    notes = _notes(made, 1)
    assert " questions were made over 1 document: " in notes[0]
    assert notes[1].split(".")[0] in ("1 question is missing", "2 questions are missing")
