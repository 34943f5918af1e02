"""A status moves only through its table, by the one writer `move()`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models, transaction

from synthportal.errors import Conflict
from synthportal.roles import Role, require
from synthportal.trail.audit import record

if TYPE_CHECKING:
    from synthportal.roles import Actor

Table = Mapping[str, Mapping[str, tuple[Role, ...]]]


def move(subject: Any, to: str, *, by: Actor, facts: Mapping[str, object] | None = None, **changes: object) -> None:
    """Move `subject` to status `to`, with `changes` to other fields, and record it: all or nothing.

    `subject` is a model instance with a status and a TRANSITIONS table. Raises NotPermitted when `by` lacks the role
    the table names; Conflict when the table has no such move or another writer moved the row first.
    """
    model, came_from = type(subject), subject.status
    roles = model.TRANSITIONS.get(came_from, {}).get(to)
    if roles is None:
        raise Conflict(f"A {model._meta.verbose_name} that is {came_from} cannot become {to}.")
    require(by, *roles)
    with transaction.atomic():
        by.hold()
        if not model.objects.filter(pk=subject.pk, status=came_from).update(status=to, **changes):
            raise Conflict(f"This {model._meta.verbose_name} was changed by someone else meanwhile: look at it again.")
        record(str(to), subject, by=by, came_from=str(came_from), **(facts or {}))
    subject.status = to
    for name, value in changes.items():
        setattr(subject, name, value)


def models_with_status() -> list[type[models.Model]]:
    """Every model that has a table of transitions, in the order of the data's way."""
    return [model for model in apps.get_models() if hasattr(model, "TRANSITIONS")]


def diagram() -> Iterator[str]:
    """The lines of a Mermaid diagram per model."""
    for model in models_with_status():
        table: Table = model.TRANSITIONS  # type: ignore[attr-defined]
        yield f"## {str(model._meta.verbose_name).capitalize()}\n\n```mermaid\nstateDiagram-v2"
        for status, moves in table.items():
            for to, roles in moves.items():
                yield f"    {status} --> {to}: {', '.join(role.value for role in roles)}"
        yield "```\n"
