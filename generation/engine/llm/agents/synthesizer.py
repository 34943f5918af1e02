"""A domain as a synthesizer of the portal: it learns the tables, makes a synthetic world, and tasks to act in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Self

import pandas as pd

from generation.engine.errors import FitError, SuiteError
from generation.engine.kinds.tasks import AGENTS
from generation.engine.llm.agents.domain import domain_of
from generation.engine.llm.agents.judgement import wanted_branches
from generation.engine.llm.agents.making import make_tasks
from generation.engine.llm.agents.policy import beside_rules, policy_document, unmodelled
from generation.engine.llm.agents.rulebook import with_rules
from generation.engine.llm.agents.task import AgentSuite, AgentTask, Call, Scenario, Turn
from generation.engine.llm.agents.world import Database, make_database
from generation.engine.llm.counts import by_number
from generation.engine.llm.parts import DOMAIN, part_of, policy_of, tables_of
from generation.engine.progress import Progress
from generation.engine.schema import Schema
from generation.engine.synthesizers.bytes import model_bytes
from generation.engine.synthesizers.protocol import LeftOut

# A cell of a workbook takes no more; the world is cut into pieces, one a record.
_PIECE = 30_000


class AgentTasks:
    """Agent tasks over a synthetic database. The model is the domain, the policy and that database.

    Of the parameters `confirmed` names the rules that count and `built` holds those that were built in the portal.
    """

    left_out: tuple[LeftOut, ...] = ()

    def __init__(self, definition: str, confirmed: Sequence[str], policy: tuple[str, str], database: Database) -> None:
        self.definition, self.confirmed, self.policy, self.database = definition, list(confirmed), policy, database
        self.notes: tuple[str, ...] = ()

    @classmethod
    def fit(
        cls, training: pd.DataFrame, schema: Schema, parameters: Mapping[str, object], seed: int, progress: Progress
    ) -> Self:
        """See `protocol.Synthesizer.fit`. EngineError where no rule is confirmed, or a table lacks what is learned."""
        frame = training.rename(columns={spec.name: spec.label for spec in schema})
        built, policy = json.loads(str(parameters.get("built", "{}"))), policy_of(frame)
        definition = with_rules(part_of(frame, DOMAIN), built)
        confirmed = str(parameters.get("confirmed", "")).split()
        domain = domain_of(definition, confirmed)
        if not domain.confirmed:
            raise FitError("no_rules", "No rule of the policy is confirmed: confirm at least one beside its sentence.")
        beside_rules(policy_document(*policy), domain)
        progress("learning the tables", 0, 0)
        return cls(definition, confirmed, policy, make_database(domain, tables_of(frame), seed=seed))

    def sample(self, rows: int, seed: int, *, first_row: int = 0) -> pd.DataFrame:
        """See `protocol.Synthesizer.sample`: `rows` tasks or fewer; `notes` say how many lack, and why."""
        if first_row:
            raise FitError("too_many", "So many agent tasks cannot be made at once. Ask for at most 10,000.")
        world = World(self.definition, tuple(self.confirmed), *self.policy, self.database)
        suite = make_tasks(world.domain, self.database, rows, seed=seed)
        missing = suite.shortfall.items()
        told = [f"{by_number(count, 'task is missing', 'tasks are missing')}. {why}" for why, count in missing]
        left = unmodelled(beside_rules(world.document, world.domain))
        told += [f"Not modelled: {sentence.text}" for sentence in left]
        rules = by_number(len(world.domain.confirmed), "rule is confirmed", "rules are confirmed")
        are = by_number(len(left), "sentence of the policy is", "sentences of the policy are")
        self.notes = (f"{rules}; {are} not modelled.", *told)
        columns = [spec.name for spec in AGENTS.makes.columns] if AGENTS.makes else []
        return pd.DataFrame(world.records(suite), columns=columns, dtype=object)

    def dump(self) -> bytes:
        """The domain, the policy and the synthetic database: no row of a table that it learned from."""
        return model_bytes.to_bytes(self)

    @classmethod
    def load(cls, payload: bytes) -> Self:
        """See `protocol.Synthesizer.load`."""
        return model_bytes.from_bytes(cls, payload)


class World:
    """What every task of a set shares: the domain with its confirmed rules, the policy, and the database."""

    def __init__(
        self, definition: str, confirmed: tuple[str, ...], policy_name: str, policy: str, database: Database
    ) -> None:
        self.definition, self.confirmed, self.policy_name, self.policy = definition, confirmed, policy_name, policy
        self.database, self.domain = database, domain_of(definition, confirmed)
        self.document = policy_document(policy_name, policy)

    def records(self, suite: AgentSuite) -> list[dict[str, Any]]:
        """The tasks as records, each with a piece of the world, so that the set can be read by itself."""
        rules = {rule.id: rule.sentence for rule in self.domain.confirmed}
        pieces = self._pieces(len(suite.tasks))
        return [_record(task, rules, piece) for task, piece in zip(suite.tasks, pieces, strict=True)]

    def _pieces(self, count: int) -> list[str]:
        plain = [self.definition, list(self.confirmed), self.policy_name, self.policy, self.database]
        text = json.dumps(plain, ensure_ascii=False)
        size = max(_PIECE, -(-len(text) // max(1, count)))
        return [text[at * size : (at + 1) * size] for at in range(count)]


def _record(task: AgentTask, rules: Mapping[str, str], piece: str) -> dict[str, Any]:
    scenario = task.scenario
    tried = dict.fromkeys(rules[rule] for rule, _ in sorted(task.branches) if rule in rules)
    calls = [f"{call.name}({', '.join(f'{n}={v}' for n, v in call.arguments.items())})" for call in task.actions]
    asked = [scenario.persona, scenario.reason, scenario.known, scenario.unknown, scenario.instructions]
    return {
        "scenario": "\n".join(part for part in asked if part),
        "policy": "\n".join(tried) or "No rule is tried: the user asks a question.",
        "tools": "\n".join(calls) or "None.",
        "expected_change": "\n".join(map(_change, task.changes)) or "No row changes.",
        "task": json.dumps(_plain(task), ensure_ascii=False),
        "world": piece,
        "outcome": _outcome(task),
        "id": task.id,
    }


def _change(change: Mapping[str, Any]) -> str:
    columns = "; ".join(f"{name}: {before} → {after}" for name, (before, after) in change["columns"].items())
    return f"{change['table']} {change['key']}: {columns}"


def _outcome(task: AgentTask) -> str:
    if task.transfers:
        return "handed over"
    if task.denies:
        return "denied" if not task.writes else "in part denied"
    return "done" if task.writes else "answered"


def _plain(task: AgentTask) -> dict[str, Any]:
    return asdict(task) | {"branches": sorted(map(list, task.branches))}


def world_and_suite(records: Sequence[Mapping[str, Any]], name: str) -> tuple[World, AgentSuite]:
    """The world and the tasks of an artefact. SuiteError for records that hold none."""
    try:
        definition, confirmed, policy_name, policy, database = json.loads("".join(one["world"] for one in records))
        world = World(definition, tuple(confirmed), policy_name, policy, database)
        tasks = tuple(_task(json.loads(one["task"])) for one in records)
    except (KeyError, TypeError, ValueError) as why:
        raise SuiteError("bad_record", "The records hold no agent tasks that can be read.") from why
    return world, AgentSuite(name, len(tasks), 0, tasks, wanted_branches(world.domain))


def _task(plain: Mapping[str, Any]) -> AgentTask:
    return AgentTask(
        id=plain["id"],
        caller=plain["caller"],
        scenario=Scenario(**plain["scenario"]),
        reference=tuple(_turn(turn) for turn in plain["reference"]),
        denies=tuple(plain["denies"]),
        transfers=plain["transfers"],
        communicate=tuple(plain["communicate"]),
        initial=plain["initial"],
        target=plain["target"],
        branches=frozenset((rule, way) for rule, way in plain["branches"]),
        wanted=tuple(_call(call) for call in plain["wanted"]),
        changes=tuple(plain["changes"]),
    )


def _turn(plain: Mapping[str, Any]) -> Turn:
    return Turn(plain["role"], plain["text"], tuple(_call(call) for call in plain["calls"]))


def _call(plain: Mapping[str, Any]) -> Call:
    return Call(plain["name"], plain["arguments"])
