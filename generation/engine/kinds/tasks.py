"""Plans of evaluation tasks, and domains of agent tasks: what somebody wrote down becomes tasks to test with."""

from __future__ import annotations

from generation.engine.kinds.kind import MadeSet, SourceKind
from generation.engine.minimisation.treatments import TreatmentKind
from generation.engine.schema import ColumnSpec, Sdtype

# The part of a source that holds the plan: pages that load no tables ask for it too.
PLAN = "plan"
_TREATMENTS = frozenset({TreatmentKind.KEEP, TreatmentKind.DROP, TreatmentKind.REDACT})
_PROFILER, _PLANNER = (
    "generation.engine.llm.parts:profile_parts",
    "generation.engine.llm.parts:plan_parts",
)
_EVIDENCE, _EXPORTS = "generation.engine.evaluation.llm.sets.portal", "generation.engine.llm.exports.portal"


def _columns(texts: str, categories: str) -> tuple[ColumnSpec, ...]:
    found = [ColumnSpec(name, Sdtype.TEXT, label=name) for name in texts.split()]
    found += [ColumnSpec(name, Sdtype.CATEGORICAL, label=name) for name in categories.split()]
    return (*found, ColumnSpec("id", Sdtype.ID, label="id"))


TASKS = SourceKind(
    "tasks",
    "Plan of evaluation tasks",
    takes="plans of evaluation tasks: a scenario matrix in YAML or JSON",
    endings=(".yaml", ".yml", ".json"),
    reader="generation.engine.llm.sources.parts:read_suite_plan",
    profiler=_PROFILER,
    planner=_PLANNER,
    treatments=_TREATMENTS,
    synthesizers=frozenset({"scenario_tasks"}),
    checks=frozenset({"task_suite", "any_set"}),
    layout="task",
    holds_out=False,
    makes=MadeSet(
        noun="evaluation tasks",
        columns=_columns("input expected scenario cell", "expected_kind difficulty"),
        asked=300,
        evidence=f"{_EVIDENCE}:task_result",
        exports=f"{_EXPORTS}:task_files",
        tools="Inspect, lm-evaluation-harness and promptfoo",
        purposes=frozenset({"evaluation"}),
        hidden=frozenset({"cell", "id"}),
        items=frozenset({"input"}),
        split_by="generation.engine.llm.exports.splitting:by_cell",
        split_noun="cell of the plan",
    ),
)
AGENTS = SourceKind(
    "agents",
    "Domain of agent tasks",
    takes="domains of agent tasks: a ZIP archive with domain.yaml, the policy and the tables to learn from",
    endings=(".zip",),
    reader="generation.engine.llm.sources.parts:read_agent_domain",
    profiler=_PROFILER,
    planner=_PLANNER,
    treatments=_TREATMENTS,
    synthesizers=frozenset({"agent_tasks"}),
    checks=frozenset({"agent_suite", "any_set"}),
    layout="agent",
    holds_out=False,
    makes=MadeSet(
        noun="agent tasks",
        columns=_columns("scenario policy tools expected_change task world", "outcome"),
        asked=50,
        evidence=f"{_EVIDENCE}:agent_result",
        exports=f"{_EXPORTS}:agent_files",
        tools="tau2-bench and Inspect",
        purposes=frozenset({"evaluation"}),
        hidden=frozenset({"task", "world", "id"}),
        items=frozenset({"scenario"}),
        confirms_rules=True,
    ),
)
