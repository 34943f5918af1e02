"""A domain as its owner writes it down: tables, what can be done to their rows, and the rules of the policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from generation.engine.errors import SuiteError
from generation.engine.llm.agents.conditions import Condition, read_conditions
from generation.engine.llm.written import Written
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

    @property
    def names(self) -> tuple[str, ...]:
        """The key and every column."""
        return (self.key, *(column.name for column in self.columns))


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

    def rows_of(self, action: Action) -> dict[str, str]:
        """The table of each row that an action is about, by what conditions call the row; the caller is left out."""
        table = self.tables[action.table]
        found = {table.one: table.name}
        found |= {one.name.removesuffix("_id"): one.what for one in table.columns if one.how == "refers"}
        return found | {one.called: one.refers for one in action.arguments if one.refers}


def domain_of(definition: str, confirmed: Collection[str]) -> Domain:
    """The domain with these rules confirmed and no others, whatever the file says."""
    domain = read_domain(definition)
    return replace(domain, rules=tuple(replace(rule, confirmed=rule.id in confirmed) for rule in domain.rules))


def read_domain(text: str) -> Domain:
    """The domain of a YAML text; its rules may be built later. SuiteError, in one sentence, for what is none."""
    plain = read_yaml(text)
    if not isinstance(plain, dict) or any(not plain.get(key) for key in ("tables", "actions", "person")):
        raise SuiteError("no_domain", "A domain is a mapping with person, tables and actions.")
    said = Written(plain, "domain")
    domain = Domain(
        said.part("domain").text("domain"),
        said.part("person").name(),
        {name: _table(name, own) for name, own in said.part("tables").parts().items()},
        {name: _action(name, own) for name, own in said.part("actions").parts().items()},
        tuple(map(_rule, said.part("rules").items())),
        {name: columns.names(least=1) for name, columns in said.part("asks").parts().items()},
    )
    _require_known(domain)
    return domain


def read_rule(plain: Any) -> PolicyRule:
    """The rule that a mapping holds. SuiteError for what is none."""
    return _rule(Written(plain, "rule"))


def _require_known(domain: Domain) -> None:
    if domain.person not in domain.tables:
        raise SuiteError("no_person", f"The table of persons, {domain.person}, is not among the tables.")
    if not domain.tables[domain.person].find_by:
        raise SuiteError(
            "no_person", f"The table {domain.person} needs find_by: the columns by which a caller is found."
        )
    _require_order(domain)
    for table in domain.tables.values():
        _require_columns(domain, table)
    for action in domain.actions.values():
        _require_action(domain, action)
    _require_named("The part asks of the domain", domain.asks, domain.tables, "table")
    for name, columns in domain.asks.items():
        _require_named(
            f"The part asks.{name} of the domain", columns, domain.tables[name].names, "column of that table"
        )
    for rule in domain.rules:
        _require_named(f"The rule {rule.id}", (*rule.actions, *rule.not_after), domain.actions, "action")
        if rule.process and rule.process not in PROCESS:
            raise SuiteError("unknown_process", f"The rule {rule.id}: a process is one of {', '.join(PROCESS)}.")
    _require_effects(domain)


def _require_named(place: str, names: Iterable[str], known: Collection[str], what: str) -> None:
    """Raises SuiteError for a name that is not known."""
    if unknown := [name for name in names if name not in known]:
        raise SuiteError(f"unknown_{what.partition(' ')[0]}", f"{place} names {unknown[0]}, which is no {what}.")


def _require_effects(domain: Domain) -> None:
    """What a rule says an action does, the action must do, and no other rule may say something else."""
    said: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for rule in domain.confirmed:
        for name in rule.actions:
            for column, value in rule.effect.items():
                said[name, column].append((rule.id, value))
    for (name, column), own in said.items():
        _require_effect(domain.actions[name], column, own)


def _require_effect(action: Action, column: str, said: list[tuple[str, str]]) -> None:
    (rule, value), set_to = said[0], action.sets.get(column)
    if other := next((one for one in said if one[1] != value), None):
        told = f"The rules {rule} and {other[0]} want {value} and {other[1]} as {column} after {action.name}"
    elif set_to is None:
        told = f"The rule {rule} wants {value} as {column}, and {action.name} does not set {column}"
    elif set_to != value:
        told = f"The rule {rule} wants {value}, and {action.name} sets {column} to {set_to}"
    else:
        return
    raise SuiteError("contradiction", f"{told}: change one of them.")


def _require_order(domain: Domain) -> None:
    """Tables refer to tables above them, so that rows can be made one table after the other: never in a circle."""
    seen: set[str] = set()
    for table in domain.tables.values():
        below = [
            f"{table.name}.{one.name} refers to {one.what}"
            for one in table.columns
            if one.how == "refers" and one.what not in seen
        ]
        below += [f"{table.name}.each refers to {table.each[0]}"] if table.each and table.each[0] not in seen else []
        if below:
            raise SuiteError("bad_reference", f"{below[0]}, which is not a table above it.")
        seen.add(table.name)


def _require_columns(domain: Domain, table: TableSpec) -> None:
    """What a row's values are found by must be there when they are looked for: in this row before, or in the other."""
    before = {table.key: Column(table.key, "form", table.form)}
    for column in table.columns:
        about = f"The column {table.name}.{column.name}"
        if column.name in before:
            raise SuiteError("two_columns", f"{about} has the name of the key: call one of them otherwise.")
        if column.how == "copied":
            name, _, wanted = column.what.partition(".")
            referring = {one.name: one.what for one in before.values() if one.how == "refers"}
            _require_named(about, [name], referring, "column above it that refers to a table")
            _require_named(about, [wanted], domain.tables[referring[name]].names, f"column of {referring[name]}")
        if column.how == "refers" and column.same:
            _require_named(about, [column.same], before, "column above it")
            _require_named(about, [column.same], domain.tables[column.what].names, f"column of {column.what}")
        before[column.name] = column
    for group in table.find_by:
        _require_named(f"The part find_by of {table.name}", group, before, "column of that table")


