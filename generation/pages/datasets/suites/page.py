"""What the form of a plan of evaluation tasks shows: every part with room for one more, and what the matrix takes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from django.http import QueryDict

from generation.engine.errors import EngineError, SuiteError
from generation.engine.llm.suites.counting import Take, count_cells, take
from generation.engine.llm.suites.matrix import Rule, said
from generation.engine.llm.suites.plan import SuitePlan, read_matrix, read_plan
from generation.engine.rules.yaml_text import read_yaml, write_yaml
from generation.pages.datasets.suites.plan import KIND_WORDS, Line, lines_of, plain_plan, value_key

NO_JSON = "What is expected as a JSON Schema or a state must be JSON. Check its brackets and quotes."
PARTS = {"dimension": 2, "rule": 1, "quota": 1, "slot": 1, "input": 1, "expected": 1}


def suite_context(data: QueryDict) -> dict[str, Any]:
    """The controls of every part as they were typed, and the figures of the matrix."""
    parts = {part: [*lines_of(data, part), *_blank(data, part, more)] for part, more in PARTS.items()}
    dimensions = {line.text("name"): line.lines("values") for line in parts["dimension"] if line.text("name")}
    return {
        "name": data.get("name", ""),
        "dimensions": [_dimension(data, line) for line in parts["dimension"]],
        "rules": [_rule(line, dimensions) for line in parts["rule"]],
        "quotas": [_where(line, dimensions) for line in parts["quota"]],
        "inputs": [_where(line, dimensions) for line in parts["input"]],
        "expected": [_where(line, dimensions) | {"kinds": _kinds(line)} for line in parts["expected"]],
        "slots": [{"name": line.name, "slot": line.text("name"), "says": line.text("says")} for line in parts["slot"]],
        "slot_names": [*dimensions, *(line.text("name") for line in parts["slot"] if line.text("name"))],
        **figures(data),
    }


def _blank(data: QueryDict, part: str, more: int) -> Iterator[Line]:
    taken = {line.name for line in lines_of(data, part)}
    free = (f"{part}{at}" for at in range(len(taken) * 2 + more + 1))
    for name, _ in zip((one for one in free if one not in taken), range(more), strict=False):
        yield Line(name, data)


def _dimension(data: QueryDict, line: Line) -> dict[str, Any]:
    typed = {"name": line.text("name"), "typed": "\n".join(line.lines("values"))}
    return {"line": line, **typed, "values": _values(data, line) if typed["name"] else []}


def _values(data: QueryDict, line: Line) -> list[dict[str, str]]:
    name = line.text("name")
    return [
        {"value": value}
        | {what: value_key(what, name, value) for what in ("weight", "points", "words")}
        | {f"{what}_typed": data.get(value_key(what, name, value), "") for what in ("weight", "points", "words")}
        for value in line.lines("values")
    ]


def _rule(line: Line, dimensions: Mapping[str, list[str]]) -> dict[str, Any]:
    when, then = line.terms("when"), line.terms("then")
    words = Rule(*({name: frozenset(own) for name, own in part.items()} for part in (when, then))).words()
    return {
        "line": line,
        "words": words if when else "",
        "when": ticks(f"{line.name}-when", when, dimensions),
        "then": ticks(f"{line.name}-then", then, dimensions),
    }


def _where(line: Line, dimensions: Mapping[str, list[str]]) -> dict[str, Any]:
    """A line with the cells that it is about. Its fields are read by the names that the form gives them."""
    where = line.terms("where")
    fields = {name: line.text(name) for name in ("text", "value", "at_least", "at_most")}
    words = said({name: frozenset(own) for name, own in where.items()}) if where else "every cell"
    return {"line": line, "words": words, "where": ticks(f"{line.name}-where", where, dimensions), **fields}


def _kinds(line: Line) -> list[tuple[str, str, bool]]:
    return [(kind, words, kind == line.text("kind")) for kind, words in KIND_WORDS.items()]


def ticks(name: str, chosen: Mapping[str, list[str]], dimensions: Mapping[str, list[str]]) -> dict[str, Any]:
    """Checkboxes for the values of every dimension; what was ticked and is no longer there stays to be seen."""
    known = {(dimension, value) for dimension, own in dimensions.items() for value in own}
    gone = [(dimension, value) for dimension, own in chosen.items() for value in own if (dimension, value) not in known]
    groups = [
        {"label": dimension, "options": [_tick(dimension, value, chosen) for value in own]}
        for dimension, own in dimensions.items()
    ]
    lost = [{"label": "no longer in the matrix", "options": [_tick(*one, chosen) for one in gone]}] if gone else []
    return {"name": name, "groups": [*groups, *lost]}


def _tick(dimension: str, value: str, chosen: Mapping[str, list[str]]) -> dict[str, Any]:
    key = json.dumps([dimension, value], ensure_ascii=False)
    return {"key": key, "value": value, "is_ticked": value in chosen.get(dimension, ())}


def read_typed(data: QueryDict) -> tuple[SuitePlan, str]:
    """The plan that was typed, and its YAML. SuiteError, in one sentence, for what is none."""
    try:
        text = write_yaml(plain_plan(data))
    except ValueError:
        raise SuiteError("no_json", NO_JSON) from None
    return read_plan(text), text


def figures(data: QueryDict) -> dict[str, Any]:
    """How many cells there are and what pairs and triples take, and what keeps the plan from being one, in a sentence.

    `fault` is of the matrix, `lacking` of the rest, which may not be written yet.
    """
    found: dict[str, Any] = {"fault": "", "lacking": "", "yaml": ""}
    try:
        plain = plain_plan(data)
        found["yaml"] = write_yaml(plain)
        read_typed(data)
    except ValueError:
        return found | {"fault": NO_JSON}
    except EngineError as error:
        found["lacking"] = error.sentence
    if not plain.get("dimensions"):
        return found | {"lacking": ""}
    try:
        matrix = {part: plain[part] for part in ("dimensions", "rules") if part in plain}
        return found | _measured(write_yaml(matrix)) | {"quota_least": _quota_least(plain)}
    except EngineError as error:
        return found | {"fault": error.sentence, "lacking": ""}


def _quota_least(plain: Mapping[str, Any]) -> int:
    asked = (str(quota.get("at_least", "")) for quota in plain.get("quotas", ()))
    return max((int(least) for least in asked if least.isdecimal()), default=0)


@lru_cache(maxsize=64)
def _measured(text: str) -> dict[str, Any]:
    """The figures of a matrix, from its YAML: kept, since the form asks again with every change of a wording."""
    matrix = read_matrix(read_yaml(text))
    ways = [number for number in (2, 3) if number <= len(matrix.dimensions)]
    takes: list[Take] = [take(matrix, number) for number in ways]
    return {"cells": count_cells(matrix), "most_cells": matrix.most_cells, "takes": takes}
