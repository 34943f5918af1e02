"""The evidence on a suite of evaluation tasks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from generation.engine.evaluation.llm.sets.cards import default_limits
from generation.engine.evaluation.llm.sets.every import apart, repeats
from generation.engine.evaluation.llm.sets.judging import Told, judged, share, valued
from generation.engine.evaluation.metric import Metric
from generation.engine.llm.suites.cover import coverage
from generation.engine.llm.suites.matrix import Matrix
from generation.engine.llm.suites.task import Suite, Task

_JSON_TYPES = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})


def suite_evidence(suite: Suite, matrix: Matrix, *, ways: int = 2, training: Sequence[str] = ()) -> tuple[Metric, ...]:
    """The judged metrics of a suite over its matrix. `training` are the texts of the portal's sets for training."""
    cells = [task.cell for task in suite.tasks]
    texts = [task.input for task in suite.tasks]
    held = coverage(cells, matrix, ways)
    why = "nothing can be scored against what is expected"
    unusable = {at: why for at, task in enumerate(suite.tasks) if not _is_usable(task)}
    told = Told("expected result", "cannot be scored", "cannot be scored")
    metrics = [
        valued("combinations_covered", held, len(cells), f"{held:.1%} of the combinations of {ways} are held."),
        repeats("repeated_tasks", texts, exact=True),
        share("expected_usable", unusable, len(cells), told, is_good=True),
        *apart(texts, training, [f"{task.input}\n{_words_of(task.expected)}" for task in suite.tasks]),
    ]
    return judged(metrics, default_limits("evaluation"))


def _words_of(expected: object) -> str:
    return expected if isinstance(expected, str) else json.dumps(expected, ensure_ascii=False)


def _is_usable(task: Task) -> bool:
    """Whether a result can be scored against what is expected."""
    value = task.expected
    if task.expected_kind == "exact":
        return isinstance(value, str) and bool(value.strip())
    if task.expected_kind == "rubric":
        return bool(value) and all(isinstance(one, str) and one.strip() for one in value)
    if not isinstance(value, Mapping) or not value:
        return False
    return task.expected_kind != "schema" or value.get("type") in _JSON_TYPES
