"""Texts that a set may not hold too: what the portal made to train with and what it made to test with stay apart."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from generation.engine.evaluation.policy import TO_TEST, TO_TRAIN
from generation.engine.kinds.catalogue import kind_of, kinds
from generation.engine.scan.readers.records import leaves
from generation.models import Dataset, GenerationRun, PairSource
from generation.repositories.tables import read_sealed
from synthportal.errors import Conflict

FEWEST_WORDS = 3
Columns = Callable[[GenerationRun, list[str]], list[str]]


def texts_apart_from(run: GenerationRun, at: datetime) -> list[str]:
    """Every text of the artefacts that are to train with, for a set that is to test with; each once. For a set that is
    to train with, the texts of every set to test with. `at`: of what was evaluated by then, so that measuring again
    finds the same.

    Whatever was erased can no longer be read, and is left out.
    """
    return _texts_in(_other_side(run, at), lambda _, names: names)


def items_apart_from(run: GenerationRun, at: datetime) -> list[str]:
    """The same for a run of texts or conversations: of sets to test with their items alone, since what surrounds them
    (passages, policies) may well be taught. [] where nothing of the kind is compared.
    """
    if "tests_apart" not in (kind_of(run.dataset.kind).checks or ()) or run.dataset.purpose not in TO_TRAIN | TO_TEST:
        return []
    return _texts_in(_other_side(run, at), _items)


def _items(run: GenerationRun, names: list[str]) -> list[str]:
    made = kind_of(run.dataset.kind).makes
    return [name for name in names if made is None or name in made.items or run.dataset.purpose in TO_TRAIN]


def _texts_in(runs: QuerySet[GenerationRun], columns: Columns) -> list[str]:
    found: dict[str, None] = {}
    for other in runs:
        try:
            table = read_sealed(other.dataset.key_id, other.artefact_sha256)
        except Conflict:
            continue
        for name in columns(other, list(table.columns)):
            found.update(dict.fromkeys(_texts(table[name].dropna().unique())))
    return list(found)


def _other_side(run: GenerationRun, at: datetime) -> QuerySet[GenerationRun]:
    """The runs to train with, or those to test with."""
    done = GenerationRun.objects.filter(status=GenerationRun.Status.EVALUATED, finished_at__lte=at)
    if run.dataset.purpose in TO_TRAIN:
        of_sets = Q(dataset__kind__in=[kind.name for kind in kinds().values() if kind.makes])
        done = done.filter(of_sets | Q(dataset__kind__in=_compared(), dataset__purpose__in=TO_TEST))
        done = done.exclude(dataset__purpose__in=TO_TRAIN)
    else:
        done = done.filter(dataset__purpose__in=TO_TRAIN)
    return done.exclude(pk=run.pk).exclude(dataset__status=Dataset.Status.ERASED).select_related("dataset")


def _compared() -> list[str]:
    """The kinds of source whose records are texts."""
    return [kind.name for kind in kinds().values() if "tests_apart" in (kind.checks or ())]


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


def real_texts(dataset: Dataset) -> list[str]:
    """The minimised texts of the source whose records were edited, for pairs made of the edits; [] for anything else.

    Raises Conflict once that source is erased: without it nobody can say that nothing was copied.
    """
    origin = PairSource.objects.filter(dataset=dataset).select_related("run__dataset", "run__plan").first()
    if origin is None:
        return []
    return texts_of_source(origin.run)


def texts_of_source(run: GenerationRun) -> list[str]:
    """The minimised texts that a run learned from, however short. Raises Conflict once they are erased."""
    table = read_sealed(run.dataset.key_id, run.plan.minimised_sha256)
    return [text for name in table.columns for value in table[name].dropna().unique() for text in _whole(value)]


def _whole(value: Any) -> Iterator[str]:
    """A text, or the texts of the conversation that it is, however short."""
    if isinstance(value, str):
        yield from _said(value)
