"""What an owner writes down to get a suite: the matrix, quotas, wordings, values to invent, and what is expected."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite, nan
from typing import Any

from generation.engine.errors import SuiteError
from generation.engine.llm.suites.matrix import Matrix, Rule
from generation.engine.llm.written import Written, range_in
from generation.engine.rules.yaml_text import read_yaml

EXPECTED_KINDS = ("exact", "schema", "rubric", "state")
_KEYS = ("name", "dimensions", "rules", "quotas", "difficulty", "words", "values", "inputs", "expected")
SLOT = re.compile(r"\{\{\s*([\w .]+?)\s*\}\}")

Where = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Quota:
    """At least and at most so many tasks in these cells."""

    where: Where
    at_least: int = 0
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """A wording with `{{slots}}` for the cells where it fits."""

    text: str
    where: Where = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a right answer is in these cells. `kind` is one of EXPECTED_KINDS; texts in `value` may hold slots."""

    kind: str
    value: Any
    where: Where = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SuitePlan:
    """`words` has, for values of dimensions, what a slot says instead of the value; `values` says what is invented for
    other slots: a pattern with # for digits, a range "5 to 500", a list, or "name", "date", "email"."""

    name: str
    matrix: Matrix
    inputs: tuple[Input, ...]
    expected: tuple[Expectation, ...]
    quotas: tuple[Quota, ...] = ()
    difficulty: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    values: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)


def read_plan(text: str) -> SuitePlan:
    """The plan that a YAML text holds. SuiteError, in one sentence, for what is none."""
    plain = read_yaml(text)
    if not isinstance(plain, dict):
        raise SuiteError("no_plan", "A suite's plan is a mapping with dimensions, inputs and expected.")
    if unknown := [str(key) for key in plain if key not in _KEYS]:
        raise SuiteError("unknown_key", f"A suite's plan has no part called {unknown[0][:60]!r}.")
    if missing := [key for key in ("dimensions", "inputs", "expected") if not plain.get(key)]:
        raise SuiteError("no_plan", f"The suite's plan lacks {' and '.join(missing)}.")
    plan = SuitePlan(
        str(plain.get("name") or "suite"),
        read_matrix(plain),
        tuple(map(_input, _list(plain, "inputs"))),
        tuple(map(_expectation, _list(plain, "expected"))),
        tuple(map(_quota, _list(plain, "quotas"))),
        {
            name: {value: _number(points) for value, points in _mapping(own).items()}
            for name, own in _part(plain, "difficulty")
        },
        {name: {value: _texts(own) for value, own in _mapping(words).items()} for name, words in _part(plain, "words")},
        {name: _values(name, own) for name, own in _part(plain, "values")},
    )
    _require_known_slots(plan)
    return plan


def read_matrix(plain: Mapping[str, Any]) -> Matrix:
    """The matrix of a plan that may lack all the rest. SuiteError for what is none."""
    return Matrix(_dimensions(plain.get("dimensions") or {}), tuple(map(_rule, _list(plain, "rules"))))


def _require_known_slots(plan: SuitePlan) -> None:
    words, dimensions = [list(own.values()) for own in plan.words.values()], plan.matrix.dimensions
    said = [plan.words.get(name, {}).get(value) or value for name, own in dimensions.items() for value in own]
    for unknown in sorted(_slots([words, said]) - set(plan.values)):
        raise SuiteError(
            "unknown_slot", f"The slot {unknown!r} in words for a value is not among the values to invent."
        )
    texts = [[one.text for one in plan.inputs], [one.value for one in plan.expected]]
    for unknown in sorted(_slots(texts) - {*dimensions, *plan.values}):
        raise SuiteError("unknown_slot", f"The slot {unknown!r} is neither a dimension nor among the values to invent.")
    parts: tuple[Input | Expectation | Quota, ...] = (*plan.inputs, *plan.expected, *plan.quotas)
    for name, values in ((name, values) for part in parts for name, values in part.where.items()):
        if unknown := next(iter(sorted(values - set(dimensions.get(name, {})))), ""):
            raise SuiteError("unknown_value", f"The plan names {name}: {unknown}, which is not in the matrix.")


