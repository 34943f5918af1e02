"""What these pages leave open for the app that decides whether a run may leave."""

from __future__ import annotations

from typing import Any

from generation.models import Dataset, GenerationRun
from synthportal.models import Person
from synthportal.web.slots import Slot

Stage = dict[str, str]


def _no_stages(run: GenerationRun) -> list[Stage]:
    return []


def _no_more(run: GenerationRun) -> dict[str, Any] | None:
    return None


def _no_claim(run: GenerationRun, person: Person) -> str:
    return ""


def _no_figures(tier: str, rows: object) -> dict[str, Any]:
    return {}


def _no_way_out(run: GenerationRun) -> dict[str, Any] | None:
    return None


def _no_tabs(current: str) -> list[dict[str, Any]]:
    return []


def _no_erasure(dataset: Dataset) -> str:
    return ""


# Where the certificate of an erased dataset is.
erasure_url = Slot(_no_erasure)
# The stages after evaluate, each with name, state and note, as components/timeline.html takes them.
later_stages = Slot(_no_stages)
# Why no review of this run will open: sentence, and label and url of what counts instead; None where one may.
no_review = Slot(_no_more)
# What one may say of the run so far, for this person; "" for nothing.
claim = Slot(_no_claim)
# What a review policy costs and allows for an artefact of so many records: facts and claim, or why_not.
tier_figures = Slot(_no_figures)
# The action that leads on from an evaluated run.
way_out = Slot(_no_way_out)
# Tabs of policies of other apps, before those of the limits.
policy_tabs = Slot(_no_tabs)
