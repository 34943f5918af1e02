"""A clean set passes; what was planted into it blocks, and is named."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
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
from generation.engine.llm.documents.passages import all_passages
from generation.engine.llm.documents.reading import read_documents
from generation.engine.llm.questions.asking import ask_questions
from generation.engine.llm.questions.corpus import Corpus
from generation.engine.llm.questions.figures import repeats
from generation.engine.llm.questions.personas import PERSONAS
from generation.engine.llm.questions.question import Evidence, Form, Kind, Question
from generation.engine.llm.suites.plan import SuitePlan
from generation.engine.llm.suites.task import Suite
from tests.generation.engine.llm.questions.conftest import read


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
    informing = ("sections_covered", "clusters_covered", "found_first")
    assert {found.pop(name) for name in informing} == {Status.INFORMATIONAL}
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


@pytest.mark.parametrize("frame", [frame for persona in PERSONAS for frame in persona.frames])
def test_a_question_that_another_persona_asks_again_blocks(
    questions: tuple[Question, ...], corpus: Corpus, frame: str
) -> None:
    plain = next(question for question in questions if question.persona == "plain" and not question.turns)
    lowered = plain.text[:1].lower() + plain.text[1:]
    again = replace(plain, text=frame.format(question=plain.text, lowered=lowered), persona="another")

    assert repeats([plain, again]) == 1
    assert blocked(question_evidence([*questions, again], corpus)) == {"repeated_questions"}


def test_questions_copied_from_the_owner_block(questions: tuple[Question, ...], corpus: Corpus) -> None:
    own = [questions[3].text, "What is the colour of the moon on a cloudy day?"]

    assert blocked(question_evidence(questions, corpus, own=own)) == {"copied_questions"}
    assert statuses(question_evidence(questions, corpus, own=own[1:]))["copied_questions"] is Status.PASS


def named(metrics: Sequence[Metric], name: str) -> Metric:
    return next(metric for metric in metrics if metric.name == name)


def test_the_owners_own_questions_are_measured_beside_ours(questions: tuple[Question, ...], corpus: Corpus) -> None:
    # "accounts", "team", "pays" and "claims" all stand in the passage with the answer; of "bosses", "wave", "cheap" and
    # "trips" the last alone stands in the one that names the team lead.
    own = [
        "Which accounts team pays claims?\twithin ten working days",
        "Which bosses wave cheap trips?\tthe team lead",
    ]

    evidence = question_evidence(questions, corpus, own=own)

    overlap, first = named(evidence, "wording_overlap"), named(evidence, "found_first")
    assert overlap.ceiling == pytest.approx((1 + 1 / 4) / 2)
    assert "half of the owner's 2 share 62%, or less." in overlap.sentence
    assert first.ceiling is not None
    assert "of the owner's 2 whose answer stands in one passage." in first.sentence
    assert statuses(evidence)["copied_questions"] is Status.PASS


def test_of_real_questions_without_an_answer_the_rank_is_not_told(
    questions: tuple[Question, ...], corpus: Corpus
) -> None:
    evidence = question_evidence(questions, corpus, own=["Which accounts team pays claims?", ""])

    overlap, first = named(evidence, "wording_overlap"), named(evidence, "found_first")
    assert overlap.ceiling == 1.0
    assert "half of the owner's 1 share 100%, or less (1 of them with the passage that is found first)." in (
        overlap.sentence
    )
    assert first.ceiling is None
    assert first.sentence.endswith("; no answer tells which passages the owner's are about.")


def test_without_real_questions_nothing_is_said_of_them(questions: tuple[Question, ...], corpus: Corpus) -> None:
    evidence = question_evidence(questions, corpus)

    assert named(evidence, "wording_overlap").ceiling is named(evidence, "found_first").ceiling is None
    assert not [metric for metric in evidence if "owner's" in metric.sentence]


def test_sections_and_different_passages_that_are_asked_about_are_counted() -> None:
    """Two sections hold the same passage word for word, and a third is asked about by nobody."""
    rule = "Claims above the limit of four thousand crowns are settled by the board in Bergen every quarter."
    text = f"# Rules\n\n## Claims\n\n{rule}\n\n## Again\n\n{rule}\n\n## Trips\n\nTrips are booked by Ada Norwood."
    document = read(text, "rules.md")
    there = Corpus(all_passages([document]))
    asked = there.passages[0]
    at = asked.text.index("four thousand")
    evidence = Evidence(asked.id, document.id, at, at + len("four thousand crowns"), "four thousand crowns")
    made = Question("What is the limit?", evidence.text, Form.SINGLE, Kind.AMOUNT, (evidence,))

    found = question_evidence([made, made, made], there)

    assert named(found, "sections_covered").value == pytest.approx(1 / 3)
    assert named(found, "sections_covered").sentence == "1 of 3 sections is asked about."
    # The two that repeat one another are one of two.
    assert named(found, "clusters_covered").value == pytest.approx(1 / 2)
    assert named(found, "clusters_covered").sentence == "1 of 2 passages, near repeats counted once, is asked about."
    informs = {name for name, status in statuses(found).items() if status is Status.INFORMATIONAL}
    assert informs == {"sections_covered", "clusters_covered", "found_first"}


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


def test_an_answer_or_a_result_that_names_somebodys_address_blocks(
    questions: tuple[Question, ...], corpus: Corpus, tasks: Suite, plan: SuitePlan
) -> None:
    told = replace(questions[0], answer=f"{questions[0].answer} ana.lopez@lopez-family.com")
    assert "personal_data" in blocked(question_evidence([told, *questions[1:]], corpus))
    first = replace(tasks.tasks[0], expected_kind="rubric", expected=["writes to ana.lopez@lopez-family.com"])
    wrong = replace(tasks, tasks=(first, *tasks.tasks[1:]))
    assert blocked(suite_evidence(wrong, plan.matrix)) == {"personal_data"}


def test_many_short_documents_that_are_asked_about_once_each_pass() -> None:
    """Of 100 equal documents one question alone is more than three times a hundredth of thirty."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for at in range(100):
            archive.writestr(f"item-{at}.txt", f"Norton Bridge {at} was opened in {1800 + at} by Ada Norwood.")
    many = [one for one in read_documents(io.BytesIO(packed.getvalue()), "items.zip") if isinstance(one, Document)]
    made = ask_questions(many, 30, seed=3)
    found = statuses(question_evidence(made.questions, Corpus(all_passages(many))))
    assert len({one.document for one in made.questions}) == len(made.questions)
    assert found["largest_share"] is Status.PASS