def _slots(value: Any) -> set[str]:
    return {slot for text in _said_texts(value) for slot in SLOT.findall(text)}


def _said_texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [text for one in inner for text in _said_texts(one)]


def _dimensions(plain: Any) -> dict[str, dict[str, float]]:
    found = {}
    for name, values in _mapping(plain).items():
        if isinstance(values, dict):
            found[name] = {str(value): _number(weight) for value, weight in values.items()}
        else:
            found[name] = dict.fromkeys(_texts(values), 1.0)
    return found


def _rule(plain: Any) -> Rule:
    said = _mapping(plain)
    if set(said) == {"never"}:
        return Rule(_where(said["never"]), {})
    if set(said) == {"if", "then"}:
        return Rule(_where(said["if"]), _where(said["then"]))
    raise SuiteError("bad_rule", "A rule of the matrix is {if: ..., then: ...} or {never: ...}.")


def _input(plain: Any) -> Input:
    if isinstance(plain, str):
        return Input(plain)
    said = _with_keys(plain, "an input", ("text", "if"))
    return Input(str(said.get("text", "")), _where(said.get("if") or {}))


def _expectation(plain: Any) -> Expectation:
    said = _with_keys(plain, "an expected result", (*EXPECTED_KINDS, "if"))
    kinds = [kind for kind in EXPECTED_KINDS if kind in said]
    if len(kinds) != 1:
        raise SuiteError("bad_expected", f"What is expected is one of {', '.join(EXPECTED_KINDS)}.")
    return Expectation(kinds[0], said[kinds[0]], _where(said.get("if") or {}))


def _quota(plain: Any) -> Quota:
    said = _with_keys(plain, "a quota", ("where", "at_least", "at_most"))
    most = said.get("at_most")
    least = int(_number(said.get("at_least", "0")))
    return Quota(_where(said.get("where") or {}), least, None if most is None else int(_number(most)))


def _with_keys(plain: Any, what: str, known: Sequence[str]) -> dict[str, Any]:
    """A mapping; what is written under another key would be left out unseen."""
    said = _mapping(plain)
    if unknown := next((key for key in said if key not in known), ""):
        raise SuiteError("unknown_key", f"In the plan, {what} has no part called {unknown[:60]!r}.")
    return said


def _where(plain: Any) -> dict[str, frozenset[str]]:
    return {name: frozenset(_texts(values)) for name, values in _mapping(plain).items()}


def _mapping(plain: Any) -> dict[str, Any]:
    if not isinstance(plain, dict):
        raise SuiteError("no_plan", f"The plan has {str(plain)[:60]!r} where a mapping is expected.")
    return {str(key): value for key, value in plain.items()}


def _texts(plain: Any) -> tuple[str, ...]:
    return Written(plain, "plan").texts()


def _values(name: str, plain: Any) -> str | tuple[str, ...]:
    """How a slot is filled: a pattern, or the range or word that stands for one; or a list."""
    if isinstance(plain, str):
        range_in(plain)
        return plain
    return Written(plain, "plan", f"values.{name}").texts(least=1)


def _list(plain: Mapping[str, Any], key: str) -> list[Any]:
    found = plain.get(key) or []
    if not isinstance(found, list):
        raise SuiteError("no_plan", f"The part {key} of the plan is a list.")
    return found


def _part(plain: Mapping[str, Any], key: str) -> list[tuple[str, Any]]:
    return list(_mapping(plain.get(key) or {}).items())


def _parts(plain: Mapping[str, Any], key: str) -> list[tuple[str, dict[str, Any]]]:
    return [(name, _mapping(own)) for name, own in _part(plain, key)]


def _number(plain: Any) -> float:
    try:
        number = float(plain)
    except (TypeError, ValueError):
        number = nan
    if not isfinite(number):
        raise SuiteError("no_number", f"The plan has {str(plain)[:60]!r} where a number is expected.")
    return number
