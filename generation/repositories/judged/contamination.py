"""Texts of everything that the portal made to train with: no set for evaluation may hold them too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from generation.engine.scan.readers.records import leaves
from generation.models import Dataset, GenerationRun, Purpose
from generation.repositories.tables import read_sealed
from synthportal.errors import Conflict

TO_TRAIN = (Purpose.TRAINING, Purpose.FINE_TUNING)
FEWEST_WORDS = 3


def texts_for_training(run: GenerationRun) -> list[str]:
    """Every text of the evaluated artefacts for training and fine-tuning, of whatever dataset; each once.

    Whatever was erased can no longer be read, and is left out.
    """
    found: dict[str, None] = {}
    for other in _artefacts(run):
        try:
            table = read_sealed(other.dataset.key_id, other.artefact_sha256)
        except Conflict:
            continue
        for name in table.columns:
            found.update(dict.fromkeys(_texts(table[name].dropna().unique())))
    return list(found)


def _artefacts(run: GenerationRun) -> QuerySet[GenerationRun]:
    """One run for each artefact that can be trained with; never a set of tasks, whatever its purpose."""
    done = GenerationRun.objects.filter(status=GenerationRun.Status.EVALUATED, dataset__purpose__in=TO_TRAIN)
    return done.exclude(pk=run.pk).exclude(dataset__status=Dataset.Status.ERASED).select_related("dataset")


def _texts(values: Any) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield from (text for text in _said(value) if len(text.split()) >= FEWEST_WORDS)


def _said(value: str) -> Iterator[str]:
    """The text itself, or the texts of the JSON that it is: conversations are kept so."""
    if value.lstrip()[:1] in {"[", "{"}:
        try:
            yield from (text for _, text in leaves(json.loads(value)))
            return
        except (ValueError, RecursionError):
            pass
    yield value