def test_a_clean_suite_passes_and_one_without_some_cells_blocks(tasks: Suite, plan: SuitePlan) -> None:
    assert set(statuses(suite_evidence(tasks, plan.matrix)).values()) == {Status.PASS}
    less = replace(tasks, tasks=tuple(task for task in tasks.tasks if task.cell["channel"] != "phone"))
    assert blocked(suite_evidence(less, plan.matrix)) == {"combinations_covered"}


def test_repeated_tasks_and_results_that_cannot_be_scored_block(tasks: Suite, plan: SuitePlan) -> None:
    again = replace(tasks, tasks=(*tasks.tasks, tasks.tasks[0]))
    empty = replace(tasks, tasks=(replace(tasks.tasks[0], expected_kind="schema", expected={}), *tasks.tasks[1:]))

    assert blocked(suite_evidence(again, plan.matrix)) == {"repeated_tasks"}
    assert blocked(suite_evidence(empty, plan.matrix)) == {"expected_usable"}


@pytest.mark.parametrize("change", [str.upper, "{} ".format, "\t{}".format, lambda text: text.replace(" ", " \n ")])
def test_a_task_that_repeats_another_in_other_blanks_or_letter_case_blocks(
    tasks: Suite, plan: SuitePlan, change: Callable[[str], str]
) -> None:
    again = replace(tasks.tasks[0], input=change(tasks.tasks[0].input))

    assert blocked(suite_evidence(replace(tasks, tasks=(*tasks.tasks, again)), plan.matrix)) == {"repeated_tasks"}


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


def test_one_is_said_as_one_in_the_evidence_on_questions() -> None:
    """One question over one document with one passage that holds one answer."""
    document = read("# Rules\n\nClaims above four thousand crowns are settled by the board in Bergen.", "rules.md")
    there = Corpus(all_passages([document]))
    at = there.passages[0].text.index("four thousand")
    evidence = Evidence(there.passages[0].id, document.id, at, at + len("four thousand crowns"), "four thousand crowns")
    made = Question("What is the limit?", evidence.text, Form.SINGLE, Kind.AMOUNT, (evidence,))

    found = question_evidence([made], there)

    assert named(found, "documents_covered").sentence == "1 of 1 document is asked about."
    assert named(found, "clusters_covered").sentence == "1 of 1 passage, near repeats counted once, is asked about."
    assert named(found, "grounded").sentence == "Of 1 answer 0 do not stand there."
    twice = question_evidence([made, made], there)
    assert named(twice, "repeated_questions").sentence == "Of 2 records 1 repeats another one."
