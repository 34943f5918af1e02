"""What keeps a domain from being one that tools, wishes and rules can be made of: told when it is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from keyword import iskeyword

from generation.engine.errors import SuiteError
from generation.engine.llm.agents.domain import Action, Domain
from generation.engine.llm.agents.rulebook import CALLER, known_paths, unknown_in
from generation.engine.llm.agents.tools import DENY, TRANSFER, find_name, read_name
from generation.engine.llm.suites.plan import SLOT

# What the file of tools has beside the names of a domain: of its class, and inside its functions.
_OWN_TOOLS = ("db", "_row", DENY, TRANSFER)
_OWN_NAMES = frozenset({"self", "_key", "_one", "_bound"})


def require_sound(domain: Domain) -> None:
    """SuiteError, in one sentence, for the first name, wish or condition that nothing can be made of."""
    require_names(domain)
    if fault := next(_faults(domain), ""):
        raise SuiteError("bad_domain", fault)


def require_names(domain: Domain) -> None:
    """SuiteError for a name that cannot stand in the file of tools."""
    wrong = [name for name in _names(domain) if not name.isidentifier() or iskeyword(name) or name in _OWN_NAMES]
    if wrong:
        raise SuiteError("bad_name", f"{wrong[0][:60]!r} cannot be the name of a table, column, action or argument.")


def _names(domain: Domain) -> Iterator[str]:
    """Every name of the domain that stands in the file."""
    for table in domain.tables.values():
        yield from (table.name, table.one, table.key, *(column.name for column in table.columns))
        yield from (column for columns in table.find_by for column in columns)
    for action in domain.actions.values():
        yield from (action.name, *action.sets)
        yield from (name for argument in action.arguments for name in (argument.name, argument.called))


def _faults(domain: Domain) -> Iterator[str]:
    for name in _twice([*_OWN_TOOLS, *_tools(domain)]):
        yield f"Two tools would be called {name}: call the table or the action otherwise."
    for action in domain.actions.values():
        for name in _twice(_bound(domain, action)):
            yield f"Two things that {action.name} is about would be called {name}: call one of them otherwise."
        known = known_paths(domain, action.name)
        for slot in (slot for wish in action.wishes for slot in SLOT.findall(wish)):
            if slot not in known:
                yield f"The slot {slot!r} in a wish of {action.name} names nothing."
    for rule in domain.rules:
        yield from (f"The rule {rule.id}: {sentence}" for sentence in unknown_in(rule, domain))


def _tools(domain: Domain) -> Iterator[str]:
    for table in domain.tables.values():
        yield from (find_name(table, columns) for columns in table.find_by)
        yield read_name(table)
        if domain.owner_column(table.name) and table.name != domain.person:
            yield f"list_{table.name}"
    yield from domain.actions


def _bound(domain: Domain, action: Action) -> Iterator[str]:
    """What conditions and tools call the things that an action is about; several can refer to a row by one name."""
    table = domain.tables[action.table]
    yield from (CALLER, table.one, table.key)
    yield from {one.name.removesuffix("_id") for one in table.columns if one.how == "refers"}
    yield from (one.name for one in action.arguments)
    yield from (one.called for one in action.arguments if one.refers and one.called != one.name)


def _twice(names: Iterator[str] | list[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
