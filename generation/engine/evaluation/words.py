"""Each metric's name for people, and how it is computed: from its card."""

from __future__ import annotations

from dataclasses import dataclass

from generation.engine.evaluation.checks import cards


@dataclass(frozen=True, slots=True)
class MetricWords:
    """A metric's name for people and how it is computed."""

    title: str
    definition: str = ""


def metric_words(name: str) -> MetricWords:
    """The words for a metric; one whose plug-in is gone has its own name, made readable."""
    if card := cards().get(name):
        return MetricWords(card.title, card.definition)
    return MetricWords(name.replace("_", " ").capitalize())
