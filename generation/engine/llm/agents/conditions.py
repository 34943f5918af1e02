"""Conditions over rows: "order.status is pending", "card.balance is at least order.total"; and what a path names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generation.engine.errors import SuiteError
from generation.engine.llm.written import Written

Row = Mapping[str, Any]
# Rows and single values by name: {"order": {...}, "caller": {...}, "reason": "no longer needed"}.
Bound = Mapping[str, Any]
BOUNDS = ("at_least", "at_most")
TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
RELATIONS = ("is", "is_not", *BOUNDS)


@dataclass(frozen=True, slots=True)
class Condition:
    """What a path names is one of `values`; or stands in a relation to another path, number or difference of two."""

    path: str
    relation: str
    values: tuple[str, ...]

    def holds(self, bound: Bound) -> bool:
        """Whether it holds. A row that is not bound satisfies nothing."""
        found = value_at(self.path, bound)
        if found is None:
            return False
        if self.relation == "in":
            return any(same(found, value) for value in self.values)
        other = _difference(self.values, bound) if len(self.values) == 2 else _other(self.values[0], bound)
        if other is None:
            return False
        if self.relation in BOUNDS:
            left, right = number_of(found), number_of(other)
            if left is None or right is None:
                return False
            return left >= right if self.relation == "at_least" else left <= right
        return same(found, other) == (self.relation == "is")


def read_conditions(written: Written) -> tuple[Condition, ...]:
    """The conditions of a mapping from paths to what they must be. SuiteError for what is none."""
    found: list[Condition] = []
    for path, wanted in written.parts().items():
        if isinstance(wanted.plain, Mapping):
            relations = wanted.parts()
            if unknown := [word for word in relations if word not in RELATIONS]:
                raise SuiteError("bad_condition", f"{path}: use {', '.join(RELATIONS)}, not {unknown[0]!r}.")
            found += [Condition(path, word, _values(value, most=2)) for word, value in relations.items()]
        else:
            found.append(Condition(path, "in", _values(wanted)))
    return tuple(found)


def _values(written: Written, most: int | None = None) -> tuple[str, ...]:
    found = written.texts(least=1)
    if most is not None and len(found) > most:
        raise written.fault("one value, or the two of a difference")
    return found


def plain_conditions(conditions: Sequence[Condition]) -> dict[str, Any]:
    """The mapping that `read_conditions` reads again. SuiteError where it would have to say one thing twice."""
    found: dict[str, Any] = {}
    for one in conditions:
        value: Any = list(one.values) if len(one.values) > 1 else one.values[0]
        before = found.get(one.path, {})
        if one.path in found and (one.relation == "in" or not isinstance(before, dict) or one.relation in before):
            raise SuiteError("said_twice", f"{one.path} is asked for twice. Say it in one line.")
        found[one.path] = value if one.relation == "in" else {**before, one.relation: value}
    return found


def all_hold(conditions: tuple[Condition, ...], bound: Bound) -> bool:
    return all(condition.holds(bound) for condition in conditions)


def value_at(path: str, bound: Bound) -> Any:
    """What "order.status" or "reason" names; None where it names nothing."""
    name, _, column = path.partition(".")
    found = bound.get(name)
    if not column:
        return found
    return found.get(column) if isinstance(found, Mapping) else None


def same(one: Any, other: Any) -> bool:
    """Whether two values are one: numbers by size, truth as "yes" or "true", the rest by words whatever the case."""
    if isinstance(one, bool):
        return TRUTH.get(str(other).lower()) is one
    left, right = number_of(one), number_of(other)
    if left is not None and right is not None and not isinstance(one, str):
        return left == right
    return str(one).lower() == str(other).lower()


def number_of(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _other(word: str, bound: Bound) -> Any:
    """What the other side of a relation says: a path behind @, else the word itself."""
    return value_at(word[1:], bound) if word.startswith("@") else word


def _difference(words: tuple[str, ...], bound: Bound) -> float | None:
    """The first less the second."""
    left, right = (number_of(_other(word, bound)) for word in words)
    return None if left is None or right is None else left - right
