"""Tasks that try every way of every confirmed rule, and three agents that show what they are worth."""

from __future__ import annotations

import random
from dataclasses import replace

import pandas as pd
import pytest

from generation.engine.errors import SuiteError
from generation.engine.llm.agents.conduct import verdict
from generation.engine.llm.agents.domain import Domain, read_domain
from generation.engine.llm.agents.making import make_tasks
from generation.engine.llm.agents.policy import beside_rules, unmodelled
from generation.engine.llm.agents.proof import breaking, prove
from generation.engine.llm.agents.task import AGENT, USER, AgentSuite, AgentTask, Call, Turn
from generation.engine.llm.agents.tools import DENY, TRANSFER, Environment, tools_of
from generation.engine.llm.agents.world import Database, make_database, state_hash
from tests.generation.engine.llm.agents.conftest import DOMAIN, read_policy


def test_every_way_of_every_confirmed_rule_is_tried(suite: AgentSuite) -> None:
    assert len(suite.tasks) == 24
    assert suite.missing == []
    ways = {way for rule, way in suite.wanted if rule == "open"}
    assert ways == {"kept", "broken"}
    assert ("friendly", "kept") not in suite.wanted


def test_the_three_agents_pass_all_none_and_none(domain: Domain, database: Database, suite: AgentSuite) -> None:
    proof = prove(domain, database, suite)

    assert (proof.reference, proof.nothing, proof.breaker, proof.unbroken) == (1.0, 0.0, 0.0, 0)
    assert proof.breaches > len(suite.tasks)


@pytest.fixture(scope="module")
def of_cases(domain: Domain) -> Domain:
    """The desk without rules on the order of calls."""
    return replace(domain, rules=tuple(rule for rule in domain.rules if not rule.process))


def test_every_task_can_be_failed_where_no_rule_is_about_the_order_of_calls(
    of_cases: Domain, database: Database
) -> None:
    proof = prove(of_cases, database, make_tasks(of_cases, database, 30, seed=2))

    assert (proof.tasks, proof.unbroken) == (30, 0)
    assert (proof.reference, proof.nothing, proof.breaker) == (1.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("way", "fault"),
    [
        (("due", "told 1"), {"The user was not told what they had to be."}),
        (("colleague", "asked 1"), {"The user had to be handed over and was not, or the other way round."}),
        (("open", "kept"), {"The database is not what it should be."}),
        (
            ("open", "broken"),
            {"The database is not what it should be.", "What had to be denied was not, or something else was."},
        ),
    ],
)
def test_a_breaker_fails_for_what_it_broke_and_for_nothing_else(
    of_cases: Domain, database: Database, suite: AgentSuite, way: tuple[str, str], fault: set[str]
) -> None:
    task = one(suite, way)
    ways = [set(verdict(of_cases, database, task, turns).reasons) for turns in breaking(of_cases, database, task)]

    assert fault in ways
    assert set() not in ways


def test_refusing_what_is_allowed_fails(of_cases: Domain, database: Database, suite: AgentSuite) -> None:
    task = next(task for task in suite.tasks if task.writes and not task.denies)
    ways = [list(turns) for turns in breaking(of_cases, database, task)]
    (refused,) = (turns for turns in ways if any(call.name == DENY for turn in turns for call in turn.calls))

    assert "What had to be denied was not, or something else was." in verdict(of_cases, database, task, refused).reasons


def test_the_state_changes_if_and_only_if_the_task_writes(
    domain: Domain, database: Database, suite: AgentSuite
) -> None:
    for task in suite.tasks:
        environment = Environment(domain, database)
        for call in task.actions:
            environment.call(call.name, call.arguments)
        assert environment.state == task.target
        changed = any(call.name in domain.actions for call in task.actions)
        assert task.writes is changed is bool(task.changes)


def test_the_order_of_reads_and_of_rows_does_not_change_the_state(domain: Domain, database: Database) -> None:
    reads = [
        *(Call("get_loan", {"loan_id": key}) for key in database["loans"]),
        *(Call("list_loans", {"member_id": key}) for key in database["members"]),
    ]
    states = set()
    for seed in (1, 2):
        environment = Environment(domain, database)
        for call in random.Random(seed).sample(reads, len(reads)):
            environment.call(call.name, call.arguments)
        states.add(environment.state)
    turned = {table: dict(reversed(rows.items())) for table, rows in reversed(database.items())}

    assert states == {state_hash(database)} == {state_hash(turned)}


def test_no_row_of_the_governed_tables_is_a_person_of_the_database(
    domain: Domain, database: Database, governed: dict[str, pd.DataFrame]
) -> None:
    assert make_database(domain, governed, seed=2) == database
    assert make_database(domain, governed, seed=3) != database
    for loan in database["loans"].values():
        assert loan["member_id"] in database["members"]
    assert len({row["email"] for row in database["members"].values()}) == 30


def test_tools_have_schemas_and_refuse_what_these_do_not_allow(domain: Domain, database: Database) -> None:
    tools = tools_of(domain)
    environment = Environment(domain, database)

    assert {"find_member_by_email", "get_loan", "list_loans", "extend_loan", DENY, TRANSFER} <= set(tools)
    assert tools["report_lost"].parameters["required"] == ["loan_id", "amount"]
    with pytest.raises(SuiteError, match="report_lost takes loan_id, amount"):
        environment.call("report_lost", {"loan_id": "L1"})
    with pytest.raises(SuiteError, match="There is no such loan"):
        environment.call("get_loan", {"loan_id": "nobody"})
    assert environment.state == state_hash(database)


