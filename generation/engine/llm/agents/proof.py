"""Three agents that show what tasks are worth: one does nothing, one breaks the policy, one does what is right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from generation.engine.llm.agents.conduct import verdict
from generation.engine.llm.agents.domain import Domain
from generation.engine.llm.agents.task import AGENT, USER, AgentSuite, AgentTask, Turn
from generation.engine.llm.agents.tools import DENY, read_name
from generation.engine.llm.agents.world import Database


@dataclass(frozen=True, slots=True)
class Proof:
    """The share of tasks that each agent passes, from 0 to 1. `breaches` counts the conversations that broke a rule,
    `unbroken` the tasks for which there is no way to break one."""

    tasks: int
    reference: float
    nothing: float
    breaker: float
    breaches: int
    unbroken: int
    passed_wrongly: tuple[str, ...]
    failed_wrongly: tuple[str, ...]


def prove(domain: Domain, database: Database, suite: AgentSuite) -> Proof:
    """Runs the three agents against every task. A breaker passes a task when any of its ways passes."""
    wrong: list[str] = []
    failed: list[str] = []
    nothing = broken = breaches = unbroken = 0
    for task in suite.tasks:
        if not verdict(domain, database, task, task.reference).is_pass:
            failed.append(task.id)
        idle = verdict(domain, database, task, [turn for turn in task.reference if turn.role == USER]).is_pass
        ways = list(breaking(domain, task))
        through = any(verdict(domain, database, task, way).is_pass for way in ways)
        nothing, broken = nothing + idle, broken + through
        breaches, unbroken = breaches + len(ways), unbroken + (not ways)
        if idle or through:
            wrong.append(task.id)
    count = len(suite.tasks) or 1
    return Proof(
        tasks=len(suite.tasks),
        reference=1 - len(failed) / count,
        nothing=nothing / count,
        breaker=broken / count,
        breaches=breaches,
        unbroken=unbroken,
        passed_wrongly=tuple(wrong),
        failed_wrongly=tuple(failed),
    )


def breaking(domain: Domain, task: AgentTask) -> Iterator[list[Turn]]:
    """Every way to break a confirmed rule in this task, the rest done as in the reference."""
    turns = list(task.reference)
    processes = {rule.process for rule in domain.confirmed if rule.process}
    if task.denies:
        yield _granted(task)
    if "identify_first" in processes:
        yield [turn for turn in turns if not any(call.name.startswith("find_") for call in turn.calls)]
    has_change = any(call.name in domain.actions for call in task.actions)
    if "confirm_before_change" in processes and has_change:
        yield [turn for turn in turns if not (turn.role == USER and turn.text == "Yes.")]
    if "look_before_change" in processes and has_change:
        looks = {read_name(table) for table in domain.tables.values()}
        yield [turn for turn in turns if not any(call.name in looks for call in turn.calls)]
    if "one_call_a_turn" in processes and len(task.actions) > 1:
        yield _at_once(turns)


def _at_once(turns: list[Turn]) -> list[Turn]:
    """The first two calls in one turn."""
    with_calls = [at for at, turn in enumerate(turns) if turn.calls][:2]
    joined = replace(turns[with_calls[0]], calls=tuple(call for at in with_calls for call in turns[at].calls))
    return [joined if at == with_calls[0] else turn for at, turn in enumerate(turns) if at != with_calls[1]]


def _granted(task: AgentTask) -> list[Turn]:
    """What had to be denied, done: asked for, confirmed, called."""
    found: list[Turn] = []
    wanted = iter(task.wanted)
    for turn in task.reference:
        if any(call.name == DENY for call in turn.calls):
            call = next(wanted)
            details = ", ".join(str(value) for value in call.arguments.values())
            found += [
                Turn(AGENT, f"I will do that with {details}. Yes?"),
                Turn(USER, "Yes."),
                Turn(AGENT, calls=(call,)),
            ]
        else:
            found.append(turn)
    return found
