"""A domain as its owner writes it down: tables, what can be done to their rows, and the rules of the policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generation.engine.errors import SuiteError
from generation.engine.llm.agents.conditions import Condition, read_conditions
from generation.engine.rules.yaml_text import read_yaml

INVENTED = ("person", "email", "address", "phone", "location")
PROCESS = ("identify_first", "confirm_before_change", "one_call_a_turn", "look_before_change")


@dataclass(frozen=True, slots=True)
class Column:
    """How a column gets its values: `learned` by the table engine, `invent`ed as a kind of identifier, in a `form` with
    # for digits, one that `refers` to a row of another table (with `same`: one whose column agrees with this row's), or
    `copied` from a row that is referred to."""

    name: str
    how: str
    what: str = ""
    same: str = ""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """`one` is what a single row is called; `key` its identifying column, in a `form`; `each` makes rows per row of
    another table instead of `rows` in all; `find_by` are the columns by which a row can be found, together."""

    name: str
    one: str
    key: str
    form: str
    columns: tuple[Column, ...]
    rows: int = 0
    each: tuple[str, int, int] | None = None
    find_by: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Argument:
    """What an action asks for: one of `values`, a row of a table that it `refers` to, called `called` in conditions, or
    an `invent`ed value. With `same`, such as "product=item.product", users mostly name a row that agrees with it."""

    name: str
    values: tuple[str, ...] = ()
    refers: str = ""
    called: str = ""
    invent: str = ""
    same: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """A tool that changes one row of `table`: `sets` columns to values, `@argument` or `@row.column`. `wishes` are what
    a user says who wants it, `said` what the agent lists before it asks for a yes."""

    name: str
    table: str
    arguments: tuple[Argument, ...]
    sets: Mapping[str, str]
    wishes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tell:
    """What the user must be told where `when` holds."""

    when: tuple[Condition, ...]
    text: str


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """A rule of the policy beside the sentence it comes from; only a `confirmed` one is used.

    `needs`: one of these groups must hold for the `actions`, where `when` holds. `not_after`: not after one of these
    actions on the same row. `process`: about the order of calls, one of PROCESS. `tells`: what the user must hear.
    `effect`: what the row's columns are after the action, which the action's `sets` must agree with. `transfer`: the
    user asks for one of these things, which no tool does. `refusal`: what is against the policy is denied.
    """

    id: str
    sentence: str
    confirmed: bool
    actions: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()
    needs: tuple[tuple[Condition, ...], ...] = ()
    not_after: tuple[str, ...] = ()
    process: str = ""
    tells: tuple[Tell, ...] = ()
    effect: Mapping[str, str] = field(default_factory=dict)
    transfer: tuple[str, ...] = ()
    refusal: bool = False

    @property
    def is_about_a_case(self) -> bool:
        """Whether it says of a single wish that it may or may not be granted."""
        return bool(self.needs or self.not_after)


@dataclass(frozen=True, slots=True)
class Domain:
    """`person` is the table of those who call; `asks` are columns that they may ask about, by table."""

    name: str
    person: str
    tables: Mapping[str, TableSpec]
    actions: Mapping[str, Action]
    rules: tuple[PolicyRule, ...]
    asks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def confirmed(self) -> tuple[PolicyRule, ...]:
        return tuple(rule for rule in self.rules if rule.confirmed)

    def owner_column(self, table: str) -> str:
        """The column of a table that names the person a row belongs to, "" where rows belong to nobody."""
        if table == self.person:
            return self.tables[table].key
        columns = self.tables[table].columns
        return next((one.name for one in columns if one.how == "refers" and one.what == self.person), "")


def read_domain(text: str) -> Domain:
    """The domain that a YAML text holds. SuiteError, in one sentence, for what is none."""
    plain = read_yaml(text)
    if not isinstance(plain, dict) or any(not plain.get(key) for key in ("tables", "actions", "rules", "person")):
        raise SuiteError("no_domain", "A domain is a mapping with person, tables, actions and rules.")
    tables = {str(name): _table(str(name), said) for name, said in plain["tables"].items()}
    actions = {str(name): _action(str(name), said) for name, said in plain["actions"].items()}
    asks = {str(name): _texts(columns) for name, columns in (plain.get("asks") or {}).items()}
    rules = tuple(_rule(said) for said in plain["rules"])
    domain = Domain(str(plain.get("domain", "domain")), str(plain["person"]), tables, actions, rules, asks)
    _require_known(domain)
    return domain


def _require_known(domain: Domain) -> None:
    if domain.person not in domain.tables:
        raise SuiteError("no_person", f"The table of persons, {domain.person}, is not among the tables.")
    _require_order(domain)
    for action in domain.actions.values():
        _require_action(domain, action)
    for rule in domain.rules:
        if unknown := [name for name in (*rule.actions, *rule.not_after) if name not in domain.actions]:
            raise SuiteError("unknown_action", f"The rule {rule.id} names {unknown[0]}, which is no action.")
        if rule.process and rule.process not in PROCESS:
            raise SuiteError("unknown_process", f"The rule {rule.id}: a process is one of {', '.join(PROCESS)}.")
    _require_effects(domain)


def _require_effects(domain: Domain) -> None:
    """What a rule says an action does, the action must do."""
    for rule in domain.confirmed:
        for action in (domain.actions[name] for name in rule.actions):
            for column, value in rule.effect.items():
                if action.sets.get(column, value) != value:
                    told = f"{action.name} sets {column} to {action.sets[column]}"
                    raise SuiteError(
                        "contradiction", f"The rule {rule.id} wants {value}, and {told}: change one of them."
                    )


def _require_order(domain: Domain) -> None:
    """Tables refer to tables above them, so that rows can be made one table after the other: never in a circle."""
    seen: set[str] = set()
    for table in domain.tables.values():
        below = [one for one in table.columns if one.how == "refers" and one.what not in seen]
        if below:
            told = f"{table.name}.{below[0].name} refers to {below[0].what}"
            raise SuiteError("bad_reference", f"{told}, which is not a table above it.")
        seen.add(table.name)


def _require_action(domain: Domain, action: Action) -> None:
    if action.table not in domain.tables:
        raise SuiteError("unknown_table", f"The action {action.name} is about {action.table}, which is no table.")
    if unknown := [one.refers for one in action.arguments if one.refers and one.refers not in domain.tables]:
        raise SuiteError("unknown_table", f"The action {action.name} refers to {unknown[0]}, which is no table.")


def _table(name: str, said: Any) -> TableSpec:
    said = _mapping(name, said)
    key = _mapping(f"{name}.key", said.get("key"))
    each = next(iter(_mapping(f"{name}.each", said["each"]).items())) if "each" in said else None
    columns = tuple(_column(str(column), how) for column, how in _mapping(name, said.get("columns") or {}).items())
    return TableSpec(
        name,
        str(said.get("one", name.rstrip("s"))),
        str(key.get("column", "")),
        str(key.get("form", "#####")),
        columns,
        int(said.get("rows", 0)),
        (str(each[0]), *_range(str(each[1]))) if each else None,
        tuple(_texts(group) for group in said.get("find_by") or ()),
    )


def _range(text: str) -> tuple[int, int]:
    low, _, high = text.partition(" to ")
    return int(low), int(high or low)


def _column(name: str, how: Any) -> Column:
    if how == "learned":
        return Column(name, "learned")
    said = _mapping(name, how)
    word = next((word for word in ("invent", "form", "refers", "copied") if word in said), "")
    if not word or (word == "invent" and said[word] not in INVENTED):
        raise SuiteError("bad_column", f"The column {name} is learned, or one of invent, form, refers or copied.")
    return Column(name, word, str(said[word]), str(said.get("same", "")))


def _action(name: str, plain: Any) -> Action:
    said = _mapping(name, plain)
    arguments = _mapping(name, said.get("arguments") or {})
    return Action(
        name,
        str(said.get("on", "")),
        tuple(_argument(str(one), how) for one, how in arguments.items()),
        {str(column): str(value) for column, value in _mapping(name, said.get("sets") or {}).items()},
        _texts(said.get("wishes") or ()),
    )


def _argument(name: str, plain: Any) -> Argument:
    said = _mapping(name, plain)
    called = str(said.get("called", name.removesuffix("_id")))
    invent, same = str(said.get("invent", "")), str(said.get("same", ""))
    return Argument(name, _texts(said.get("values") or ()), str(said.get("refers", "")), called, invent, same)


def _rule(plain: Any) -> PolicyRule:
    said = _mapping("a rule", plain)
    needs = said.get("needs") or []
    groups = needs if isinstance(needs, list) else [needs]
    tells = [_mapping("tells", one) for one in said.get("tells") or ()]
    return PolicyRule(
        id=str(said.get("id", "")),
        sentence=" ".join(str(said.get("sentence", "")).split()),
        confirmed=str(said.get("confirmed", "")).lower() in ("true", "yes"),
        actions=_texts(said.get("actions") or ()),
        when=read_conditions(said.get("if") or {}),
        needs=tuple(read_conditions(group) for group in groups),
        not_after=_texts(said.get("not_after") or ()),
        process=str(said.get("process", "")),
        tells=tuple(Tell(read_conditions(one.get("if") or {}), str(one.get("text", ""))) for one in tells),
        effect={str(name): str(value) for name, value in _mapping("effect", said.get("effect") or {}).items()},
        transfer=_texts(said.get("transfer") or ()),
        refusal=str(said.get("refusal", "")).lower() in ("true", "yes"),
    )


def _mapping(name: str, plain: Any) -> dict[str, Any]:
    if not isinstance(plain, dict):
        raise SuiteError("no_domain", f"The domain has no mapping where {name} is described.")
    return plain


def _texts(plain: Any) -> tuple[str, ...]:
    return tuple(map(str, plain)) if isinstance(plain, list | tuple) else (str(plain),)
