"""Masked examples of a plan's texts, sealed with the dataset's key."""

from __future__ import annotations

import json
from typing import Any

from generation.models import Plan
from synthportal.storage.vault import open_value, seal_value

_CONTEXT = b"examples:"


def sealed_examples(plan: Plan, examples: dict[str, Any]) -> bytes | None:
    """The examples of each text column as the plan keeps them; None where there are none."""
    if not any(examples.values()):
        return None
    return seal_value(plan.dataset.key_id, json.dumps(examples).encode(), _CONTEXT + plan.pk.bytes)


def examples_of(plan: Plan) -> dict[str, list[list[dict[str, Any]]]]:
    """By column: the pieces of each example; none before the plan's effect was computed."""
    if plan.examples is None:
        return {}
    found: dict[str, list[list[dict[str, Any]]]] = json.loads(
        open_value(plan.dataset.key_id, bytes(plan.examples), _CONTEXT + plan.pk.bytes)
    )
    return found
