"""A clean set passes; what was planted into it blocks, and is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from generation.engine.evaluation.llm.sets.agents import agent_evidence
from generation.engine.evaluation.llm.sets.cards import CARDS, default_limits
from generation.engine.evaluation.llm.sets.questions import question_evidence
from generation.engine.evaluation.llm.sets.suites import suite_evidence
from generation.engine.evaluation.metric import Metric, Status
from generation.engine.llm.agents.domain import Domain
from generation.engine.llm.agents.task import AgentSuite, AgentTask
from generation.engine.llm.agents.world import Database, state_hash
from generation.engine.llm.documents.document import Document
from generation.engine.llm.questions.asking import ask_questions
from generation.engine.llm.questions.corpus import Corpus
from generation.engine.llm.questions.question import Question
from generation.engine.llm.suites.plan import SuitePlan
from generation.engine.llm.suites.task import Suite


@pytest.fixture(scope="module")
def questions(documents: list[Document]) -> tuple[Question, ...]:
    return ask_questions(documents, 40, seed=3).questions


def statuses(metrics: Sequence[Metric]) -> dict[str, Status]:
    return {metric.name: metric.status for metric in metrics}


def blocked(metrics: Sequence[Metric]) -> set[str]:
    return {name for name, status in statuses(metrics).items() if status is Status.BLOCK}


def test_a_clean_set_of_questions_passes(questions: tuple[Question, ...], corpus: Corpus) -> None:
    found = statuses(question_evidence(questions, corpus))

    assert found.pop("copied_questions") is Status.NOT_COMPUTED
    assert found.pop("found_first") is Status.INFORMATIONAL
    assert set(found.values()) == {Status.PASS}


def test_answers_that_do_not_stand_in_their_passage_block_and_are_named(
    questions: tuple[Question, ...], corpus: Corpus
) -> None:
    answerable = [at for at, question in enumerate(questions) if question.is_answerable]
    planted = answerable[:2]  # 5 % of 40
    made = [replace(q, answer="another thing") if at in planted else q for at, q in enumerate(questions)]

    evidence = question_evidence(made, corpus)

    assert "grounded" in blocked(evidence)
    grounded = next(metric for metric in evidence if metric.name == "grounded")
    assert grounded.value == pytest.approx(38 / 40)
    assert [record.row for record in grounded.named] == planted


def test_an_answer_at_a_wrong_place_blocks(questions: tuple[Question, ...], corpus: Corpus) -> None:
    first = next(question for question in questions if question.is_answerable)
    moved = replace(first.evidence[0], start=first.evidence[0].start + 1)

    assert "grounded" in blocked(question_evidence([replace(first, evidence=(moved,))], corpus))


def test_questions_that_are_asked_twice_block(questions: tuple[Question, ...], corpus: Corpus) -> None:
    again = replace(questions[0], text=questions[0].text.upper())

    assert blocked(question_evidence([*questions, again], corpus)) == {"repeated_questions"}


def test_questions_copied_from_the_owner_block(questions: tuple[Question, ...], corpus: Corpus) -> None:
    own = [questions[3].text, "What is the colour of the moon on a cloudy day?"]

    assert blocked(question_evidence(questions, corpus, own=own)) == {"copied_questions"}
    assert statuses(question_evidence(questions, corpus, own=own[1:]))["copied_questions"] is Status.PASS


def test_an_evaluation_set_that_overlaps_a_release_for_training_blocks(
    questions: tuple[Question, ...], corpus: Corpus, tasks: Suite, plan: SuitePlan
) -> None:
    training = [f"User: {tasks.tasks[0].input} Agent: cancelled.", questions[0].text]

    assert blocked(suite_evidence(tasks, plan.matrix, training=training)) == {"contamination"}
    assert blocked(question_evidence(questions, corpus, training=training)) == {"contamination"}


def test_questions_about_one_of_many_documents_block(questions: tuple[Question, ...], corpus: Corpus) -> None:
    small = min(
        {question.document for question in questions}, key=lambda one: sum(q.document == one for q in questions)
    )

    found = statuses(question_evidence([q for q in questions if q.document == small], corpus))

    assert found["documents_covered"] is Status.REVIEW


def test_a_question_that_names_somebodys_address_blocks(questions: tuple[Question, ...], corpus: Corpus) -> None:
    told = replace(questions[0], text=f"{questions[0].text} Write to ana.lopez@lopez-family.com.")

    assert blocked(question_evidence([told, *questions[1:]], corpus)) == {"personal_data"}


def test_a_clean_suite_passes_and_one_without_some_cells_blocks(tasks: Suite, plan: SuitePlan) -> None:
    assert set(statuses(suite_evidence(tasks, plan.matrix)).values()) == {Status.PASS}
    less = replace(tasks, tasks=tuple(task for task in tasks.tasks if task.cell["channel"] != "phone"))
    assert blocked(suite_evidence(less, plan.matrix)) == {"combinations_covered"}


def test_repeated_tasks_and_results_that_cannot_be_scored_block(tasks: Suite, plan: SuitePlan) -> None:
    again = replace(tasks, tasks=(*tasks.tasks, tasks.tasks[0]))
    empty = replace(tasks, tasks=(replace(tasks.tasks[0], expected_kind="schema", expected={}), *tasks.tasks[1:]))

    assert blocked(suite_evidence(again, plan.matrix)) == {"repeated_tasks"}
    assert blocked(suite_evidence(empty, plan.matrix)) == {"expected_usable"}


def test_clean_agent_tasks_pass(domain: Domain, database: Database, agents: AgentSuite) -> None:
    assert set(statuses(agent_evidence(domain, database, agents)).values()) == {Status.PASS}


def with_task(agents: AgentSuite, task: AgentTask) -> AgentSuite:
    return replace(agents, tasks=(task, *agents.tasks[1:]))


def test_a_task_that_an_agent_passes_by_doing_nothing_blocks(
    domain: Domain, database: Database, agents: AgentSuite
) -> None:
    lax = replace(domain, rules=tuple(rule for rule in domain.rules if not rule.process))
    idle = replace(agents.tasks[0], denies=(), transfers=False, communicate=(), target=state_hash(database))

    assert "nothing_passes" in blocked(agent_evidence(lax, database, with_task(agents, idle)))


def test_a_task_whose_reference_does_not_lead_to_its_state_blocks(
    domain: Domain, database: Database, agents: AgentSuite
) -> None:
    wrong = replace(agents.tasks[0], target="0" * 64)

    assert {"reference_passes", "state_told"} <= blocked(agent_evidence(domain, database, with_task(agents, wrong)))


def test_rules_that_no_task_tries_block(domain: Domain, database: Database, agents: AgentSuite) -> None:
    few = replace(agents, tasks=agents.tasks[:2])

    assert "branches_covered" in blocked(agent_evidence(domain, database, few))


def test_every_card_can_be_a_card_and_has_its_limit_in_both_policies() -> None:
    assert [fault for card in CARDS.values() for fault in card.faults()] == []
    assert default_limits("evaluation").limits.keys() == default_limits("knowledge_testing").limits.keys()
    with pytest.raises(ValueError, match="purpose must be one of"):
        default_limits("training")