def one(suite: AgentSuite, way: tuple[str, str]) -> AgentTask:
    return next(task for task in suite.tasks if way in task.branches)


def test_a_user_names_the_row_and_what_they_want_of_it(domain: Domain, suite: AgentSuite) -> None:
    for task in suite.tasks:
        keys = [call.arguments["loan_id"] for call in (*task.actions, *task.wanted) if call.name in domain.actions]
        assert all(key in task.scenario.reason for key in keys)
        assert "None" not in task.scenario.reason


def test_a_refusal_passes_only_when_it_is_denied_by_the_tool(
    domain: Domain, database: Database, suite: AgentSuite
) -> None:
    task = one(suite, ("open", "broken"))
    silent = [turn for turn in task.reference if not any(call.name == DENY for call in turn.calls)]

    assert verdict(domain, database, task, task.reference).is_pass
    assert not verdict(domain, database, task, silent).is_pass


def test_who_must_be_told_something_is_told_it(domain: Domain, database: Database, suite: AgentSuite) -> None:
    task = one(suite, ("due", "told 1"))
    mute = [replace(turn, text=turn.text.replace("14 days", "")) for turn in task.reference]

    assert "14 days" in task.communicate
    assert verdict(domain, database, task, mute).reasons == ("The user was not told what they had to be.",)


def test_a_yes_to_something_else_is_no_confirmation(domain: Domain, database: Database, suite: AgentSuite) -> None:
    task = one(suite, ("due", "told 1"))
    vague = [
        Turn(AGENT, "Shall I go on?") if turn.role == AGENT and "Do you confirm" in turn.text else turn
        for turn in task.reference
    ]

    assert verdict(domain, database, task, vague).reasons == ("The rule confirm was broken: confirm before change.",)


def test_another_way_to_the_same_end_passes_too(domain: Domain, database: Database, suite: AgentSuite) -> None:
    task = one(suite, ("due", "told 1"))
    more = Turn(AGENT, calls=(Call("list_loans", {"member_id": task.caller}),))

    assert verdict(domain, database, task, [*task.reference[:2], more, *task.reference[2:]]).is_pass
    assert task.reference[0].role == USER


def test_each_confirmed_rule_stands_beside_its_sentence_and_the_rest_is_told(domain: Domain) -> None:
    sentences = beside_rules(read_policy(), domain)

    assert {rule for sentence in sentences for rule in sentence.rules} == {rule.id for rule in domain.confirmed}
    assert [sentence.text for sentence in unmodelled(sentences)] == ["Be friendly."]


def test_the_same_seed_gives_the_same_tasks(domain: Domain, database: Database, suite: AgentSuite) -> None:
    assert make_tasks(domain, database, 24, seed=2) == suite


def test_a_rule_without_its_sentence_gets_one_sentence(domain: Domain) -> None:
    with pytest.raises(SuiteError, match="The sentence of the rule due is not in the policy"):
        beside_rules(read_policy("# Desk\n\n" + read_policy().text.replace("14 days", "3 days")), domain)


def test_a_column_that_no_governed_table_has_gets_one_sentence(
    domain: Domain, governed: dict[str, pd.DataFrame]
) -> None:
    with pytest.raises(SuiteError, match=r"books\.price is to be learned, and no table given has it"):
        make_database(domain, governed | {"books": governed["members"]}, seed=1)


def test_a_case_that_few_draws_meet_is_no_contradiction(database: Database) -> None:
    """One of 5,000 sums may be paid: rows are there, and so is the sum."""
    sums = ", ".join(f'"{number}"' for number in range(5_000))
    rare = DOMAIN.replace('{values: ["5", "200"]}', f"{{values: [{sums}]}}").replace(
        'needs: {amount: {at_least: "@book.price"}}', 'needs: {amount: "4999"}'
    )

    made = make_tasks(read_domain(rare), database, 24, seed=2)

    paid = {call.arguments["amount"] for task in made.tasks for call in task.actions if call.name == "report_lost"}
    assert paid == {"4999"}


def test_where_a_rule_does_not_hold_nobody_has_to_be_told_what_it_says(database: Database) -> None:
    """The rule speaks of members without fees alone."""
    told = DOMAIN.replace(
        "    tells: [{text: 14 days}]\n    effect: {weeks: extended}\n",
        '    if: {member.fees: {at_most: "3"}}\n    tells: [{text: 14 days}]\n',
    )
    assert told != DOMAIN

    made = make_tasks(read_domain(told), database, 40, seed=2)

    extended = [
        (database["members"][task.caller]["fees"] <= 3, "14 days" in task.communicate)
        for task in made.tasks
        if [call.name for call in task.actions if call.name in ("extend_loan", "report_lost")] == ["extend_loan"]
        and database["loans"][next(c for c in task.actions if c.name == "extend_loan").arguments["loan_id"]][
            "member_id"
        ]
        == task.caller
    ]
    assert {(True, True), (False, False)} == set(extended)


def test_more_tasks_than_the_rows_allow_are_a_shortfall(domain: Domain, database: Database) -> None:
    made = make_tasks(domain, database, 3_000, seed=1)

    assert sum(made.shortfall.values()) == 3_000 - len(made.tasks)
