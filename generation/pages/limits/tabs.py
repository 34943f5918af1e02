"""The tabs that limits and tiers share."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from generation.engine.evaluation.policy import PURPOSES
from generation.pages import slots


def policy_tabs(current: str) -> list[dict[str, Any]]:
    """The kinds of policy: those of other apps first."""
    limits = reverse("limits", args=[PURPOSES[0]])
    return [
        *slots.policy_tabs(current),
        {"label": "Limits of the evidence", "url": limits, "current": current == "limits"},
    ]
