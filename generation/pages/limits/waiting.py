"""A version that waits for a second steward, as the pages of limits and tiers show it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from django import forms

from generation.stages.changes.versions import why_not_decide
from synthportal.models import Person
from synthportal.roles import Role, has_role
from synthportal.web.forms import REASON_LENGTH


class DecisionForm(forms.Form):
    """What a second steward says of version `number`."""

    number = forms.IntegerField(min_value=1)
    note = forms.CharField(max_length=REASON_LENGTH)
    do = forms.ChoiceField(choices=[("confirm", "confirm"), ("refuse", "refuse")])


class _Decision(Protocol):
    holds: bool
    note: str
    by: Person | None


class Row(Protocol):
    """A version in the database, of limits, of a tier or of a privacy limit."""

    reason: str
    by: Person
    created_at: datetime

    @property
    def version(self) -> int: ...


def waiting_facts(row: Row, changed: list[str], laxer: list[str], url: str, person: Person) -> dict[str, Any]:
    """What generation/limits/_waiting.html takes."""
    return {
        "number": row.version,
        "by": row.by.display_name,
        "at": row.created_at,
        "why": row.reason,
        "changed": changed,
        "laxer": laxer,
        "url": url,
        "may_confirm": not why_not_decide(person, row.by.pk, holds=True),
        "may_refuse": not why_not_decide(person, row.by.pk, holds=False),
        "is_own": person.pk == row.by.pk,
        "stewards": [
            one.display_name
            for one in Person.objects.filter(groups__name=Role.STEWARD.value, is_active=True).exclude(pk=row.by.pk)
        ],
        "is_steward": has_role(person, Role.STEWARD),
    }


def state_of(row: Row) -> dict[str, str]:
    """Whether a version waits, holds or was refused, by whom and with which note."""
    decision: _Decision | None = getattr(row, "decision", None)
    if decision is None:
        return {"state": "waits for a second steward", "note": ""}
    who = f" by {decision.by.display_name}" if decision.by else ""
    return {"state": f"{'confirmed' if decision.holds else 'refused'}{who}", "note": decision.note}
