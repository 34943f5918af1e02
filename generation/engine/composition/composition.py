"""What an artefact shall be composed of: conditions with counts, a balance of classes, shifts. Standard library only.

The plain form is the one of API and YAML:

    conditions: [{where: {income: ">50K", sex: Female}, rows: 500, at_least: false}]
    balance: {column: income, shares: {">50K": 0.5, "<=50K": 0.5}}
    shifts: [{where: {age: {over: 70}}, factor: 2}, {where: {paid: late}, share: 0.3}]

A share is a part of 1, or per cent with its sign: 0.3 and "30 %" are the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from generation.engine.composition.faults import CLASS, CONDITION, SHIFT, LineFault, title_of
from generation.engine.predicates.predicate import (
    Lookup,
    Predicate,
    StatementError,
    Term,
    parse_where,
    plain_where,
    words_of,
)
from generation.engine.schema import Schema

MOST_DEMANDS = 40
SHARES_TOLERANCE = 1e-6
ROWS = "the number of records (rows) is a whole number of at least 1."
FACTOR = "how many times the real share (factor) is a number of at least 0; 1.2 is 20 % more."
PERCENT = "a share in per cent is a number from 0 to 100."
SHARE = 'a share is a part of 1, a number from 0 to 1, or per cent with its sign: 0.3 or "30 %".'
EITHER = "give how much: either a factor (1.2 is 20 % more) or the share wanted."
_WORDS = {"conditions": {"where", "rows", "at_least"}, "shifts": {"where", "factor", "share"}}


@dataclass(frozen=True, slots=True)
class Condition:
    """`rows` records satisfy it, neither more nor less; or at least so many."""

    where: Predicate
    rows: int
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Balance:
    """The share of records of each class named; classes that are not named keep their proportions."""

    column: str
    shares: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Shift:
    """The share of the records that satisfy it becomes `share`, or `factor` times the real one."""

    where: Predicate
    factor: float | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Composition:
    """All that one artefact shall be composed of; nothing is asked for when all three are empty."""

    conditions: tuple[Condition, ...] = ()
    balance: Balance | None = None
    shifts: tuple[Shift, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.conditions or self.balance or self.shifts)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that anything of it looks at."""
        wheres = [*(one.where for one in self.conditions), *(one.where for one in self.shifts)]
        found = [name for where in wheres for name in where.columns]
        return tuple(dict.fromkeys([*found, *([self.balance.column] if self.balance else [])]))


def parse_composition(plain: object, schema: Schema, *, target: str = "") -> Composition:
    """Read the plain form; `target` is balanced where no column is named. Raises StatementError with every fault."""
    if not plain:
        return Composition()
    if not isinstance(plain, Mapping) or set(plain) - {"conditions", "balance", "shifts"}:
        raise StatementError("Ask with the words conditions, balance and shifts; the guide has an example.")
    columns, faults = Lookup(schema), list[str]()
    conditions = _each(plain, "conditions", lambda one: _condition(one, columns), faults)
    shifts = _each(plain, "shifts", lambda one: _shift(one, columns), faults)
    balances = _each({"balance": [plain["balance"]]} if plain.get("balance") else {}, "balance",
                     lambda one: _balance(one, columns, target), faults)  # fmt: skip
    composition = Composition(tuple(conditions), balances[0] if balances else None, tuple(shifts))
    if len(conditions) + len(shifts) + (len(composition.balance.shares) if composition.balance else 0) > MOST_DEMANDS:
        faults.append(f"Ask for at most {MOST_DEMANDS} conditions, classes and shifts in one run.")
    if faults:
        raise StatementError(*faults)
    return composition


def _each(plain: Mapping[str, Any], name: str, parse: Callable[[Any], Any], faults: list[str]) -> list[Any]:
    """All entries of a list, each fault with the entry's place."""
    given = plain.get(name) or []
    if not isinstance(given, list | tuple):
        faults.append(f"{name.capitalize()} are a list.")
        return []
    found = []
    for place, one in enumerate(given, start=1):
        try:
            found.append(parse(one))
        except StatementError as error:
            faults += [_placed(sentence, name.removesuffix("s"), place) for sentence in error.sentences]
    return found


def _placed(sentence: str, kind: str, place: int) -> LineFault:
    return sentence if isinstance(sentence, LineFault) else LineFault(kind, place, sentence)


def _entry(one: object, name: str) -> Mapping[str, Any]:
    if not isinstance(one, Mapping) or set(one) - _WORDS[name]:
        raise StatementError(f"use the words {', '.join(sorted(_WORDS[name]))}.")
    return one


def _condition(one: object, columns: Lookup) -> Condition:
    given = _entry(one, "conditions")
    rows = _number(given.get("rows"), ROWS)
    if rows < 1 or not rows.is_integer():
        raise StatementError(ROWS)
    at_least = str(given.get("at_least", False)).lower() in ("true", "yes", "1", "on")
    return Condition(parse_where(given.get("where"), columns), int(rows), at_least)


