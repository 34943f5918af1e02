"""Three agents that show what tasks are worth: one does nothing, one breaks the policy, one does what is right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from generation.engine.llm.agents.conduct import verdict
from generation.engine.llm.agents.domain import Domain
from generation.engine.llm.agents.task import AGENT, USER, AgentSuite, AgentTask, Call, Turn
from generation.engine.llm.agents.tools import DENY, TRANSFER, read_name
from generation.engine.llm.agents.world import Database


@dataclass(frozen=True, slots=True)
class Proof:
    """The share of tasks that each agent passes, from 0 to 1. `breaches` counts the conversations that broke a rule
    or failed the user, `unbroken` the tasks for which there is no way to do either."""

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
        ways = list(breaking(domain, database, task))
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


def breaking(domain: Domain, database: Database, task: AgentTask) -> Iterator[list[Turn]]:
    """Every way to break a confirmed rule in this task, or to fail its user, the rest done as in the reference."""
    yield from _against_a_process(domain, task)
    if task.denies:
        yield _granted(task)
    for at, turn in enumerate(task.reference):
        if any(call.name in domain.actions for call in turn.calls):
            yield _refused(task, at)
            yield from _elsewhere(domain, database, task, turn.calls[0])
    if task.transfers:
        yield [turn for turn in task.reference if not any(call.name == TRANSFER for call in turn.calls)]
    yield from (_untold(task, text) for text in task.communicate if text)


def _against_a_process(domain: Domain, task: AgentTask) -> Iterator[list[Turn]]:
    turns = list(task.reference)
    processes = {rule.process for rule in domain.confirmed if rule.process}
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


def _refused(task: AgentTask, at: int) -> list[Turn]:
    """What is allowed, denied: instead of the details, the yes, the change and the word that it is done."""
    deny = Call(DENY, {"request": task.reference[at].calls[0].name, "reason": "It is against the policy."})
    refusal = [Turn(AGENT, calls=(deny,)), Turn(AGENT, "I am sorry, I cannot do that.")]
    return [*task.reference[: at - 2], *refusal, *task.reference[at + 2 :]]


def _elsewhere(domain: Domain, database: Database, task: AgentTask, change: Call) -> Iterator[list[Turn]]:
    """The change made to another row, which is looked at and confirmed in its place."""
    table = domain.tables[domain.actions[change.name].table]
    key = str(change.arguments[table.key])
    if other := next((one for one in database[table.name] if one != key), ""):
        yield [turn if turn.role == USER else _about(turn, key, other) for turn in task.reference]


def _about(turn: Turn, key: str, other: str) -> Turn:
    calls = (
        replace(call, arguments={name: other if value == key else value for name, value in call.arguments.items()})
        for call in turn.calls
    )
    return replace(turn, text=turn.text.replace(key, other), calls=tuple(calls))


def _untold(task: AgentTask, text: str) -> list[Turn]:
    """Nothing is said where the user would be told."""
    return [
        replace(turn, text="") if turn.role == AGENT and text.lower() in turn.text.lower() else turn
        for turn in task.reference
    ]
