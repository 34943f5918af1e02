"""The evidence on agent tasks: three agents are run against each of them, and its calls are replayed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from generation.engine.errors import SuiteError
from generation.engine.evaluation.llm.sets.cards import default_limits
from generation.engine.evaluation.llm.sets.every import apart
from generation.engine.evaluation.llm.sets.judging import Told, judged, share, valued
from generation.engine.evaluation.metric import Metric
from generation.engine.llm.agents.domain import Domain
from generation.engine.llm.agents.proof import prove
from generation.engine.llm.agents.task import AgentSuite, AgentTask, Call
from generation.engine.llm.agents.tools import Environment
from generation.engine.llm.agents.world import Database
from generation.engine.llm.counts import counted


def agent_evidence(
    domain: Domain, database: Database, suite: AgentSuite, *, training: Sequence[str] = ()
) -> tuple[Metric, ...]:
    """The judged metrics of agent tasks. `training` are the texts of the portal's sets for training."""
    proof = prove(domain, database, suite)
    n, ways = proof.tasks, len(suite.wanted)
    tried, unproven = len(suite.covered) / (ways or 1), proof.unbroken / (n or 1)
    why = "its state is not what its calls lead to"
    wrong = {at: why for at, task in enumerate(suite.tasks) if not _is_told(domain, database, task)}
    told = Told("task", "has another state than it says", "have another state than they say")
    metrics = [
        valued("reference_passes", proof.reference, n, f"The reference agent passes {proof.reference:.0%}."),
        valued("nothing_passes", proof.nothing, n, f"An agent that does nothing passes {proof.nothing:.0%}."),
        valued("breaker_passes", proof.breaker, n, f"An agent that breaks a rule passes {proof.breaker:.0%}."),
        valued("unproven_tasks", unproven, n, f"For {counted(proof.unbroken, 'task')} there is no rule to break."),
        valued("branches_covered", tried, ways, f"{len(suite.covered)} of {ways} ways of the rules are tried."),
        share("state_told", wrong, n, told, is_good=True),
        *apart(
            [task.scenario.reason for task in suite.tasks], training, ["\n".join(_said(task)) for task in suite.tasks]
        ),
    ]
    return judged(metrics, default_limits("evaluation"))


def _said(task: AgentTask) -> Iterator[str]:
    """What the user is told to say, and what they must be told."""
    yield from (task.scenario.reason, task.scenario.known, task.scenario.instructions, *task.communicate)


def _is_told(domain: Domain, database: Database, task: AgentTask) -> bool:
    """Whether the calls lead to the target, the state changes if and only if there is a write, and reads in another
    order change nothing."""
    environment = Environment(domain, database)
    try:
        for call in task.actions:
            environment.call(call.name, call.arguments)
        end = environment.state
        reads = [call for call in task.actions if environment.tools[call.name].kind in ("find", "read")]
        for call in _in_another_order(reads):
            environment.call(call.name, call.arguments)
    except (SuiteError, KeyError):
        return False
    wrote = any(environment.tools[call.name].kind == "change" for call in task.actions)
    return end == task.target == environment.state and wrote == task.writes


def _in_another_order(reads: list[Call]) -> list[Call]:
    return random.Random(len(reads)).sample(reads, len(reads))  # noqa: S311 - any other order will do