def _shift(one: object, columns: Lookup) -> Shift:
    given = _entry(one, "shifts")
    factor, share = given.get("factor"), given.get("share")
    if (factor in (None, "")) == (share in (None, "")):
        raise StatementError(EITHER)
    where = parse_where(given.get("where"), columns)
    if share in (None, ""):
        number = _number(factor, FACTOR)
        if number < 0:
            raise StatementError(FACTOR)
        return Shift(where, factor=number)
    return Shift(where, share=_share(share))


def _balance(one: object, columns: Lookup, target: str) -> Balance:
    if not isinstance(one, Mapping) or set(one) - {"column", "shares"} or not isinstance(one.get("shares"), Mapping):
        raise StatementError("give a column (the target, if left out) and shares: a mapping from its values to shares.")
    called = one.get("column") or target
    if not called:
        raise StatementError("there is no target column: name the column to balance.")
    if not one["shares"]:
        raise StatementError("name a class.")
    pairs, faults = list[tuple[str, float]](), list[str]()
    for place, (value, share) in enumerate(one["shares"].items(), start=1):
        try:
            (term,) = parse_where({columns(called).name: value}, columns).terms
            pairs.append((term.values[0], _share(share)))
        except StatementError as error:
            faults += [LineFault(CLASS, place, sentence) for sentence in error.sentences]
    if faults:
        raise StatementError(*faults)
    total = sum(share for _, share in pairs)
    if total > 1 + SHARES_TOLERANCE:
        raise StatementError(f"the shares sum to {100 * total:.4g} %. Possible: at most 100 % together.")
    return Balance(columns(called).name, tuple(pairs))


def _share(raw: object) -> float:
    """A part of 1, from that or from per cent with the sign."""
    number, sign, rest = str(raw).strip().partition("%")
    otherwise = PERCENT if sign else SHARE
    share = _number(raw if not sign else number.strip(), otherwise) / (100 if sign else 1)
    if rest or not 0 <= share <= 1:
        raise StatementError(otherwise)
    return share


def _number(raw: object, otherwise: str) -> float:
    try:
        number = float(str(raw))
    except ValueError:
        raise StatementError(otherwise) from None
    if not math.isfinite(number) or isinstance(raw, bool):
        raise StatementError(otherwise)
    return number


def plain_composition(composition: Composition, call: Callable[[str], str]) -> dict[str, Any]:
    """The form that `parse_composition` reads again, with the columns as `call` names them."""
    plain: dict[str, Any] = {}
    if composition.conditions:
        plain["conditions"] = [
            {"where": plain_where(each.where, call), "rows": each.rows} | ({"at_least": True} if each.at_least else {})
            for each in composition.conditions
        ]
    if composition.balance:
        plain["balance"] = {"column": call(composition.balance.column), "shares": dict(composition.balance.shares)}
    if composition.shifts:
        plain["shifts"] = [
            {"where": plain_where(each.where, call)}
            | ({"factor": each.factor} if each.share is None else {"share": each.share})
            for each in composition.shifts
        ]
    return plain


@dataclass(frozen=True, slots=True)
class Wish:
    """One line of a composition, the `place`-th of its kind, from 1; exactly one of rows, factor and share is given."""

    kind: str
    place: int
    where: Predicate
    rows: int | None = None
    factor: float | None = None
    share: float | None = None
    at_least: bool = False

    @property
    def title(self) -> str:
        """What the line is called; it names no value."""
        return title_of(self.kind, self.place)

    def words(self, call: Callable[[str], str]) -> str:
        """The records that are meant, as people say it."""
        return words_of(self.where, call)


@dataclass(frozen=True, slots=True)
class Demand:
    """One line of a composition with its exact count: `rows` records satisfy `where` (or more, if `at_least`).

    `real` is how many training records do.
    """

    title: str
    kind: str
    where: Predicate
    rows: int
    real: int
    at_least: bool = False


def wishes_of(composition: Composition) -> tuple[Wish, ...]:
    """Every condition, class and shift as one line, in the order asked."""
    found = [
        Wish(CONDITION, place, each.where, rows=each.rows, at_least=each.at_least)
        for place, each in enumerate(composition.conditions, start=1)
    ]
    if composition.balance:
        column = composition.balance.column
        found += [
            Wish(CLASS, place, Predicate((Term(column, "in", (value,)),)), share=share)
            for place, (value, share) in enumerate(composition.balance.shares, start=1)
        ]
    return (
        *found,
        *(
            Wish(SHIFT, place, each.where, factor=each.factor, share=each.share)
            for place, each in enumerate(composition.shifts, start=1)
        ),
    )
