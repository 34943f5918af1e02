"""One conversation that solves a story, by replaying it: what the user knows, what is called and said, what changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from generation.engine.errors import SuiteError
from generation.engine.llm.agents.conditions import value_at
from generation.engine.llm.agents.domain import Domain
from generation.engine.llm.agents.judgement import KEPT
from generation.engine.llm.agents.task import AGENT, USER, AgentTask, Branch, Call, Scenario, Turn
from generation.engine.llm.agents.tools import DENY, TRANSFER, Environment, find_name, read_name
from generation.engine.llm.agents.wishes import Wish
from generation.engine.llm.agents.world import Database
from generation.engine.llm.documents.document import digest
from generation.engine.llm.suites.plan import SLOT

_PERSONAS = (
    "You are polite and to the point.",
    "You are in a hurry and answer in few words.",
    "You are chatty and mention how your week went.",
    "You are annoyed and want this done today.",
)
_HANDED_OVER = "YOU ARE BEING TRANSFERRED TO A HUMAN AGENT. PLEASE HOLD ON."


@dataclass(frozen=True)
class Story:
    """Who calls and what they want: wishes, a question about a column of a row, or something that no tool does.

    `kind` is granted, denied, two (wishes), asked or transfer.
    """

    caller: str
    wishes: tuple[Wish, ...]
    kind: str
    asks: tuple[str, str, str] | None = None
    transfer: str = ""
    branches: frozenset[Branch] = frozenset()

    @cached_property
    def tried(self) -> frozenset[Branch]:
        """The ways of rules that it tries."""
        return self.branches.union(*(wish.judgement.branches for wish in self.wishes))

    @property
    def broken(self) -> int:
        """How many rules speak against it: the fewer, the clearer what is tried."""
        return sum(len(wish.judgement.broken) for wish in self.wishes)

    @cached_property
    def bucket(self) -> tuple[str, ...]:
        asked = self.asks[::2] if self.asks else ()
        return (self.kind, *asked, *(part for wish in self.wishes for part in wish.bucket))


def solved(domain: Domain, database: Database, story: Story, rng: np.random.Generator) -> AgentTask | None:
    """The task of a story; None where a wish that is granted changes nothing."""
    environment = Environment(domain, database)
    initial = environment.state
    found, known, unknown = _identified(domain, environment, story.caller, rng)
    texts = [_wish_text(wish, rng) for wish in story.wishes]
    reason = " When that is settled: ".join(texts) or _other_reason(domain, story)
    turns = [Turn(USER, reason), Turn(AGENT, calls=(found,))]
    communicate: list[str] = []
    for wish in story.wishes:
        before = environment.state
        turns += _settled(domain, environment, wish)
        communicate += wish.judgement.tells
        if not wish.judgement.broken and environment.state == before:
            return None
    turns += _answered(domain, environment, story, communicate)
    return AgentTask(
        id=digest(domain.name, story.caller, reason, initial),
        caller=story.caller,
        scenario=Scenario(reason, known, unknown, _instructions(story), _PERSONAS[int(rng.integers(len(_PERSONAS)))]),
        reference=tuple(turns),
        denies=tuple(wish.action.name for wish in story.wishes if wish.judgement.broken),
        transfers=bool(story.transfer),
        communicate=tuple(dict.fromkeys(communicate)),
        initial=initial,
        target=environment.state,
        branches=story.tried | _processes(domain, environment.state != initial),
        wanted=tuple(wish.call for wish in story.wishes if wish.judgement.broken),
        changes=tuple(changed_rows(database, environment.database)),
    )


def changed_rows(before: Database, after: Database) -> Iterator[dict[str, Any]]:
    """Each row that is another one now: table, key, and the columns that changed, before and after."""
    for table, rows in after.items():
        for key, row in rows.items():
            old = before[table].get(key, {})
            columns = {name: [old.get(name), value] for name, value in row.items() if old.get(name) != value}
            if columns:
                yield {"table": table, "key": key, "columns": columns}


def _processes(domain: Domain, granted: bool) -> frozenset[Branch]:
    """The processes that a conversation keeps; what is about changes, only one with a change does."""
    about_changes = ("confirm_before_change", "look_before_change")
    return frozenset(
        (rule.id, KEPT) for rule in domain.confirmed if rule.process and (granted or rule.process not in about_changes)
    )


def _identified(
    domain: Domain, environment: Environment, caller: str, rng: np.random.Generator
) -> tuple[Call, str, str]:
    """The call that finds the caller, what they know of themselves, and what they do not."""
    table = domain.tables[domain.person]
    row = environment.database[domain.person][caller]
    ways = [
        way
        for way in table.find_by
        if environment.call(find_name(table, way), {name: row[name] for name in way}) == caller
    ] or [table.find_by[0]]
    way = ways[int(rng.integers(len(ways)))]
    others = [name for other in table.find_by if other != way for name in other if name not in way]
    known = ", ".join(f"your {name} is {row[name]}" for name in way)
    unknown = f"You do not remember your {' and '.join(dict.fromkeys([table.key, *others]))}."
    return Call(find_name(table, way), {name: row[name] for name in way}), f"{known[:1].upper()}{known[1:]}.", unknown


def _wish_text(wish: Wish, rng: np.random.Generator) -> str:
    text = wish.action.wishes[int(rng.integers(len(wish.action.wishes)))]
    values = {slot: value_at(slot, wish.bound) for slot in SLOT.findall(text)}
    if unknown := [slot for slot, value in values.items() if value is None]:
        raise SuiteError("unknown_slot", f"The slot {unknown[0]!r} in a wish of {wish.action.name} names nothing.")
    return SLOT.sub(lambda slot: str(values[slot.group(1)]), text)


def _settled(domain: Domain, environment: Environment, wish: Wish) -> Iterator[Turn]:
    """Look at the row; deny, or list the details, hear a yes and act."""
    table = domain.tables[wish.action.table]
    look = Call(read_name(table), {table.key: wish.key})
    environment.call(look.name, look.arguments)
    yield Turn(AGENT, calls=(look,))
    if wish.judgement.broken:
        rule = wish.judgement.broken[0]
        deny = Call(DENY, {"request": wish.action.name, "reason": rule.sentence})
        environment.call(deny.name, deny.arguments)
        yield Turn(AGENT, calls=(deny,))
        yield Turn(AGENT, f"I am sorry, I cannot do that: {rule.sentence}")
        return
    details = ", ".join(f"{name} {value}" for name, value in wish.call.arguments.items())
    yield Turn(AGENT, f"I will {wish.action.name.replace('_', ' ')} with {details}. Do you confirm (yes or no)?")
    yield Turn(USER, "Yes.")
    environment.call(wish.call.name, wish.call.arguments)
    yield Turn(AGENT, calls=(wish.call,))
    yield Turn(AGENT, " ".join(["Done.", *wish.judgement.tells]))


def _answered(domain: Domain, environment: Environment, story: Story, communicate: list[str]) -> Iterator[Turn]:
    if story.asks:
        table, key, column = story.asks
        spec = domain.tables[table]
        look = Call(read_name(spec), {spec.key: key})
        row: Mapping[str, Any] = environment.call(look.name, look.arguments)
        yield Turn(AGENT, calls=(look,))
        yield Turn(AGENT, f"The {column.replace('_', ' ')} of {key} is {row[column]}.")
        communicate.append(str(row[column]))
    if story.transfer:
        hand_over = Call(TRANSFER, {"summary": story.transfer})
        environment.call(hand_over.name, hand_over.arguments)
        yield Turn(AGENT, calls=(hand_over,))
        yield Turn(AGENT, _HANDED_OVER)


def _other_reason(domain: Domain, story: Story) -> str:
    if story.asks:
        table, key, column = story.asks
        whose = "your" if domain.owner_column(table) else "the"
        return f"You want to know the {column.replace('_', ' ')} of {whose} {domain.tables[table].one} {key}."
    return f"You want {story.transfer}."


def _instructions(story: Story) -> str:
    if any(wish.judgement.broken for wish in story.wishes):
        return "Insist once when you are refused, then accept it. Say yes when you are asked to confirm something."
    return "Say yes when the agent lists what it will do and asks you to confirm. Ask for nothing else."
