"""A dataset's status and a run's standing as a badge in words."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from generation.engine.synthesizers.catalogue import cards
from generation.models import BakeOff, Dataset
from generation.pages.status.words import DATASET_BADGES
from generation.repositories.standings import Standing
from synthportal.templatetags.components import status_badge

register = template.Library()


@register.simple_tag
def dataset_badge(dataset: Dataset) -> SafeString:
    """The status with what it means for the next step."""
    return status_badge(*DATASET_BADGES[Dataset.Status(dataset.status)])


@register.simple_tag
def standing_badge(standing: Standing) -> SafeString:
    """Where a run stands."""
    return status_badge(standing.tone, standing.words)


@register.filter
def runs_in_words(bake_off: BakeOff) -> str:
    """Its runs by their numbers: "run 3, run 4"."""
    return ", ".join(f"run {run.number}" for run in bake_off.runs.all())


@register.filter
def spaced(word: str) -> str:
    """first_name -> "first name"."""
    return str(word).replace("_", " ")


@register.filter
def figure(value: float) -> str:
    """3.0 -> "3", 0.000001 -> "1e-06": epsilons and deltas as people write them."""
    return f"{value:g}"


@register.filter
def synthesizer_title(name: str) -> str:
    """The title of a synthesizer's card; its name when the card is gone."""
    card = cards().get(name)
    return card.title if card else name
