"""Evaluation tasks, questions and agent tasks as Inspect, lm-evaluation-harness and promptfoo read them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generation.engine.llm.canary import canary_of
from generation.engine.llm.counts import by_number
from generation.engine.llm.exports.bundle import (
    ANY,
    TEXT,
    TEXTS,
    Bundle,
    as_yaml,
    lines,
    note,
    record,
    schema_files,
)
from generation.engine.llm.exports.retrieval import about_question, asked, expected
from generation.engine.llm.questions.question import Question
from generation.engine.llm.suites.task import Suite, Task

INSPECT_SCHEMA = record(
    {"id": TEXT, "input": TEXT, "target": {"anyOf": [TEXT, TEXTS]}, "choices": TEXTS, "metadata": ANY},
    optional=["choices"],
)
LM_EVAL_SCHEMA = record({"id": TEXT, "input": TEXT, "target": TEXT, "metadata": ANY})
PROMPTFOO_SCHEMA = record(
    {
        "description": TEXT,
        "vars": record({"input": TEXT}),
        "assert": {
            "type": "array",
            "items": record({"type": {"enum": ["equals", "is-json", "llm-rubric"]}, "value": ANY}),
        },
        "metadata": ANY,
    }
)


def inspect(suite: Suite) -> Bundle:
    """Inspect's samples. Criteria are a list of targets; a schema or state is its JSON."""
    samples = (
        {
            "id": task.id,
            "input": task.input,
            "target": list(task.expected) if task.expected_kind == "rubric" else _as_text(task.expected),
            "metadata": _about_task(task) | {"canary": suite.canary},
        }
        for task in suite.tasks
    )
    said = ["Read it with inspect_ai.dataset.json_dataset; metadata.expected_kind says how to score a sample."]
    return {
        "samples.jsonl": lines(samples),
        **schema_files({"inspect_sample": INSPECT_SCHEMA}),
        **note(f"{suite.name} (Inspect)", said, suite.canary),
    }


def inspect_questions(questions: Sequence[Question], name: str) -> Bundle:
    """Questions over documents as Inspect's samples; the passages are exported beside them (BEIR)."""
    canary = canary_of(name)
    samples = (
        {
            "id": one.id,
            "input": asked(one),
            "target": expected(one),
            "metadata": about_question(one) | {"canary": canary},
        }
        for one in questions
    )
    return {
        "samples.jsonl": lines(samples),
        **schema_files({"inspect_sample": INSPECT_SCHEMA}),
        **note(f"{name} (Inspect)", ["Contains source passages: answers are texts of the owner's documents."], canary),
    }


def lm_eval(suite: Suite) -> Bundle:
    """lm-evaluation-harness: a task in YAML over JSON Lines. Only exact answers can be scored there."""
    name = "".join(letter if letter.isalnum() else "_" for letter in suite.name.lower())
    exact = [task for task in suite.tasks if task.expected_kind == "exact"]
    rows = (
        {
            "id": task.id,
            "input": task.input,
            "target": _as_text(task.expected),
            "metadata": _about_task(task) | {"canary": suite.canary},
        }
        for task in exact
    )
    left_out = len(suite.tasks) - len(exact)
    are = by_number(
        left_out, "task is left out: what is expected of it", "tasks are left out: what is expected of them"
    )
    said = [f"{are} is no exact text, and has to be judged."]
    return {
        f"{name}.jsonl": lines(rows),
        f"{name}.yaml": as_yaml(_lm_eval_task(name, suite.canary)),
        **schema_files({"lm_eval_document": LM_EVAL_SCHEMA}),
        **note(f"{suite.name} (lm-evaluation-harness)", said, suite.canary),
    }


def _lm_eval_task(name: str, canary: str) -> dict[str, Any]:
    """The task's YAML: one line is generated and compared with the target."""
    return {
        "task": name,
        "dataset_path": "json",
        "dataset_kwargs": {"data_files": {"test": f"{name}.jsonl"}},
        "test_split": "test",
        "output_type": "generate_until",
        "doc_to_text": "{{input}}\n",
        "doc_to_target": "{{target}}",
        "generation_kwargs": {"until": ["\n"], "do_sample": False},
        "metric_list": [
            {
                "metric": "exact_match",
                "aggregation": "mean",
                "higher_is_better": True,
                "ignore_case": True,
                "ignore_punctuation": True,
            }
        ],
        "metadata": {"version": 1.0, "canary": canary},
    }


def promptfoo(suite: Suite) -> Bundle:
    """promptfoo's tests: equals, is-json with the schema, or llm-rubric, one assertion per criterion."""
    tests = [
        {
            "description": task.cell_key,
            "vars": {"input": task.input},
            "assert": list(_assertions(task)),
            "metadata": _about_task(task) | {"id": task.id},
        }
        for task in suite.tasks
    ]
    config = {"description": suite.canary, "prompts": ["{{input}}"], "providers": [], "tests": "file://tests.yaml"}
    said = ["Name your providers in promptfooconfig.yaml."]
    return {
        "promptfooconfig.yaml": as_yaml(config),
        "tests.yaml": as_yaml(tests),
        **schema_files({"promptfoo_test": PROMPTFOO_SCHEMA}),
        **note(f"{suite.name} (promptfoo)", said, suite.canary),
    }


def _assertions(task: Task) -> Iterator[dict[str, Any]]:
    if task.expected_kind == "exact":
        yield {"type": "equals", "value": _as_text(task.expected)}
    elif task.expected_kind == "schema":
        yield {"type": "is-json", "value": task.expected}
    elif task.expected_kind == "rubric":
        yield from ({"type": "llm-rubric", "value": one} for one in _criteria(task.expected))
    else:
        yield {"type": "llm-rubric", "value": f"In the end the state is {_as_text(task.expected)}"}


def _criteria(expected_value: Any) -> list[str]:
    return list(expected_value) if isinstance(expected_value, list | tuple) else [str(expected_value)]


def _about_task(task: Task) -> dict[str, Any]:
    cell: Mapping[str, str] = task.cell
    return {
        "expected_kind": task.expected_kind,
        "expected": task.expected,
        "cell": dict(cell),
        "difficulty": task.difficulty,
        "tags": list(task.tags),
    }


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
