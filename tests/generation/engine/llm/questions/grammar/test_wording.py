"""A sentence and a question that a person would ask of it."""

from __future__ import annotations

import pytest

from generation.engine.errors import SuiteError
from generation.engine.llm.documents.passages import passages_of
from generation.engine.llm.questions.candidates import facts_of
from generation.engine.llm.questions.grammar import parser
from generation.engine.llm.questions.grammar.language import language_of
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


@pytest.mark.parametrize(
    ("sentence", "broken"),
    [
        ("Los Angeles, Orange County, San Diego, and Riverside is composed of smaller towns.", "is Los Angeles"),
        ("The first shows the entire time from the formation of the Earth to the present.", "the first"),
        (
            "The Cotton gallery closed on 25 February 2010, a decision that was disputed.",
            "2010 a decision",
        ),
        ("Los Angeles, the largest city, is composed of many smaller towns.", "What was the largest"),
        ("The Normans fought the Pechenegs, the Bulgars, and especially the Seljuk Turks.", "the Bulgars, and"),
        ("The network is operated by Nexus on behalf of the city of Tyne.", "Nexus on?"),
        ("One of the fossil species had a large mouth in 1996.", "did One of"),
    ],
)
def test_a_sentence_whose_question_would_be_broken_is_not_asked_about(sentence: str, broken: str) -> None:
    assert not [question for question in asked(sentence) if broken in question]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hotelzimmer dürfen nicht mehr als 160 Euro kosten, wenn die Reise länger als einen Tag dauert.", "de"),
        ("Les reçus sont conservés pendant huit ans, car le fisc les demande dans les contrôles.", "fr"),
        ("Los recibos se guardan durante ocho años porque la oficina los pide para sus controles.", "es"),
        ("A hotel room must not cost more than 160 euros if the trip is longer than a day.", "en"),
        ("Квитанции хранятся восемь лет.", "other"),
        ("Helena Brandt", ""),
    ],
)
def test_the_language_of_a_text_is_told_by_its_function_words(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    "sentence",
    [
        "Ein Hotelzimmer in Paris kostet nicht mehr als 160 Euro pro Nacht.",
        "Les employés gardent les reçus de la banque pendant huit ans à Paris.",
    ],
)
def test_a_sentence_of_another_language_is_not_asked_about_in_english(sentence: str) -> None:
    assert asked(sentence) == {}


def test_lists_and_tables_are_asked_about_with_their_labels() -> None:
    found = {
        text: one.evidence.text for one in structured(passages_of(read(HANDBOOK, "h.md"))) for text in one.wordings
    }

    assert found["What is given for “Trips over 3,000 euros” under “Who approves”?"] == "Helena Brandt"
    assert found["What is the full day for “France” under “Daily allowance”?"] == "45 euros"
    assert found["Which country has the highest half day under “Daily allowance”?"] == "Norway"


def test_without_a_parser_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "PACKAGES", ("no_such_package",))
    parser.pipeline.cache_clear()
    try:
        with pytest.raises(SuiteError, match='the extra "questions"'):
            asked("Nikola Tesla moved to Paris in 1882.")
    finally:
        parser.pipeline.cache_clear()


@pytest.mark.parametrize(
    "sentence",
    [
        "The refund must either go to the original payment method, or an existing gift card.",
        "Neither staff nor guests may park in the courtyard.",
        "No guest may park in the courtyard.",
        "Few guests may park in the courtyard.",
        "Not all guests may park in the courtyard.",
        "Guests may no longer park in the courtyard.",
        "The user may request a refund only if the order is delivered.",
        "The user must explicitly confirm, or the agent must stop.",
        "Every guest must park in the courtyard, the garage or the lane.",
    ],
)
def test_a_rule_whose_answer_is_another_for_a_part_of_its_sentence_is_not_asked_about(sentence: str) -> None:
    assert not [question for question in asked(sentence) if question.startswith(("Must", "May"))]


@pytest.mark.parametrize(
    ("sentence", "question", "verdict"),
    [
        ("Both staff and guests may park in the courtyard.", "May both staff and guests park in the courtyard?", "yes"),
        ("Staff may park in the courtyard and must show a badge.", "May staff park in the courtyard?", "yes"),
        ("Staff may park in the courtyard, but guests may not.", "May staff park in the courtyard?", "yes"),
        ("The agent can only cancel a pending order.", "Can the agent cancel a pending order?", "yes"),
        ("Guests may never park in the courtyard.", "May guests park in the courtyard?", "no"),
        ("Guests must not smoke in the hall, or park there.", "May guests smoke in the hall?", "no"),
    ],
)
def test_a_rule_is_asked_about_where_what_is_left_out_changes_nothing(
    sentence: str, question: str, verdict: str
) -> None:
    facts = facts_of(passages_of(read(sentence, "one.txt")))

    assert [(one.wordings[0], one.verdict) for one in facts.candidates if one.verdict] == [(question, verdict)]


def test_where_one_of_two_things_holds_neither_is_asked_for_alone() -> None:
    assert not asked("The refund must go to the original payment method, or an existing gift card.")


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        (
            "A container may be filled to at most 90 percent.",
            "To what percentage may a container be filled?",
            "at most 90 percent",
        ),
        (
            "The hotline answers calls from 7 a.m. to 10 p.m.",
            "What answers calls from 7 a.m. to 10 p.m.?",
            "The hotline",
        ),
        ("The board answers requests within 20 days.", "Who or what answers requests within 20 days?", "The board"),
    ],
)
def test_an_answer_is_whole_and_asked_for_by_the_right_word(sentence: str, question: str, answer: str) -> None:
    assert asked(sentence)[question] == answer


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("Cargo bikes are hired to persons over 21 years only.", "over how many years"),
        ("The policy applies to all laboratories of Harrow College.", "What applies"),
        ("Scratches cost 15 euros at the end of each hire.", "What cost "),
        ("Everybody over 16 years can hire a city bike.", "engage"),
    ],
)
def test_what_only_a_machine_would_ask_is_not_asked(sentence: str, wrong: str) -> None:
    assert not [question for question in asked(sentence) if wrong.lower() in question.lower()]


@pytest.mark.parametrize(
    "sentence",
    [
        "As a shop assistant, you can help customers:",
        "For a pending order, you can take actions to modify its shipping address, payment method, or product item "
        "options, but nothing else.",
        "You should at most make one call at a time.",
    ],
)
def test_a_rule_that_cannot_be_turned_round_whole_is_not_asked_about(sentence: str) -> None:
    assert not [
        question
        for question in asked(sentence)
        if question.split()[0] in ("Can", "May", "Should")
        and ("nothing" in question or "most" in question or "customers" in question)
    ]


def test_what_kind_of_thing_is_not_asked_for_by_a_number() -> None:
    assert not [question for question in asked("The clerk makes one tool call at a time.") if "kind of" in question]