def _require_action(domain: Domain, action: Action) -> None:
    about = f"The action {action.name}"
    if action.table not in domain.tables:
        raise SuiteError("unknown_table", f"{about} is about {action.table}, which is no table.")
    for one in action.arguments:
        _require_argument(domain, f"The argument {one.name} of {action.name}", one)
    table = domain.tables[action.table]
    _require_named(about, action.sets, [column.name for column in table.columns], f"column of {table.name}")
    known = {table.key, *(one.name for one in action.arguments)}
    known |= {f"{row}.{name}" for row, other in domain.rows_of(action).items() for name in domain.tables[other].names}
    paths = [value[1:] for value in action.sets.values() if value.startswith("@")]
    _require_named(about, paths, known, "argument of it and no column of a row that it is about")


def _require_argument(domain: Domain, about: str, argument: Argument) -> None:
    if not (argument.values or argument.refers or argument.invent):
        raise SuiteError("no_values", f"{about} needs values, a table that it refers to, or a kind to invent.")
    if argument.invent and argument.invent not in INVENTED:
        raise SuiteError("unknown_kind", f"{about}: what is invented is one of {', '.join(INVENTED)}.")
    if argument.refers:
        _require_named(about, [argument.refers], domain.tables, "table")
    if argument.same:
        column, sign, _ = argument.same.partition("=")
        if not sign or not argument.refers:
            raise SuiteError("bad_reference", f"{about}: same is for a row, such as product=item.product.")
        _require_named(about, [column], domain.tables[argument.refers].names, f"column of {argument.refers}")


def _table(name: str, said: Written) -> TableSpec:
    key = said.part("key")
    each = [(table, *own.counts()) for table, own in said.part("each").parts().items()]
    if len(each) > 1:
        raise said.part("each").fault("a mapping from one table to how many rows there are for each of its rows")
    return TableSpec(
        name,
        said.part("one").text(name.rstrip("s")),
        key.part("column").name(),
        key.part("form").text("#####"),
        tuple(_column(column, how) for column, how in said.part("columns").parts().items()),
        0 if each else said.part("rows").count(),
        each[0] if each else None,
        tuple(group.names(least=1) for group in said.part("find_by").items()),
    )


def _column(name: str, how: Written) -> Column:
    if how.plain == "learned":
        return Column(name, "learned")
    said = how.parts()
    word = next((word for word in ("invent", "form", "refers", "copied") if word in said), "")
    if not word or (word == "invent" and said[word].text() not in INVENTED):
        raise SuiteError("bad_column", f"The column {name} is learned, or one of invent, form, refers or copied.")
    return Column(name, word, said[word].text(), how.part("same").text())


def _action(name: str, said: Written) -> Action:
    return Action(
        name,
        said.part("on").text(),
        tuple(_argument(one, how) for one, how in said.part("arguments").parts().items()),
        {column: value.text() for column, value in said.part("sets").parts().items()},
        said.part("wishes").names(least=1),
    )


def _argument(name: str, said: Written) -> Argument:
    called = said.part("called").text(name.removesuffix("_id"))
    invent, same = said.part("invent").text(), said.part("same").text()
    return Argument(name, said.part("values").texts(), said.part("refers").text(), called, invent, same)


def _rule(said: Written) -> PolicyRule:
    needs = said.part("needs")
    groups = needs.items() if isinstance(needs.plain, list) else [needs] if needs.plain else []
    return PolicyRule(
        id=said.part("id").text(),
        sentence=" ".join(said.part("sentence").text().split()),
        confirmed=said.part("confirmed").truth(),
        actions=said.part("actions").names(),
        when=read_conditions(said.part("if")),
        needs=tuple(map(read_conditions, groups)),
        not_after=said.part("not_after").names(),
        process=said.part("process").text(),
        tells=tuple(
            Tell(read_conditions(one.part("if")), one.part("text").text()) for one in said.part("tells").items()
        ),
        effect={name: value.text() for name, value in said.part("effect").parts().items()},
        transfer=said.part("transfer").names(),
        refusal=said.part("refusal").truth(),
    )
