"""The tools of a domain, made from its tables and actions: find, read, change, deny, transfer; and what a call does.

Tools check what a schema can say. They do not check the policy: keeping it is what an agent is tested for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generation.engine.errors import SuiteError
from generation.engine.llm.agents.conditions import Bound, same, value_at
from generation.engine.llm.agents.domain import Action, Argument, Domain, TableSpec
from generation.engine.llm.agents.world import Database, copied, state_hash

DENY, TRANSFER = "deny_request", "transfer_to_human_agents"
_TEXT = {"type": "string"}


@dataclass(frozen=True, slots=True)
class Tool:
    """`parameters` is a JSON Schema; `kind` is find, read, change, deny or transfer."""

    name: str
    kind: str
    description: str
    parameters: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """As chat interfaces take it."""
        about = {"name": self.name, "description": self.description, "parameters": dict(self.parameters)}
        return {"type": "function", "function": about}


def tools_of(domain: Domain) -> dict[str, Tool]:
    """Every tool by name."""
    found = [tool for table in domain.tables.values() for tool in _of_table(domain, table)]
    found += [_of_action(domain, action) for action in domain.actions.values()]
    requests = {"type": "string", "enum": sorted(domain.actions)}
    found.append(
        Tool(DENY, "deny", "Deny what the user asks for, because the policy does not allow it.", _schema(
            {"request": requests, "reason": _TEXT}
        ))
    )  # fmt: skip
    found.append(
        Tool(TRANSFER, "transfer", "Hand the user over to a person, with a summary.", _schema({"summary": _TEXT}))
    )
    return {tool.name: tool for tool in found}


def find_name(table: TableSpec, columns: tuple[str, ...]) -> str:
    return f"find_{table.one}_by_{'_'.join(columns)}"


def read_name(table: TableSpec) -> str:
    return f"get_{table.one}"


def _of_table(domain: Domain, table: TableSpec) -> list[Tool]:
    found = [
        Tool(
            find_name(table, columns),
            "find",
            f"The {table.key} of the {table.one} with this {' and '.join(columns)}.",
            _schema(dict.fromkeys(columns, _TEXT)),
        )
        for column_group in [table.find_by]
        for columns in column_group
    ]
    found.append(Tool(read_name(table), "read", f"All details of one {table.one}.", _schema({table.key: _TEXT})))
    if domain.owner_column(table.name) and table.name != domain.person:
        person = domain.tables[domain.person]
        about = f"The {table.key}s of one {person.one}."
        found.append(Tool(f"list_{table.name}", "read", about, _schema({person.key: _TEXT})))
    return found


def _of_action(domain: Domain, action: Action) -> Tool:
    key = domain.tables[action.table].key
    changed = ", ".join(action.sets)
    properties = {key: _TEXT} | {one.name: _argument_schema(one) for one in action.arguments}
    about = f"Change {changed} of one {domain.tables[action.table].one}: {action.name.replace('_', ' ')}."
    return Tool(action.name, "change", about, _schema(properties))


def _argument_schema(argument: Argument) -> dict[str, Any]:
    return {"type": "string", "description": f"a key of {argument.refers}"} if argument.refers else dict(_TEXT)


def _schema(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


class Environment:
    """A database that tools are called on."""

    def __init__(self, domain: Domain, database: Database) -> None:
        self.domain, self.database = domain, copied(database)
        self.tools = tools_of(domain)

    @property
    def state(self) -> str:
        return state_hash(self.database)

    def call(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """What the tool answers. SuiteError for a tool, argument or row that is not there; nothing is changed then."""
        tool = self.tools.get(name)
        if tool is None:
            raise SuiteError("no_tool", f"There is no tool called {name}.")
        if set(arguments) != set(tool.parameters["properties"]):
            raise SuiteError("bad_arguments", f"{name} takes {', '.join(tool.parameters['properties'])}.")
        if tool.kind == "change":
            return self._change(self.domain.actions[name], arguments)
        if tool.kind == "find":
            return self._find(name, arguments)
        return self._read(name, arguments) if tool.kind == "read" else "done"

    def _find(self, name: str, arguments: Mapping[str, Any]) -> str:
        table = next(
            one
            for one in self.domain.tables.values()
            if any(find_name(one, columns) == name for columns in one.find_by)
        )
        for key, row in self.database[table.name].items():
            if all(same(row[column], value) for column, value in arguments.items()):
                return key
        raise SuiteError("not_found", f"There is no such {table.one}.")

    def _read(self, name: str, arguments: Mapping[str, Any]) -> Any:
        (key,) = arguments.values()
        for table in self.domain.tables.values():
            if read_name(table) == name:
                return dict(self._row(table.name, key))
            if name == f"list_{table.name}":
                column = self.domain.owner_column(table.name)
                return sorted(one for one, row in self.database[table.name].items() if row[column] == key)
        raise SuiteError("no_tool", f"There is no tool called {name}.")

    def _row(self, table: str, key: Any) -> dict[str, Any]:
        row = self.database[table].get(str(key))
        if row is None:
            raise SuiteError("not_found", f"There is no such {self.domain.tables[table].one}.")
        return row

    def _change(self, action: Action, arguments: Mapping[str, Any]) -> dict[str, Any]:
        bound = self.bound(action, arguments)
        row = self._row(action.table, arguments[self.domain.tables[action.table].key])
        row |= {column: self._value(value, bound) for column, value in action.sets.items()}
        return dict(row)

    def _value(self, word: str, bound: Bound) -> Any:
        return value_at(word[1:], bound) if word.startswith("@") else word

    def bound(self, action: Action, arguments: Mapping[str, Any], caller: str = "") -> dict[str, Any]:
        """Every row that the action is about, by what conditions call it, as they are now.

        The row itself, the rows it refers to, the rows that arguments refer to, the caller, and plain arguments.
        """
        table = self.domain.tables[action.table]
        row = self._row(action.table, arguments[table.key])
        found: dict[str, Any] = {table.one: dict(row), table.key: row[table.key]}
        for column in table.columns:
            if column.how == "refers":
                found[column.name.removesuffix("_id")] = dict(self._row(column.what, row[column.name]))
        for argument in action.arguments:
            value = arguments[argument.name]
            found[argument.name] = value
            if argument.refers:
                found[argument.called] = dict(self._row(argument.refers, value))
        if caller:
            found["caller"] = dict(self._row(self.domain.person, caller))
        return found
