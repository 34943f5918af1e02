"""A plan of evaluation tasks as a form: what was typed as the plain plan that is read, and its controls again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from generation.engine.llm.suites.plan import EXPECTED_KINDS

MOST_LINES = 60
KIND_WORDS = {
    "exact": "exactly this text", "rubric": "criteria, one a line", "schema": "JSON that keeps this JSON Schema",
    "state": "a state, as JSON",
}  # fmt: skip
Terms = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a part of the form: its name, and what was typed."""

    name: str
    data: QueryDict

    def text(self, field: str) -> str:
        return str(self.data.get(f"{self.name}-{field}", "")).strip()

    def lines(self, field: str) -> list[str]:
        return list(dict.fromkeys(line.strip() for line in self.text(field).splitlines() if line.strip()))

    def terms(self, field: str) -> dict[str, list[str]]:
        """Ticked values by dimension."""
        found: dict[str, list[str]] = {}
        for ticked in self.data.getlist(f"{self.name}-{field}"):
            dimension, value = json.loads(ticked)
            found.setdefault(dimension, []).append(value)
        return found


def lines_of(data: QueryDict, part: str) -> Iterator[Line]:
    """The lines of a part that something was typed in."""
    for at in range(MOST_LINES):
        line = Line(f"{part}{at}", data)
        typed = (key for key in data if key.startswith(f"{line.name}-") and not key.endswith("-kind"))
        if any(str(said).strip() for key in typed for said in data.getlist(key)):
            yield line


def plain_plan(data: QueryDict) -> dict[str, Any]:
    """The plan that was typed, in the plain form that YAML would have. ValueError for ticks and JSON that are none."""
    dimensions = {line.text("name"): line.lines("values") for line in lines_of(data, "dimension")}
    parts: dict[str, Any] = {
        "name": str(data.get("name", "")).strip(),
        "dimensions": {name: _weighted(data, name, values) for name, values in dimensions.items()},
        "rules": [_rule(line) for line in lines_of(data, "rule")],
        "quotas": [_quota(line) for line in lines_of(data, "quota")],
        "difficulty": _by_value(data, dimensions, "points", str),
        "words": _by_value(data, dimensions, "words", str.splitlines),
        "values": {line.text("name"): _slot(line) for line in lines_of(data, "slot")},
        "inputs": [_with_terms(line, {"text": line.text("text")}) for line in lines_of(data, "input")],
        "expected": [_with_terms(line, _expected(line)) for line in lines_of(data, "expected")],
    }
    return {name: part for name, part in parts.items() if part}


def _weighted(data: QueryDict, name: str, values: Sequence[str]) -> Any:
    weights = {value: data.get(value_key("weight", name, value), "").strip() or "1" for value in values}
    return list(values) if set(weights.values()) <= {"1"} else weights


def value_key(what: str, dimension: str, value: str) -> str:
    """The name of a control about one value of a dimension."""
    return f"{what}:{json.dumps([dimension, value], ensure_ascii=False)}"


def _by_value(data: QueryDict, dimensions: Terms, what: str, read: Any) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name, values in dimensions.items():
        for value in values:
            if said := str(data.get(value_key(what, name, value), "")).strip():
                found.setdefault(name, {})[value] = read(said)
    return found


def _rule(line: Line) -> dict[str, Any]:
    when, then = line.terms("when"), line.terms("then")
    return {"if": when, "then": then} if then else {"never": when}


def _quota(line: Line) -> dict[str, Any]:
    bounds = {name: said for name in ("at_least", "at_most") if (said := line.text(name))}
    return {"where": line.terms("where"), **bounds}


def _slot(line: Line) -> Any:
    said = line.lines("says")
    return said if len(said) > 1 else line.text("says")


def _with_terms(line: Line, said: dict[str, Any]) -> dict[str, Any]:
    where = line.terms("where")
    return {"if": where, **said} if where else said


def _expected(line: Line) -> dict[str, Any]:
    kind, text = line.text("kind"), line.text("value")
    if kind in ("schema", "state"):
        return {kind: json.loads(text)}
    return {kind: line.lines("value") if kind == "rubric" else text}


def typed_plan(plain: Mapping[str, Any]) -> QueryDict:
    """What would have to be typed for this plain plan: the way back from YAML."""
    data = QueryDict(mutable=True)
    data["name"] = str(plain.get("name", ""))
    for at, (name, values) in enumerate((plain.get("dimensions") or {}).items()):
        data.update({f"dimension{at}-name": name, f"dimension{at}-values": "\n".join(map(str, _several(values)))})
        for value, weight in values.items() if isinstance(values, dict) else ():
            data[value_key("weight", name, str(value))] = str(weight)
    for at, rule in enumerate(plain.get("rules") or ()):
        _tick(data, f"rule{at}-when", rule.get("never") or rule.get("if"))
        _tick(data, f"rule{at}-then", rule.get("then"))
    for at, quota in enumerate(plain.get("quotas") or ()):
        _tick(data, f"quota{at}-where", quota.get("where"))
        data.update({f"quota{at}-{name}": str(quota[name]) for name in ("at_least", "at_most") if name in quota})
    for what, part in (("points", "difficulty"), ("words", "words")):
        for name, own in (plain.get(part) or {}).items():
            data.update({value_key(what, name, value): "\n".join(_several(said)) for value, said in own.items()})
    for at, (name, said) in enumerate((plain.get("values") or {}).items()):
        data.update({f"slot{at}-name": name, f"slot{at}-says": "\n".join(_several(said))})
    _type_texts(data, plain)
    return data


def _type_texts(data: QueryDict, plain: Mapping[str, Any]) -> None:
    for at, said in enumerate(plain.get("inputs") or ()):
        own = {"text": said} if isinstance(said, str) else said
        data[f"input{at}-text"] = own.get("text", "")
        _tick(data, f"input{at}-where", own.get("if"))
    for at, said in enumerate(plain.get("expected") or ()):
        kind = next((kind for kind in EXPECTED_KINDS if kind in said), EXPECTED_KINDS[0])
        value = said.get(kind, "")
        text = json.dumps(value, ensure_ascii=False) if kind in ("schema", "state") else "\n".join(_several(value))
        data.update({f"expected{at}-kind": kind, f"expected{at}-value": text})
        _tick(data, f"expected{at}-where", said.get("if"))


def _tick(data: QueryDict, name: str, terms: Any) -> None:
    pairs = [(dimension, value) for dimension, own in (terms or {}).items() for value in _several(own)]
    data.setlist(name, [json.dumps(pair, ensure_ascii=False) for pair in pairs])


def _several(said: Any) -> list[str]:
    return [str(one) for one in said] if isinstance(said, list | tuple | dict) else [str(said)]
