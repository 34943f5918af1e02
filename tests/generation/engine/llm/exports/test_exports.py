"""What is written is read again by the model that each tool documents."""

from __future__ import annotations

import csv
import io
import json
from types import SimpleNamespace
from typing import Any

import jsonschema
import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml
from pydantic import BaseModel, ConfigDict

from generation.engine.errors import SuiteError
from generation.engine.llm.agents.domain import Domain, read_domain
from generation.engine.llm.agents.policy import beside_rules
from generation.engine.llm.agents.task import AgentSuite
from generation.engine.llm.agents.tools import Environment
from generation.engine.llm.agents.world import Database, copied, make_database, state_hash
from generation.engine.llm.documents.document import Document
from generation.engine.llm.exports.agents import inspect_agents, tau2
from generation.engine.llm.exports.evaluation import inspect, inspect_questions, lm_eval, promptfoo
from generation.engine.llm.exports.retrieval import autorag, beir, ragas
from generation.engine.llm.exports.toolkit import toolkit_code
from generation.engine.llm.questions.asking import ask_questions
from generation.engine.llm.questions.corpus import Corpus
from generation.engine.llm.questions.question import Form, Question
from generation.engine.llm.suites.task import Suite
from tests.generation.engine.llm.agents.conftest import DOMAIN, POLICY, read_policy

Bundle = dict[str, bytes]


@pytest.fixture(scope="module")
def questions(documents: list[Document]) -> tuple[Question, ...]:
    return ask_questions(documents, 30, seed=3).questions


def records(bundle: Bundle, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in bundle[name].decode().splitlines()]


def held_to(bundle: Bundle, schema: str, values: list[Any]) -> list[Any]:
    """The values, once each is what the bundle's own schema says."""
    known = json.loads(bundle[f"schemas/{schema}.schema.json"])
    jsonschema.Draft202012Validator.check_schema(known)
    for value in values:
        jsonschema.validate(value, known)
    return values


def test_beir_has_a_passage_for_every_row_and_a_row_for_every_answer(
    questions: tuple[Question, ...], corpus: Corpus
) -> None:
    bundle = beir(questions, corpus.passages, "r1")

    passages = {one["_id"]: one["text"] for one in held_to(bundle, "corpus", records(bundle, "corpus.jsonl"))}
    queries = {one["_id"]: one for one in held_to(bundle, "queries", records(bundle, "queries.jsonl"))}
    rows = list(csv.DictReader(io.StringIO(bundle["qrels/test.tsv"].decode()), delimiter="\t"))
    assert {row["query-id"] for row in rows} == {q.id for q in questions if q.is_answerable}
    assert len(queries) == 30
    for row in rows:
        about = queries[row["query-id"]]["metadata"]
        own = next(one for one in about["evidence"] if one["passage"] == row["corpus-id"])
        text = passages[row["corpus-id"]][own["start"] : own["end"]]
        assert about["answer"] == text or own != about["evidence"][0]
        assert "canary GUID" in about["canary"]


def test_ragas_keeps_conversations_apart_from_single_turns(questions: tuple[Question, ...], corpus: Corpus) -> None:
    bundle = ragas(questions, corpus.passages, "r1")

    single = held_to(bundle, "ragas", records(bundle, "ragas.jsonl"))
    several = held_to(bundle, "ragas_conversations", records(bundle, "ragas_conversations.jsonl"))
    assert len(single) + len(several) == 30
    assert len(several) == sum(q.form is Form.CONVERSATIONAL for q in questions)
    assert all([one["type"] for one in talk["user_input"]] == ["human", "ai", "human"] for talk in several)


def test_autorag_needs_both_passages_of_two_hops_and_has_unique_ids(
    questions: tuple[Question, ...], corpus: Corpus
) -> None:
    bundle = autorag(questions, corpus.passages, "r1")

    rows = held_to(bundle, "qa", pq.read_table(io.BytesIO(bundle["qa.parquet"])).to_pylist())
    passages = held_to(bundle, "corpus", pq.read_table(io.BytesIO(bundle["corpus.parquet"])).to_pylist())
    unanswerable = pq.read_table(io.BytesIO(bundle["qa_unanswerable.parquet"])).to_pylist()
    assert len({row["qid"] for row in rows}) == len(rows) == 30 - len(unanswerable)
    assert {name for row in rows for group in row["retrieval_gt"] for name in group} <= {p["doc_id"] for p in passages}
    two = {q.id for q in questions if len({piece.passage for piece in q.evidence}) == 2 and q.is_answerable}
    assert {row["qid"] for row in rows if len(row["retrieval_gt"]) == 2} == two


def test_inspect_reads_samples_with_ids_targets_and_metadata(tasks: Suite, questions: tuple[Question, ...]) -> None:
    bundle = inspect(tasks)
    about = inspect_questions(questions, "r1")

    samples = held_to(bundle, "inspect_sample", records(bundle, "samples.jsonl"))
    assert [sample["id"] for sample in samples] == [task.id for task in tasks.tasks]
    assert {sample["metadata"]["canary"] for sample in samples} == {tasks.canary}
    assert len(held_to(about, "inspect_sample", records(about, "samples.jsonl"))) == 30


