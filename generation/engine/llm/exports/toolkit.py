"""The tools of a domain as a Python file that runs by itself, and as a toolkit where tau2-bench is installed.

What stands in the file is written with `repr` of names that were checked to be Python identifiers: nothing of a domain
is ever run as code.
"""

from __future__ import annotations

from collections.abc import Iterator

from generation.engine.llm.agents.domain import Action, Domain, TableSpec
from generation.engine.llm.agents.soundness import require_names
from generation.engine.llm.agents.tools import DENY, TRANSFER, find_name, read_name

_HEAD = '''"""Tools over db.json. They check what a schema can say, and not the policy: keeping it is what is tested."""

try:  # as a toolkit of tau2-bench, where it is installed
    from tau2.environment.toolkit import ToolKitBase, ToolType, is_tool
except ImportError:

    class ToolType:
        READ, WRITE, GENERIC = "read", "write", "generic"

    class ToolKitBase:
        def __init__(self, db):
            self.db = db

    def is_tool(kind):
        return lambda function: function


class Toolkit(ToolKitBase):
    """`db` maps tables to rows by their key."""

    def _row(self, table, key):
        row = self.db[table].get(str(key))
        if row is None:
            raise ValueError("there is no such row")
        return row
'''


def toolkit_code(domain: Domain) -> str:
    """The Python file. SuiteError for a name that is no Python identifier."""
    require_names(domain)
    parts = [_HEAD]
    for table in domain.tables.values():
        parts += _of_table(domain, table)
    parts += [_of_action(domain, action) for action in domain.actions.values()]
    parts.append(_function(DENY, ["request", "reason"], "GENERIC", "Deny what the user asks for.", ['return "done"']))
    parts.append(_function(TRANSFER, ["summary"], "GENERIC", "Hand the user over to a person.", ['return "done"']))
    return "\n".join(parts)


def _function(name: str, arguments: list[str], kind: str, says: str, body: list[str]) -> str:
    signature = ", ".join(["self", *(f"{argument}: str" for argument in arguments)])
    described = "\n".join(f"            {argument}: a text." for argument in arguments)
    inside = "\n".join(f"        {line}" for line in body)
    return (
        f"\n    @is_tool(ToolType.{kind})\n    def {name}({signature}):\n"
        f'        """{says}\n\n        Args:\n{described}\n        """\n{inside}\n'
    )


def _of_table(domain: Domain, table: TableSpec) -> Iterator[str]:
    for columns in table.find_by:
        wanted = " and ".join(f"str(_one[{column!r}]).lower() == str({column}).lower()" for column in columns)
        body = [
            f"for _key, _one in self.db[{table.name!r}].items():",
            f"    if {wanted}:",
            "        return _key",
            'raise ValueError("there is no such row")',
        ]
        yield _function(find_name(table, columns), list(columns), "READ", f"The {table.key} of a {table.one}.", body)
    yield _function(
        read_name(table), [table.key], "READ", f"All details of one {table.one}.",
        [f"return dict(self._row({table.name!r}, {table.key}))"],
    )  # fmt: skip
    owner = domain.owner_column(table.name)
    if owner and table.name != domain.person:
        person = domain.tables[domain.person].key
        body = [f"return sorted(_key for _key, _one in self.db[{table.name!r}].items() if _one[{owner!r}] == {person})"]
        yield _function(f"list_{table.name}", [person], "READ", f"The {table.key}s of one person.", body)


def _of_action(domain: Domain, action: Action) -> str:
    table = domain.tables[action.table]
    body = [
        f"_one = self._row({table.name!r}, {table.key})",
        f"_bound = {{{table.one!r}: dict(_one), {table.key!r}: _one[{table.key!r}]}}",
    ]
    for column in table.columns:
        if column.how == "refers":
            name = column.name.removesuffix("_id")
            body.append(f"_bound[{name!r}] = dict(self._row({column.what!r}, _one[{column.name!r}]))")
    for argument in action.arguments:
        body.append(f"_bound[{argument.name!r}] = {argument.name}")
        if argument.refers:
            body.append(f"_bound[{argument.called!r}] = dict(self._row({argument.refers!r}, {argument.name}))")
    values = ", ".join(f"{column!r}: {_value(word)}" for column, word in action.sets.items())
    body += [f"_one.update({{{values}}})", "return dict(_one)"]
    arguments = [table.key, *(argument.name for argument in action.arguments)]
    return _function(action.name, arguments, "WRITE", f"{action.name.replace('_', ' ').capitalize()}.", body)


def _value(word: str) -> str:
    if not word.startswith("@"):
        return repr(word)
    name, _, column = word[1:].partition(".")
    return f"_bound[{name!r}][{column!r}]" if column else f"_bound[{name!r}]"
