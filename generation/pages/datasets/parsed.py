"""Ten records of texts or conversations as they were read, for their owner: what a wrong reading shows at once."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from generation.engine.kinds.catalogue import kind_of
from generation.engine.minimisation.messages import messages_in
from generation.engine.tables.loading import first_few
from generation.models import Dataset
from generation.repositories.tables import labels_of
from synthportal.errors import Conflict, NotPermitted
from synthportal.models import Person
from synthportal.storage.vault import open_sealed
from synthportal.trail.audit import record

SHOWN = 10
MOST_SIGNS = 2_000


def is_shown(dataset: Dataset) -> bool:
    """Whether records of this dataset are shown as they were read: texts and conversations, once they are read."""
    return kind_of(dataset.kind).layout in {"text", "chat"} and bool(dataset.training_sha256)


def parsed_records(dataset: Dataset, *, by: Person) -> list[dict[str, Any]]:
    """Ten records of the training side, read from the vault, which is written down.

    Raises NotPermitted for anybody but the owner, Conflict where there is nothing to show.
    """
    if dataset.owner_id != by.pk:
        raise NotPermitted("Only the owner of this dataset sees its records.")
    if not is_shown(dataset) or dataset.status == Dataset.Status.ERASED:
        raise Conflict("There are no records to show.")
    labels = labels_of(dataset)
    with open_sealed(dataset.key_id, dataset.training_sha256) as source:
        rows = first_few(source, SHOWN)
    with transaction.atomic():
        record("parsed records shown", dataset, by=by, records=len(rows))
    return [_shown({labels.get(name, name): value for name, value in row.items()}) for row in rows]


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """The turns of a record, if it is a conversation, and everything else as fields."""
    talk = next((label for label, value in row.items() if messages_in(value)), None)
    turns = [_turn(message) for message in messages_in(row[talk]) or []] if talk else []
    fields = [(label, _cut(value)) for label, value in row.items() if label != talk and value is not None]
    return {"turns": turns, "fields": fields}


def _turn(message: dict[str, Any]) -> dict[str, Any]:
    calls = [str((call.get("function") or {}).get("name", "a tool")) for call in message.get("tool_calls") or []]
    return {"role": message["role"], "text": _cut(message.get("content") or ""), "calls": calls}


def _cut(value: object) -> str:
    text = str(value)
    return text if len(text) <= MOST_SIGNS else f"{text[:MOST_SIGNS]} ..."