def test_lm_eval_gets_exact_answers_and_says_how_many_it_does_not_get(tasks: Suite) -> None:
    bundle = lm_eval(tasks)

    config = yaml.safe_load(bundle["support.yaml"])
    rows = held_to(bundle, "lm_eval_document", records(bundle, config["dataset_kwargs"]["data_files"]["test"]))
    assert {row["target"] for row in rows} == {"cancelled", "refused"}
    assert f"{60 - len(rows)} tasks are left out" in bundle["README.md"].decode()
    assert config["doc_to_text"].strip() == "{{input}}"


def test_promptfoo_gets_one_assertion_per_criterion(tasks: Suite) -> None:
    bundle = promptfoo(tasks)

    tests = held_to(bundle, "promptfoo_test", yaml.safe_load(bundle["tests.yaml"]))
    kinds = {test["assert"][0]["type"] for test in tests}
    assert len(tests) == 60
    assert kinds == {"equals", "llm-rubric"}


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


# The documented model of tau2-bench (src/tau2/data_model/tasks.py), as far as tasks of ours use it.
class Action(Strict):
    action_id: str
    requestor: str
    name: str
    arguments: dict[str, Any]
    info: str | None = None
    compare_args: list[str] | None = None


class Criteria(Strict):
    actions: list[Action] | None = None
    env_assertions: list[Any] | None = None
    communicate_info: list[str] | None = None
    nl_assertions: list[str] | None = None
    reward_basis: list[str]


class Instructions(Strict):
    domain: str
    reason_for_call: str
    known_info: str | None = None
    unknown_info: str | None = None
    task_instructions: str


class UserScenario(Strict):
    persona: str | None = None
    instructions: Instructions | str


class Description(Strict):
    purpose: str | None = None
    relevant_policies: str | None = None
    notes: str | None = None


class Task(Strict):
    id: str
    description: Description | None = None
    user_scenario: UserScenario
    initial_state: Any | None = None
    evaluation_criteria: Criteria | None = None


@pytest.fixture(scope="module")
def folder(domain: Domain, database: Database, agents: AgentSuite) -> Bundle:
    return tau2(domain, database, agents, POLICY, beside_rules(read_policy(), domain))


def test_the_folder_is_read_by_the_documented_model_of_tau2(folder: Bundle, agents: AgentSuite) -> None:
    tasks = [Task.model_validate(one) for one in held_to(folder, "task", json.loads(folder["tasks.json"]))]

    assert [task.id for task in tasks] == [task.id for task in agents.tasks]
    assert folder["policy.md"].decode() == POLICY


def test_an_exported_tool_knows_the_rows_own_key_and_columns_of_any_name(governed: dict[str, pd.DataFrame]) -> None:
    """What a column is set to may be the key; a column may be called as a loop of the file would call its rows."""
    text = DOMAIN.replace("sets: {state: lost}", "sets: {state: '@loan_id'}").replace("email: {invent", "row: {invent")
    own = read_domain(text.replace("[[email]]", "[[row]]"))
    world = make_database(own, governed, seed=2)
    code: dict[str, Any] = {"__name__": "tools"}
    exec(toolkit_code(own), code)
    kit, engine = code["Toolkit"](copied(world)), Environment(own, world)
    member, loan = next(iter(world["members"].values())), next(iter(world["loans"]))

    assert kit.find_member_by_row(member["row"]) == member["member_id"]
    assert kit.report_lost(loan, "200") == engine.call("report_lost", {"loan_id": loan, "amount": "200"})
    assert kit.db["loans"][loan]["state"] == loan


def test_the_exported_tools_run_and_lead_to_the_same_end(folder: Bundle, agents: AgentSuite) -> None:
    code: dict[str, Any] = {"__name__": "tools"}
    exec(folder["tools.py"], code)

    for told, task in zip(json.loads(folder["tasks.json"]), agents.tasks, strict=True):
        kit = code["Toolkit"](json.loads(folder["db.json"]))
        for action in told["evaluation_criteria"]["actions"]:
            getattr(kit, action["name"])(**action["arguments"])
        assert state_hash(kit.db) == task.target


def test_where_nothing_is_written_tau2_still_asks_for_an_act(folder: Bundle, agents: AgentSuite) -> None:
    for told, task in zip(json.loads(folder["tasks.json"]), agents.tasks, strict=True):
        criteria = SimpleNamespace(**told["evaluation_criteria"])
        asks_for_more = "ACTION" in criteria.reward_basis or criteria.communicate_info
        assert task.writes or asks_for_more
        if "ACTION" in criteria.reward_basis:
            assert not [action for action in criteria.actions if action["name"].startswith(("get_", "find_", "list_"))]


def test_what_is_not_modelled_is_in_the_folder(folder: Bundle) -> None:
    told = json.loads(folder["rules.json"])

    assert [one["sentence"] for one in told["unmodelled"]] == ["Be friendly."]
    assert len(told["rules"]) == 9


def test_agent_tasks_are_inspect_samples_too(domain: Domain, agents: AgentSuite) -> None:
    bundle = inspect_agents(domain, agents)

    samples = held_to(bundle, "inspect_sample", records(bundle, "samples.jsonl"))
    assert [sample["target"] for sample in samples] == [task.target for task in agents.tasks]


@pytest.mark.parametrize("name", ["os.remove('x')", "class", "a b"])
def test_a_name_that_is_no_name_never_gets_into_the_file_of_tools(name: str) -> None:
    with pytest.raises(SuiteError, match="cannot be the name"):
        toolkit_code(read_domain(DOMAIN.replace("report_lost", f'"{name}"')))
