"""The first records of a sealed table, as an owner may look at them: rows, texts or conversations."""

from __future__ import annotations

from typing import Any

from generation.engine.kinds.catalogue import kind_of
from generation.engine.minimisation.messages import messages_in
from generation.engine.tables.loading import first_few
from generation.models import Dataset
from generation.repositories.tables import labels_of
from synthportal.storage.vault import open_sealed

SHOWN = {"": 20, "text": 10, "chat": 10}  # by how a kind is laid out: rows of a table, texts, conversations
MOST_SIGNS = 2_000


def is_shown(dataset: Dataset) -> bool:
    """Whether records of this kind are shown one by one, and the dataset still has its key."""
    return kind_of(dataset.kind).layout in SHOWN and dataset.status != Dataset.Status.ERASED


def is_table(dataset: Dataset) -> bool:
    """Whether its records are shown as rows."""
    return kind_of(dataset.kind).layout == ""


def first_records(dataset: Dataset, sha256: str) -> list[dict[str, Any]]:
    """Of a table of this dataset, by its digest: always the same records, with the labels of their columns."""
    labels = labels_of(dataset)
    with open_sealed(dataset.key_id, sha256) as sealed:
        rows = first_few(sealed, SHOWN[kind_of(dataset.kind).layout])
    return [_shown({labels.get(name, name): value for name, value in row.items()}) for row in rows]


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """The turns of a record, if it is a conversation, and everything else as fields."""
    talk = next((label for label, value in row.items() if messages_in(value)), None)
    turns = [_turn(message) for message in messages_in(row[talk]) or []] if talk else []
    cells = [(label, "" if value is None else _cut(value)) for label, value in row.items() if label != talk]
    return {"turns": turns, "cells": cells, "fields": [(label, text) for label, text in cells if text]}


def _turn(message: dict[str, Any]) -> dict[str, Any]:
    calls = [str((call.get("function") or {}).get("name", "a tool")) for call in message.get("tool_calls") or []]
    return {"role": message["role"], "text": _cut(message.get("content") or ""), "calls": calls}


def _cut(value: object) -> str:
    text = str(value)
    return text if len(text) <= MOST_SIGNS else f"{text[:MOST_SIGNS]} ..."
