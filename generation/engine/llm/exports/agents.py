"""Agent tasks as a domain folder of tau2-bench, and as Inspect's samples.

The model of a task is that of tau2-bench (src/tau2/data_model/tasks.py): `actions` are one reference trajectory. Where
nothing is written but something must be denied or handed over, an agent that does nothing leaves the right database:
there the deny or transfer call is required, by ACTION in `reward_basis`, and it stands alone among the actions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generation.engine.llm.agents.domain import Domain
from generation.engine.llm.agents.policy import Sentence, unmodelled
from generation.engine.llm.agents.task import AgentSuite, AgentTask, Call
from generation.engine.llm.agents.tools import DENY, TRANSFER, tools_of
from generation.engine.llm.agents.world import Database
from generation.engine.llm.counts import by_number, counted
from generation.engine.llm.exports.bundle import TEXT, TEXTS, Bundle, as_json, lines, note, record, schema_files
from generation.engine.llm.exports.evaluation import INSPECT_SCHEMA
from generation.engine.llm.exports.toolkit import toolkit_code

ACTION_SCHEMA = record(
    {
        "action_id": TEXT,
        "requestor": {"enum": ["assistant", "user"]},
        "name": TEXT,
        "arguments": {"type": "object"},
        "compare_args": {"anyOf": [TEXTS, {"type": "null"}]},
    }
)
TASK_SCHEMA = record(
    {
        "id": TEXT,
        "description": record({"purpose": TEXT, "relevant_policies": TEXT, "notes": TEXT}),
        "user_scenario": record(
            {
                "persona": TEXT,
                "instructions": record(
                    {
                        "domain": TEXT,
                        "reason_for_call": TEXT,
                        "known_info": TEXT,
                        "unknown_info": TEXT,
                        "task_instructions": TEXT,
                    }
                ),
            }
        ),
        "initial_state": {"type": "null"},
        "evaluation_criteria": record(
            {
                "actions": {"type": "array", "items": ACTION_SCHEMA},
                "communicate_info": TEXTS,
                "nl_assertions": {"type": "null"},
                "reward_basis": {"type": "array", "items": {"enum": ["DB", "ACTION", "COMMUNICATE"]}, "minItems": 1},
            }
        ),
    }
)


def tau2(domain: Domain, database: Database, suite: AgentSuite, policy: str, sentences: list[Sentence]) -> Bundle:
    """db.json, policy.md, tools.json (JSON Schemas), tools.py (the same, to run), tasks.json, rules.json."""
    canary, left = suite.canary, unmodelled(sentences)
    said = [
        f"{counted(len(suite.tasks), 'task')} over a synthetic database: no row of it is of a real person.",
        f"{by_number(len(domain.confirmed), 'rule of the policy is', 'rules of the policy are')} modelled; "
        f"{len(left):,} of its {counted(len(sentences), 'sentence')} {'is' if len(left) == 1 else 'are'} not"
        f"{', and stand' + ('s' if len(left) == 1 else '') + ' in rules.json' if left else ''}.",
    ]
    return {
        "db.json": as_json(database),
        "policy.md": policy.encode(),
        "tools.json": as_json([tool.as_json() for tool in tools_of(domain).values()]),
        "tools.py": toolkit_code(domain).encode(),
        "tasks.json": as_json([tau2_task(domain, task) for task in suite.tasks]),
        "rules.json": as_json(_rules(domain, sentences)),
        **schema_files({"task": TASK_SCHEMA}),
        **note(f"{suite.domain} (tau2-bench domain)", said, canary),
    }


def tau2_task(domain: Domain, task: AgentTask) -> dict[str, Any]:
    """A task in tau2-bench's model."""
    rules = {rule.id: rule.sentence for rule in domain.confirmed}
    tried = sorted({rule for rule, _ in task.branches})
    scenario = task.scenario
    return {
        "id": task.id,
        "description": {
            "purpose": "; ".join(sorted(f"{rule}: {way}" for rule, way in task.branches)) or "a question",
            "relevant_policies": "\n".join(dict.fromkeys(rules[rule] for rule in tried)),
            "notes": "\n".join(_change_words(change) for change in task.changes),
        },
        "user_scenario": {
            "persona": scenario.persona,
            "instructions": {
                "domain": domain.name,
                "reason_for_call": scenario.reason,
                "known_info": scenario.known,
                "unknown_info": scenario.unknown,
                "task_instructions": scenario.instructions,
            },
        },
        "initial_state": None,
        "evaluation_criteria": _criteria(domain, task),
    }


def _criteria(domain: Domain, task: AgentTask) -> dict[str, Any]:
    must_act = bool(task.denies or task.transfers)
    settling = [call for call in task.actions if call.name in (DENY, TRANSFER, *domain.actions)]
    calls = settling if must_act else list(task.actions)
    return {
        "actions": [_action(call, place) for place, call in enumerate(calls)],
        "communicate_info": list(task.communicate),
        "nl_assertions": None,
        "reward_basis": ["DB", *(["ACTION"] if must_act else []), "COMMUNICATE"],
    }


def _action(call: Call, place: int) -> dict[str, Any]:
    # Why a request is denied, and how a case is summed up, can be said in many words.
    compared = {DENY: ["request"], TRANSFER: []}.get(call.name)
    return {
        "action_id": f"{call.name}_{place}",
        "requestor": "assistant",
        "name": call.name,
        "arguments": dict(call.arguments),
        "compare_args": compared,
    }


def _change_words(change: Mapping[str, Any]) -> str:
    columns = ", ".join(f"{name}: {before} -> {after}" for name, (before, after) in change["columns"].items())
    return f"{change['table']} {change['key']}: {columns}"


def _rules(domain: Domain, sentences: list[Sentence]) -> dict[str, Any]:
    return {
        "rules": [{"id": rule.id, "sentence": rule.sentence} for rule in domain.confirmed],
        "unmodelled": [{"section": list(one.section), "sentence": one.text} for one in unmodelled(sentences)],
    }


def inspect_agents(domain: Domain, suite: AgentSuite) -> Bundle:
    """Agent tasks as Inspect's samples: the user's scenario is the input, the state's digest in the end the target."""
    canary = suite.canary
    samples = (
        {
            "id": task.id,
            "input": " ".join([task.scenario.reason, task.scenario.known, task.scenario.instructions]),
            "target": task.target,
            "metadata": {
                "criteria": _criteria(domain, task),
                "initial": task.initial,
                "caller": task.caller,
                "branches": [list(branch) for branch in sorted(task.branches)],
                "canary": canary,
            },
        }
        for task in suite.tasks
    )
    return {
        "samples.jsonl": lines(samples),
        "tools.json": as_json([tool.as_json() for tool in tools_of(domain).values()]),
        **schema_files({"inspect_sample": INSPECT_SCHEMA}),
        **note(f"{suite.domain} (Inspect)", ["The tools are those of the tau2 folder."], canary),
    }
