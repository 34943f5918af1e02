"""What users may want: every kind of wish that the database allows, drawn by seed, with what the policy says of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from generation.engine.llm.agents.conditions import value_at
from generation.engine.llm.agents.domain import Action, Argument, Domain, TableSpec
from generation.engine.llm.agents.judgement import Judgement, judge
from generation.engine.llm.agents.task import Call
from generation.engine.llm.agents.tools import Environment
from generation.engine.minimisation.invented.surrogates import Look, invented
from generation.engine.minimisation.treatments import SurrogateStyle

_DRAWS_A_ROW = 12
# Most users want something of their own, and name what goes with it.
_OWN, _FITTING = 0.9, 0.8


@dataclass(frozen=True, slots=True)
class Wish:
    """What one user wants of one row. `call` is what they ask for, whether or not the policy allows it."""

    caller: str
    action: Action
    call: Call
    key: str
    bound: Mapping[str, Any]
    judgement: Judgement

    @property
    def bucket(self) -> tuple[str, ...]:
        """Wishes that try the same things."""
        return (self.action.name, *sorted(f"{rule}:{way}" for rule, way in self.judgement.branches))


def wishes(domain: Domain, environment: Environment, rng: np.random.Generator) -> Iterator[Wish]:
    """Wishes for every action and row, several times over with other arguments."""
    for action in domain.actions.values():
        rows = list(environment.database[action.table])
        for _ in range(_DRAWS_A_ROW):
            for at in rng.permutation(len(rows)):
                wish = drawn(domain, environment, action, rows[int(at)], rng)
                if wish is not None:
                    yield wish


def every_wish(domain: Domain, environment: Environment, action: Action) -> Iterator[Wish]:
    """Every wish for an action that the database allows, those of the rows' own people first; one value is invented."""
    column, key_name = domain.owner_column(action.table), domain.tables[action.table].key
    people, rng = list(environment.database[domain.person]), np.random.default_rng(0)
    values = [_values(environment, argument, rng) for argument in action.arguments]
    names = [argument.name for argument in action.arguments]
    for turn in range(len(people) + 1):
        for key, row in environment.database[action.table].items():
            own = str(row.get(column) or people[0])
            caller = people[turn - 1] if turn else own
            if turn and caller == own:
                continue
            for chosen in product(*values):
                call = Call(action.name, {key_name: key, **dict(zip(names, chosen, strict=True))})
                yield judged(domain, environment, action, call, caller)


def _values(environment: Environment, argument: Argument, rng: np.random.Generator) -> Sequence[Any]:
    """What can be named: every value, every row, or one value that is invented."""
    if argument.refers:
        return list(environment.database[argument.refers])
    return argument.values or [_value(environment, argument, {}, rng)]


def drawn(
    domain: Domain, environment: Environment, action: Action, key: str, rng: np.random.Generator, caller: str = ""
) -> Wish | None:
    """One wish for this row; None where nobody can want it. `caller`, or somebody by chance, mostly the row's own."""
    owner = environment.database[action.table][key].get(domain.owner_column(action.table))
    people = list(environment.database[domain.person])
    caller = caller or (str(owner) if owner and rng.random() < _OWN else people[int(rng.integers(len(people)))])
    arguments: dict[str, Any] = {domain.tables[action.table].key: key}
    known = _known(domain, environment, action, key, caller)
    for argument in action.arguments:
        arguments[argument.name] = _value(environment, argument, known, rng)
    return judged(domain, environment, action, Call(action.name, arguments), caller)


def judged(
    domain: Domain, environment: Environment, action: Action, call: Call, caller: str, before: Sequence[Call] = ()
) -> Wish:
    """The wish with what the policy says of it now."""
    key = str(call.arguments[domain.tables[action.table].key])
    bound = environment.bound(action, call.arguments, caller)
    return Wish(caller, action, call, key, bound, judge(domain, action.name, bound, before, key))


def _known(domain: Domain, environment: Environment, action: Action, key: str, caller: str) -> dict[str, Any]:
    """The rows that are known before an argument is drawn."""
    table: TableSpec = domain.tables[action.table]
    row = environment.database[action.table][key]
    found: dict[str, Any] = {table.one: row, "caller": environment.database[domain.person][caller]}
    for column in table.columns:
        if column.how == "refers":
            found[column.name.removesuffix("_id")] = environment.database[column.what][row[column.name]]
    return found


def _value(environment: Environment, argument: Argument, known: Mapping[str, Any], rng: np.random.Generator) -> Any:
    if argument.invent:
        key = int(rng.integers(1 << 40)).to_bytes(8, "big")
        return invented("Xxxx Xxxx", Look(SurrogateStyle(argument.invent)), key, range(1))[0]
    if not argument.refers:
        return argument.values[int(rng.integers(len(argument.values)))]
    rows = environment.database[argument.refers]
    column, _, path = argument.same.partition("=")
    wanted = value_at(path, known) if path else None
    fitting = [key for key, row in rows.items() if path and row[column] == wanted]
    names = fitting if fitting and rng.random() < _FITTING else list(rows)
    return names[int(rng.integers(len(names)))]
