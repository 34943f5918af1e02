"""The kinds of rule, their words and their plain form. Standard library only: the web process reads it.

Columns are internal names; `call` turns a name into what a person or a YAML file calls it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from generation.engine.predicates.predicate import Predicate, plain_where, words_of
from generation.engine.schema import Schema, Sdtype

Call = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Order:
    """`first` is at most `then` (before it, if `strictly`): two numbers or two dates."""

    first: str
    then: str
    strictly: bool = False
    kind = "order"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.first, self.then)

    def words(self, call: Call) -> str:
        return f"{call(self.first)} is {'less than' if self.strictly else 'at most'} {call(self.then)}"

    def columns_in_words(self, call: Call) -> str:
        """The rule without any value."""
        return self.words(call)

    def plain(self, call: Call) -> dict[str, Any]:
        strictly = {"strictly": True} if self.strictly else {}
        return {"kind": self.kind, "first": call(self.first), "then": call(self.then)} | strictly


@dataclass(frozen=True, slots=True)
class Range:
    """The column stays within the bounds, both included; one of them may be open."""

    column: str
    low: str | None
    high: str | None
    kind = "range"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def words(self, call: Call) -> str:
        if self.low is None or self.high is None:
            return f"{call(self.column)} is {f'at least {self.low}' if self.high is None else f'at most {self.high}'}"
        return f"{call(self.column)} is from {self.low} to {self.high}"

    def columns_in_words(self, call: Call) -> str:
        return f"{call(self.column)} stays within its range"

    def plain(self, call: Call) -> dict[str, Any]:
        bounds = {"from": self.low, "to": self.high}
        given = {word: bound for word, bound in bounds.items() if bound is not None}
        return {"kind": self.kind, "column": call(self.column)} | given


@dataclass(frozen=True, slots=True)
class Format:
    """Each value is matched, from end to end, by a regular expression (RE2: no look-around, no back-reference)."""

    column: str
    pattern: str
    kind = "format"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def words(self, call: Call) -> str:
        return f"{call(self.column)} has the form {self.pattern}"

    def columns_in_words(self, call: Call) -> str:
        return f"{call(self.column)} has its form"

    def plain(self, call: Call) -> dict[str, Any]:
        return {"kind": self.kind, "column": call(self.column), "pattern": self.pattern}


@dataclass(frozen=True, slots=True)
class Sum:
    """The parts add up to the total, within the tolerance."""

    parts: tuple[str, ...]
    total: str
    tolerance: float
    kind = "sum"

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.parts, self.total)

    def words(self, call: Call) -> str:
        within = f" within {self.tolerance:g}" if self.tolerance else ""
        return f"{' + '.join(map(call, self.parts))} = {call(self.total)}{within}"

    def columns_in_words(self, call: Call) -> str:
        return f"{' + '.join(map(call, self.parts))} = {call(self.total)}"

    def plain(self, call: Call) -> dict[str, Any]:
        parts = {"parts": [call(part) for part in self.parts], "total": call(self.total)}
        return {"kind": self.kind} | parts | {"tolerance": self.tolerance}


@dataclass(frozen=True, slots=True)
class Implication:
    """Where `given` holds, `then` holds too."""

    given: Predicate
    then: Predicate
    kind = "implication"

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.given.columns, *self.then.columns)))

    def words(self, call: Call) -> str:
        return f"if {words_of(self.given, call)}, then {words_of(self.then, call)}"

    def columns_in_words(self, call: Call) -> str:
        names = (" and ".join(map(call, part.columns)) for part in (self.given, self.then))
        return "what {} says of {}".format(*names)

    def plain(self, call: Call) -> dict[str, Any]:
        return {"kind": self.kind, "if": plain_where(self.given, call), "then": plain_where(self.then, call)}


@dataclass(frozen=True, slots=True)
class Fixed:
    """Each value of `column` that is listed goes with one value of `fixes` (None: with a missing one)."""

    column: str
    fixes: str
    pairs: tuple[tuple[str, str | None], ...]
    kind = "fixed"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column, self.fixes)

    def words(self, call: Call) -> str:
        return f"{call(self.column)} fixes {call(self.fixes)} ({len(self.pairs)} values)"

    def columns_in_words(self, call: Call) -> str:
        return f"{call(self.column)} and {call(self.fixes)} go together as listed"

    def plain(self, call: Call) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "column": call(self.column),
            "fixes": call(self.fixes),
            "values": {value: {"missing": True} if other is None else other for value, other in self.pairs},
        }


@dataclass(frozen=True, slots=True)
class Unique:
    """No two records have the same values in these columns; a record that misses one of them collides with none."""

    columns: tuple[str, ...]
    kind = "unique"

    def words(self, call: Call) -> str:
        return f"{' with '.join(map(call, self.columns))} is unique"

    def columns_in_words(self, call: Call) -> str:
        return self.words(call)

    def plain(self, call: Call) -> dict[str, Any]:
        return {"kind": self.kind, "columns": [call(column) for column in self.columns]}


Rule = Order | Range | Format | Sum | Implication | Fixed | Unique
KINDS = ("order", "range", "format", "sum", "implication", "fixed", "unique")

CONSTRUCTED, REDRAWN, CHECKED = "kept by construction", "kept by drawing again", "checked only"


def how_kept(rule: Rule, schema: Schema) -> str:
    """How sampling keeps the rule. Identifiers are invented, so a rule on their form can only be checked."""
    invented = {spec.name for spec in schema if spec.sdtype in (Sdtype.ID, Sdtype.TEXT)}
    if isinstance(rule, Fixed | Sum) or (isinstance(rule, Implication) and _implies_one_value(rule, schema)):
        return CONSTRUCTED
    if isinstance(rule, Unique) and invented.intersection(rule.columns):
        return CONSTRUCTED
    return CHECKED if isinstance(rule, Format) and rule.column in invented else REDRAWN


def _implies_one_value(rule: Implication, schema: Schema) -> bool:
    """Whether what follows can be written: one value of a column without dates, or a missing one."""
    dates = {spec.name for spec in schema if spec.sdtype is Sdtype.DATETIME}
    if len(rule.then.terms) != 1:
        return False
    (term,) = rule.then.terms
    return term.kind == "missing" or (term.kind == "in" and len(term.values) == 1 and term.column not in dates)
