"""A scenario matrix: dimensions with values, and rules that say which values go together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

from generation.engine.errors import SuiteError

MOST_DIMENSIONS = 20
MOST_VALUES = 50

Cell = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """Where all of `when` hold, all of `then` must; a rule with nothing to follow forbids what it names.

    Both map a dimension to the values that are meant.
    """

    when: Mapping[str, frozenset[str]]
    then: Mapping[str, frozenset[str]]

    def words(self) -> str:
        """The rule as people say it."""
        if not self.then:
            return f"never {said(self.when)}"
        return f"{said(self.when)} needs {said(self.then)}"


def said(meant: Mapping[str, frozenset[str]]) -> str:
    return " and ".join(f"{name} {' or '.join(sorted(values))}" for name, values in meant.items())


@dataclass(frozen=True)
class Matrix:
    """`dimensions` in order, each with its values and how often a value is wanted beside the others (1 is usual)."""

    dimensions: Mapping[str, Mapping[str, float]]
    rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        """Raises SuiteError, in one sentence, for what is no matrix or allows nothing."""
        _require_shape(self.dimensions)
        for rule in self.rules:
            _require_known(self.dimensions, rule)

    @cached_property
    def space(self) -> Space:
        """The matrix in numbers, once it is sure that every value can appear. SuiteError when one cannot."""
        space = Space(self)
        if space.completed({}) is None:
            raise SuiteError("contradiction", "The rules contradict each other: no scenario keeps all of them.")
        for name, values in self.dimensions.items():
            for value in values:
                if space.completed(space.numbered({name: value})) is None:
                    raise SuiteError("impossible_value", self._why_impossible(name, value))
        return space

    @property
    def most_cells(self) -> int:
        """How many combinations there would be without rules."""
        return prod(len(values) for values in self.dimensions.values())

    def _why_impossible(self, name: str, value: str) -> str:
        """Why a value can never appear: the chain of rules from it to where it is denied."""
        chain, known = [], {name: frozenset({value})}
        while step := self._next_step(known):
            chain.append(said(step))
            if clash := next((one for one in step if one in known and not known[one] & step[one]), ""):
                circle = "go in a circle" if clash == name else "contradict each other"
                told = ", which needs ".join(chain)
                return f"The rules {circle}: {name} {value} needs {told}. Change one of them."
            known |= step
        return f"The rules contradict each other: {name} {value} can never appear. Change one of them."

    def _next_step(self, known: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
        """What the first rule whose condition is met asks for and is not known yet."""
        for rule in self.rules:
            is_met = all(name in known and known[name] <= values for name, values in rule.when.items())
            new = {name: values for name, values in rule.then.items() if not known.get(name, frozenset({""})) <= values}
            if is_met and new:
                return new
        return {}


def _require_shape(dimensions: Mapping[str, Mapping[str, float]]) -> None:
    if not 2 <= len(dimensions) <= MOST_DIMENSIONS:
        raise SuiteError("bad_dimensions", f"A scenario matrix has 2 to {MOST_DIMENSIONS} dimensions.")
    for name, values in dimensions.items():
        if not 1 <= len(values) <= MOST_VALUES:
            raise SuiteError("bad_dimension", f"The dimension {name} needs 1 to {MOST_VALUES} values.")


def _require_known(dimensions: Mapping[str, Mapping[str, float]], rule: Rule) -> None:
    for part in (rule.when, rule.then):
        for name, values in part.items():
            unknown = sorted(values - set(dimensions.get(name, {})))
            if name not in dimensions or unknown:
                what = f"the value {unknown[0]} of {name}" if name in dimensions else f"the dimension {name}"
                raise SuiteError("unknown_value", f"A rule names {what}, which is not in the matrix.")


Partial = dict[int, int]


class Space:
    """The matrix in numbers: dimension d has values 0, 1, ...; a partial scenario maps some dimensions to values."""

    def __init__(self, matrix: Matrix) -> None:
        self.names = list(matrix.dimensions)
        self.values = [list(values) for values in matrix.dimensions.values()]
        self.weights = [[max(weight, 0.0) for weight in values.values()] for values in matrix.dimensions.values()]
        self._rules = [(self._sets(rule.when), self._sets(rule.then)) for rule in matrix.rules]
        self._known: dict[tuple[tuple[int, int], ...], bool] = {}

    def _sets(self, meant: Mapping[str, frozenset[str]]) -> list[tuple[int, frozenset[int]]]:
        return [
            (self.names.index(name), frozenset(self.values[self.names.index(name)].index(value) for value in values))
            for name, values in meant.items()
        ]

    def numbered(self, cell: Cell) -> Partial:
        return {
            self.names.index(name): self.values[self.names.index(name)].index(value) for name, value in cell.items()
        }

    def cell(self, row: Mapping[int, int]) -> dict[str, str]:
        """The names again, in the order of the dimensions."""
        return {self.names[dimension]: self.values[dimension][row[dimension]] for dimension in sorted(row)}

    def keeps_rules(self, partial: Partial) -> bool:
        """Whether no rule is broken by what is known so far."""
        for when, then in self._rules:
            if any(dimension not in partial or partial[dimension] not in values for dimension, values in when):
                continue
            if not then or any(dimension in partial and partial[dimension] not in values for dimension, values in then):
                return False
        return True

    def is_possible(self, partial: Partial) -> bool:
        """Whether some whole scenario holds what is known so far."""
        key = tuple(sorted(partial.items()))
        if key not in self._known:
            self._known[key] = self.completed(partial) is not None
        return self._known[key]

    def holds(self, cell: Any) -> bool:
        """Whether this is a whole scenario that the rules allow."""
        if not isinstance(cell, dict) or set(cell) != set(self.names):
            return False
        is_known = all(cell[name] in values for name, values in zip(self.names, self.values, strict=True))
        return is_known and self.keeps_rules(self.numbered(cell))

    def cells(self, partial: Partial) -> Iterator[Cell]:
        """Every whole scenario that holds what is known, in the order of the values."""
        at = next((dimension for dimension in range(len(self.names)) if dimension not in partial), None)
        if at is None:
            yield self.cell(partial)
            return
        for value in range(len(self.values[at])):
            if self.is_possible(partial | {at: value}):
                yield from self.cells(partial | {at: value})

    def completed(self, partial: Partial, order: Sequence[int] | None = None) -> Partial | None:
        """A whole scenario that holds what is known; None when there is none (depth first, rules checked early)."""
        if not self.keeps_rules(partial):
            return None
        left = [dimension for dimension in (order or range(len(self.names))) if dimension not in partial]
        if not left:
            return dict(partial)
        for value in range(len(self.values[left[0]])):
            if found := self.completed(partial | {left[0]: value}, order):
                return found
        return None
