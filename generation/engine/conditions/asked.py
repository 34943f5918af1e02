"""What a person asks of a run: conditions with counts, a balance of classes, shifts. Standard library only.

The plain form is the one of API and YAML:

    conditions: [{where: {income: ">50K", sex: Female}, rows: 500, at_least: false}]
    balance: {column: income, shares: {">50K": 0.5, "<=50K": 0.5}}
    shifts: [{where: {age: {over: 70}}, factor: 2}, {where: {paid: late}, share: 0.3}]
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from generation.engine.conditions.predicate import (
    AskedError,
    Lookup,
    Predicate,
    Term,
    parse_where,
    plain_where,
    words_of,
)
from generation.engine.schema import Schema

MOST_DEMANDS = 40
SHARES_TOLERANCE = 1e-6
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
class Asked:
    """All that one run is asked for."""

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


def parse_asked(plain: object, schema: Schema, *, target: str = "") -> Asked:
    """Read the plain form; `target` is the column of a balance that names none. Raises AskedError with every fault."""
    if not plain:
        return Asked()
    if not isinstance(plain, Mapping) or set(plain) - {"conditions", "balance", "shifts"}:
        raise AskedError("Ask with the words conditions, balance and shifts; the guide has an example.")
    columns, faults = Lookup(schema), list[str]()
    conditions = _each(plain, "conditions", lambda one: _condition(one, columns), faults)
    shifts = _each(plain, "shifts", lambda one: _shift(one, columns), faults)
    balances = _each({"balance": [plain["balance"]]} if plain.get("balance") else {}, "balance",
                     lambda one: _balance(one, columns, target), faults)  # fmt: skip
    asked = Asked(tuple(conditions), balances[0] if balances else None, tuple(shifts))
    if len(conditions) + len(shifts) + (len(asked.balance.shares) if asked.balance else 0) > MOST_DEMANDS:
        faults.append(f"Ask for at most {MOST_DEMANDS} conditions, classes and shifts in one run.")
    if faults:
        raise AskedError(*faults)
    return asked


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
        except AskedError as error:
            title = "Balance" if name == "balance" else f"{name.removesuffix('s').capitalize()} {place}"
            faults += [f"{title}: {sentence}" for sentence in error.sentences]
    return found


def _entry(one: object, name: str) -> Mapping[str, Any]:
    if not isinstance(one, Mapping) or set(one) - _WORDS[name]:
        raise AskedError(f"use the words {', '.join(sorted(_WORDS[name]))}.")
    return one


def _condition(one: object, columns: Lookup) -> Condition:
    given = _entry(one, "conditions")
    rows = _number(given.get("rows"), "rows is a whole number of at least 1.")
    if rows < 1 or not rows.is_integer():
        raise AskedError("rows is a whole number of at least 1.")
    at_least = str(given.get("at_least", False)).lower() in ("true", "yes", "1", "on")
    return Condition(parse_where(given.get("where"), columns), int(rows), at_least)


def _shift(one: object, columns: Lookup) -> Shift:
    given = _entry(one, "shifts")
    factor, share = given.get("factor"), given.get("share")
    if (factor in (None, "")) == (share in (None, "")):
        raise AskedError("give either a factor (1.2 is 20 % more) or the share wanted (from 0 to 1).")
    where = parse_where(given.get("where"), columns)
    if share in (None, ""):
        number = _number(factor, "a factor is a number of at least 0.")
        if number < 0:
            raise AskedError("a factor is a number of at least 0.")
        return Shift(where, factor=number)
    return Shift(where, share=_share(share))


def _balance(one: object, columns: Lookup, target: str) -> Balance:
    if not isinstance(one, Mapping) or set(one) - {"column", "shares"} or not isinstance(one.get("shares"), Mapping):
        raise AskedError("give a column (the target, if left out) and shares: a mapping from its values to shares.")
    called = one.get("column") or target
    if not called:
        raise AskedError("there is no target column: name the column to balance.")
    pairs: list[tuple[str, float]] = []
    for value, share in one["shares"].items():
        (term,) = parse_where({columns(called).name: value}, columns).terms
        pairs.append((term.values[0], _share(share)))
    total = sum(share for _, share in pairs)
    if not pairs or total > 1 + SHARES_TOLERANCE:
        raise AskedError(
            f"the shares sum to {100 * total:.4g} %, which is more than all." if pairs else "name a class."
        )
    return Balance(columns(called).name, tuple(pairs))


def _share(raw: object) -> float:
    share = _number(raw, "a share is a number from 0 to 1.")
    if not 0 <= share <= 1:
        raise AskedError("a share is a number from 0 to 1.")
    return share


def _number(raw: object, otherwise: str) -> float:
    try:
        number = float(str(raw))
    except ValueError:
        raise AskedError(otherwise) from None
    if not math.isfinite(number) or isinstance(raw, bool):
        raise AskedError(otherwise)
    return number


def plain_asked(asked: Asked, call: Callable[[str], str]) -> dict[str, Any]:
    """The form that `parse_asked` reads again, with the columns as `call` names them."""
    plain: dict[str, Any] = {}
    if asked.conditions:
        plain["conditions"] = [
            {"where": plain_where(each.where, call), "rows": each.rows} | ({"at_least": True} if each.at_least else {})
            for each in asked.conditions
        ]
    if asked.balance:
        plain["balance"] = {"column": call(asked.balance.column), "shares": dict(asked.balance.shares)}
    if asked.shifts:
        plain["shifts"] = [
            {"where": plain_where(each.where, call)}
            | ({"factor": each.factor} if each.share is None else {"share": each.share})
            for each in asked.shifts
        ]
    return plain


@dataclass(frozen=True, slots=True)
class Wish:
    """One line of what was asked. `title` names no value ("Condition 2"); exactly one of the last three is given."""

    title: str
    kind: str
    where: Predicate
    rows: int | None = None
    factor: float | None = None
    share: float | None = None
    at_least: bool = False

    def words(self, call: Callable[[str], str]) -> str:
        """The records that are meant, as people say it."""
        return words_of(self.where, call)


def wishes_of(asked: Asked) -> tuple[Wish, ...]:
    """Every condition, class and shift as one line, in the order asked."""
    found = [
        Wish(f"Condition {place}", "condition", each.where, rows=each.rows, at_least=each.at_least)
        for place, each in enumerate(asked.conditions, start=1)
    ]
    if asked.balance:
        column = asked.balance.column
        found += [
            Wish(f"Class {place} of the balance", "balance", Predicate((Term(column, "in", (value,)),)), share=share)
            for place, (value, share) in enumerate(asked.balance.shares, start=1)
        ]
    return (
        *found,
        *(
            Wish(f"Shift {place}", "shift", each.where, factor=each.factor, share=each.share)
            for place, each in enumerate(asked.shifts, start=1)
        ),
    )
