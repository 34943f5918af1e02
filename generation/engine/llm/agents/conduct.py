"""Whether a conversation solves a task: the end state, what had to be denied or said, and the order of calls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generation.engine.errors import SuiteError
from generation.engine.llm.agents.domain import Domain
from generation.engine.llm.agents.task import AGENT, USER, AgentTask, Call, Turn
from generation.engine.llm.agents.tools import DENY, TRANSFER, Environment, read_name
from generation.engine.llm.agents.world import Database

_YES = re.compile(r"^\W*(?:yes|yeah|yep|confirmed?|go ahead)\b", re.I)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it passed, and every reason why not."""

    reasons: tuple[str, ...]

    @property
    def is_pass(self) -> bool:
        return not self.reasons


def verdict(domain: Domain, database: Database, task: AgentTask, turns: Sequence[Turn]) -> Verdict:
    """The verdict on a conversation about a task that began on this database."""
    environment = Environment(domain, database)
    answers: list[tuple[Call, object]] = []
    for call in (call for turn in turns if turn.role == AGENT for call in turn.calls):
        try:
            answers.append((call, environment.call(call.name, call.arguments)))
        except SuiteError:
            answers.append((call, None))
    reasons = [*_end(task, environment, answers), *_said(task, turns), *_process(domain, task, turns, answers)]
    return Verdict(tuple(dict.fromkeys(reasons)))


Answers = Sequence[tuple[Call, object]]


def _end(task: AgentTask, environment: Environment, answers: Answers) -> Iterator[str]:
    if environment.state != task.target:
        yield "The database is not what it should be."
    denied = [call.arguments.get("request") for call, answer in answers if call.name == DENY and answer]
    if sorted(task.denies) != sorted(str(one) for one in denied):
        yield "What had to be denied was not, or something else was."
    if any(call.name == TRANSFER and answer for call, answer in answers) != task.transfers:
        yield "The user had to be handed over and was not, or the other way round."


def _said(task: AgentTask, turns: Sequence[Turn]) -> Iterator[str]:
    said = "\n".join(turn.text for turn in turns if turn.role == AGENT).lower()
    if not all(text.lower() in said for text in task.communicate):
        yield "The user was not told what they had to be."


def _process(domain: Domain, task: AgentTask, turns: Sequence[Turn], answers: Answers) -> Iterator[str]:
    checks = {
        "identify_first": lambda: _identifies_first(domain, task, answers),
        "confirm_before_change": lambda: _confirms(domain, turns),
        "one_call_a_turn": lambda: all(
            len(turn.calls) <= 1 and not (turn.calls and turn.text) for turn in turns if turn.role == AGENT
        ),
        "look_before_change": lambda: _looks_first(domain, answers),
    }
    for rule in domain.confirmed:
        if rule.process and not checks[rule.process]():
            yield f"The rule {rule.id} was broken: {rule.process.replace('_', ' ')}."


def _identifies_first(domain: Domain, task: AgentTask, answers: Answers) -> bool:
    """Whether the first thing that was done is to find the caller by what they know."""
    finds = f"find_{domain.tables[domain.person].one}_by_"
    return bool(answers) and answers[0][0].name.startswith(finds) and answers[0][1] == task.caller


def _looks_first(domain: Domain, answers: Answers) -> bool:
    looked: set[tuple[str, str]] = set()
    for call, answer in answers:
        if call.name in domain.actions:
            table = domain.tables[domain.actions[call.name].table]
            if (read_name(table), str(call.arguments.get(table.key))) not in looked:
                return False
        elif answer is not None and call.arguments:
            looked.add((call.name, str(next(iter(call.arguments.values())))))
    return True


def _confirms(domain: Domain, turns: Sequence[Turn]) -> bool:
    """Whether before each change the agent names the row and the user says yes, and says it for this change."""
    spoken: list[Turn] = []
    for turn in turns:
        for call in turn.calls:
            if call.name not in domain.actions:
                continue
            key = str(call.arguments.get(domain.tables[domain.actions[call.name].table].key))
            if not _is_confirmed(spoken, key):
                return False
            spoken = []
        if turn.text:
            spoken.append(turn)
    return True


def _is_confirmed(spoken: Sequence[Turn], key: str) -> bool:
    if len(spoken) < 2:
        return False
    asked, answered = spoken[-2:]
    is_asked = asked.role == AGENT and key.lower() in asked.text.lower()
    return is_asked and answered.role == USER and bool(_YES.match(answered.text))
