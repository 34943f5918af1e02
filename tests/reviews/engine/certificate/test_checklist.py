from __future__ import annotations

from dataclasses import replace

from generation.engine.profiling.about import QUESTIONS
from reviews.engine.certificate.card_facts import CardFacts
from reviews.engine.certificate.checklist import PARTS, STANDARDS, checked
from reviews.engine.certificate.datacard import data_card
from tests.reviews.engine.certificate.facts import release_facts


def test_every_part_and_every_question_of_the_card_is_asked_for_by_some_standard_or_is_ours_alone() -> None:
    asked = {key for standard in STANDARDS for item in standard.items for key in item.met_by}
    assert asked <= set(PARTS) | set(QUESTIONS)
    assert set(QUESTIONS) - asked == set()


def test_an_item_is_met_by_what_the_card_says_and_names_what_is_missing() -> None:
    facts = replace(release_facts(), card=CardFacts(answers={"origin": "The billing system."}))
    (assumptions,) = [
        met for standard, items in checked(data_card(facts)) for met in items if met.item.place == "10(2)(d)"
    ]
    assert (assumptions.answered, assumptions.missing) == ((), ("Assumptions",))
    (origin,) = [met for standard, items in checked(data_card(facts)) for met in items if met.item.place == "10(2)(b)"]
    assert (origin.answered, origin.missing) == (("Origin",), ("Licence or legal basis",))


def test_a_card_from_before_the_questions_lacks_all_answers() -> None:
    old = {"purpose": "training", "prohibited_uses": [], "limits": []}
    assert all(met.missing for standard, items in checked(old) if standard.name == "ISO/IEC 27559" for met in items)
