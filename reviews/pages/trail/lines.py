"""Events as lines to read: names instead of ids, and one line for many equal events."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from reviews.pages.trail.subjects import Named, kind_words, names_of
from synthportal.models import AuditEvent, Person

PERSON = re.compile(r"person:(\d+)$")
OF_PEOPLE = ("person", "people", "named", "came", "went")  # facts that hold keys of people
# Facts that the name says already.
UNTOLD = frozenset({"dataset", "run", "record", "release", "review", "content", "thread"})


@dataclass(frozen=True, slots=True)
class Line:
    """One event with its names, ready to be shown."""

    event: AuditEvent
    actor: str
    kind: str
    named: Named
    facts: list[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Group:
    """Events that follow each other and say the same of the same thing, in the order of the page."""

    lines: Sequence[Line]

    @property
    def first(self) -> Line:
        return self.lines[0]

    @property
    def last(self) -> Line:
        return self.lines[-1]

    @property
    def number(self) -> int:
        return len(self.lines)

    @property
    def actors(self) -> list[tuple[str, int]]:
        """Who, and how often, the most often first."""
        return Counter(line.actor for line in self.lines).most_common()


def lines_of(events: Sequence[AuditEvent]) -> list[Line]:
    """In as many questions as there are kinds of subjects."""
    people, subjects = people_of(events), names_of(events)
    return [_line(event, people, subjects) for event in events]


def groups_of(lines: Iterable[Line]) -> list[Group]:
    """Verdicts of one review are one line however many annotators gave them."""
    return [Group(list(same)) for _, same in groupby(lines, key=_same)]


def _same(line: Line) -> tuple[str, str, str]:
    about = line.named.words if line.named.words else line.event.subject_id
    return line.event.action, line.event.subject_kind, about


def people_of(events: Iterable[AuditEvent]) -> dict[int, str]:
    """The names of who acted, and of whom the facts name."""
    events = list(events)
    found = {int(match[1]) for event in events if (match := PERSON.search(event.actor))}
    found |= {key for event in events for name in OF_PEOPLE for key in _keys(event.facts.get(name))}
    return {person.pk: person.display_name for person in Person.objects.filter(pk__in=found)}


def _line(event: AuditEvent, people: dict[int, str], subjects: dict[tuple[str, str], Named]) -> Line:
    named = subjects.get((event.subject_kind, event.subject_id), Named(""))
    kind = kind_words().get(event.subject_kind, event.subject_kind)
    return Line(event, _actor(event, people), kind, named, list(_facts(event, people)))


def _actor(event: AuditEvent, people: dict[int, str]) -> str:
    match = PERSON.search(event.actor)
    name = people.get(int(match[1]), event.actor) if match else event.actor
    return f"a job for {name}" if event.actor.startswith("job:") else name


def _keys(value: Any) -> list[int]:
    """Keys of people in a fact: one or several, as a number or as actors are written."""
    texts = [str(one).removeprefix("person:") for one in (value if isinstance(value, list) else [value])]
    return [int(one) for one in texts if one.isdecimal()]


def _facts(event: AuditEvent, people: dict[int, str]) -> Iterator[tuple[str, Any]]:
    for key, value in event.facts.items():
        if key in OF_PEOPLE and (keys := _keys(value)):
            yield key, ", ".join(people.get(one, f"person {one}") for one in keys)
        elif key == "edits":
            yield key, len(value)
        elif key not in UNTOLD and value not in ("", None, [], {}):
            yield key.replace("_", " "), _in_words(value)


def _in_words(value: Any) -> Any:
    """A list or a small table of facts as a reader writes it."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {_in_words(one)}".replace("_", " ") for key, one in value.items())
    return ", ".join(str(one).replace("_", " ") for one in value) if isinstance(value, list) else value
