"""What the page of a policy shows: its sentences in order, each with the rules that come from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from generation.models import Dataset
from generation.permissions import owns
from generation.repositories.rules.policy import SentenceBeside, rules_of_policy
from synthportal.models import Person

# What of the policy is shown, by the word in the address.
SHOWN: dict[str, tuple[str, Callable[[SentenceBeside], bool]]] = {
    "": ("Every sentence", lambda sentence: True),
    "waiting": ("To confirm", lambda sentence: any(not rule.is_confirmed for rule in sentence.rules)),
    "confirmed": ("Confirmed", lambda sentence: any(rule.is_confirmed for rule in sentence.rules)),
    "unmodelled": ("Not modelled", lambda sentence: not any(rule.is_confirmed for rule in sentence.rules)),
}


def policy_context(dataset: Dataset, person: Person, show: str) -> dict[str, Any]:
    """The sentences that are asked for, with their rules, and how many there are of each sort."""
    found, show = rules_of_policy(dataset), show if show in SHOWN else ""
    confirmed = sum(rule.is_confirmed for rule in found.rules)
    is_owner = owns(person, dataset)
    return {
        "dataset": dataset,
        "found": found,
        "sentences": [sentence for sentence in found.sentences if SHOWN[show][1](sentence)],
        "show": show,
        "tabs": [
            {"word": word, "name": name, "count": sum(map(holds, found.sentences)), "is_current": name == show}
            for name, (word, holds) in SHOWN.items()
        ],
        "confirmed": confirmed,
        "is_owner": is_owner,
        "action": _run(dataset) if is_owner and confirmed else None,
        "title": "Rules of the policy",
        "facts": [
            f"{confirmed} of {len(found.rules)} rules confirmed",
            f"{len(found.unmodelled)} of {len(found.sentences)} sentences not modelled",
        ],
        "crumbs": crumbs_of(dataset),
    }


def crumbs_of(dataset: Dataset) -> list[dict[str, str]]:
    return [
        {"label": "Datasets", "url": reverse("datasets")},
        {"label": dataset.name, "url": reverse("dataset", args=[dataset.pk])},
    ]


def _run(dataset: Dataset) -> dict[str, Any] | None:
    if dataset.status != Dataset.Status.MINIMISED:
        return None
    return {"label": "New run", "url": reverse("run_new", args=[dataset.pk])}
