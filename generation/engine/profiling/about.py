"""What only people know about a source: the questions that the card of a release needs answered. Standard library only.

The keys are fixed: cards that were signed hold answers by them, and reviews/engine/card/checklist.py names them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from generation.engine.errors import PlanError

LONGEST_ANSWER = 2_000
NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to be said: `label` as asked, `help` with an example. A `day` is answered in ISO form."""

    key: str
    label: str
    help: str
    is_day: bool = False
    is_long: bool = True


@dataclass(frozen=True, slots=True)
class Topic:
    """Questions that one person can answer in one go."""

    title: str
    questions: tuple[Question, ...]


TOPICS = (
    Topic(
        "Who answers for it",
        (
            Question("contact", "Contact", "Whom readers may ask: a person or a team, with an address.", is_long=False),
            Question("controller", "Controller", "Who decides why and how the source is processed.", is_long=False),
            Question("incident_contact", "Incident contact", "Whom to tell of a record that leaks.", is_long=False),
            Question("recipients", "Recipients", "Who may hold what is made from it."),
            Question("legal_basis", "Licence or legal basis", "Such as CC BY 4.0, a contract, consent.", is_long=False),
            Question("terms", "Terms", "What a holder agrees to: a licence or the rules of your house."),
            Question("retention", "Retention", "How long source and release are kept, and why so long."),
            Question("expires", "Re-assess after", "The day after which a release is looked at again.", is_day=True),
        ),
    ),
    Topic(
        "Where the source comes from",
        (
            Question("origin", "Origin", "Which system or collection, and how the records came about."),
            Question("period", "Period", "The time that the records tell of.", is_long=False),
            Question("geography", "Geography", "The places that the records tell of.", is_long=False),
            Question("population", "Population", "Whom or what the records stand for, and whom they leave out."),
            Question("sampling", "Sampling", "All of them, or how they were chosen."),
        ),
    ),
    Topic(
        "People in it",
        (
            Question("unit_of_privacy", "Unit of privacy", "Whom to protect: person, household, firm.", is_long=False),
            Question("records_per_person", "Records per person", "One, or how many at most.", is_long=False),
            Question("linkable", "What it may be linked with", "Other data that its holders have or could get."),
        ),
    ),
    Topic(
        "What it is good for",
        (
            Question("assumptions", "Assumptions", "What has to be true for it to be of use."),
            Question("suitability", "Suitable for", "Tasks it was tried for or is meant for."),
            Question("known_gaps", "Known gaps", "What is missing, out of date, wrong or lopsided in the source."),
        ),
    ),
)  # fmt: skip
QUESTIONS = {question.key: question for topic in TOPICS for question in topic.questions}


def checked_answers(given: object) -> dict[str, str]:
    """The answers by key, empty ones left out. PlanError with one sentence for what cannot be."""
    if not isinstance(given, Mapping) or not all(isinstance(text, str) for text in given.values()):
        raise PlanError("about", "What is said about a source is an object with a text for each question.")
    if unknown := set(map(str, given)) - set(QUESTIONS):
        raise PlanError("about", f"{len(unknown)} of the questions are not asked here. Asked: {', '.join(QUESTIONS)}.")
    answers = {key: " ".join(text.split(" ")).strip() for key, text in given.items() if text.strip()}
    for key, text in answers.items():
        _check(QUESTIONS[key], text)
    return answers


def _check(question: Question, text: str) -> None:
    if len(text) > LONGEST_ANSWER:
        raise PlanError("about", f"“{question.label}” has {len(text):,} characters; it can have {LONGEST_ANSWER:,}.")
    if question.is_day:
        try:
            date.fromisoformat(text)
        except ValueError:
            raise PlanError("about", f"“{question.label}” is a day, written like 2027-12-31.") from None


def unanswered(answers: Mapping[str, str]) -> list[Question]:
    """The questions without an answer, in the order they are asked."""
    return [question for key, question in QUESTIONS.items() if not answers.get(key)]
