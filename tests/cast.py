"""The people of the tests, and a dataset brought to an open review by the real verbs, once per session."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core import serializers
from django.core.management.color import no_style
from django.db import connection, transaction

import generation.demo
from generation.models import Dataset, GenerationRun
from generation.stages.generate import RunRequest
from reviews.models import Review
from reviews.pipeline import run_pipeline
from synthportal.models import Person
from synthportal.roles import Role, grant

ADULT = Path(generation.demo.__file__).parent / "adult_extract.csv.gz"
FIRST_KEY = 1001  # fixed, so that a restored snapshot names the same people
PASSWORD = "a long enough passphrase"
CAST = {
    "ana": (Role.OWNER,),
    "ben": (Role.ANNOTATOR,),
    "bea": (Role.ANNOTATOR,),
    "cleo": (Role.STEWARD,),
    "dan": (Role.ENGINEER,),
    "eve": (Role.AUDITOR,),
    "nobody": (),
    "root": (),
}


def make_people() -> dict[str, Person]:
    """Everybody, with the same password."""
    people = {}
    for key, (username, roles) in enumerate(CAST.items(), start=FIRST_KEY):
        is_root = username == "root"
        person, is_new = Person.objects.get_or_create(
            pk=key, defaults={"username": username, "is_superuser": is_root, "is_staff": is_root}
        )
        if is_new:
            person.set_password(PASSWORD)
            person.save()
        grant(person, *roles)
        people[username] = person
    return people


@dataclass(frozen=True)
class World:
    """A minimised dataset of `ana`'s, a run with evidence, and its open review (quick tier)."""

    dataset: Dataset
    run: GenerationRun
    review: Review


# Python's own values, not JSON, which would cut the microseconds that the trail's digests cover.
_snapshot: list[Any] = []


def world() -> World:
    """The world, made by the real verbs the first time and restored row by row after that; its blobs stay."""
    global _snapshot
    people = make_people()
    if _snapshot:
        _restore(_snapshot)
    else:
        _build(people["ana"])
        _snapshot = _dump()
    run = GenerationRun.objects.select_related("dataset", "plan").get()
    return World(run.dataset, run, Review.objects.get(run=run))


def _build(owner: Person) -> None:
    stated = {"name": "incomes", "purpose": "training", "target": "income", "description": "To estimate incomes."}
    run_pipeline(ADULT, stated, RunRequest("gaussian_copula", 2_000, seed=7, tier="quick"), by=owner)


def _dump() -> list[Any]:
    rows = [row for name in ("synthportal", "generation", "reviews") for row in _rows_of(name)]
    return serializers.serialize("python", rows)


def _rows_of(app: str) -> list[object]:
    models = [model for model in apps.get_app_config(app).get_models() if model is not Person]
    return [row for model in models for row in model.objects.order_by("pk")]


def _restore(snapshot: list[Any]) -> None:
    """Rows first, checks at the end: the snapshot names its own people by the keys they had."""
    with transaction.atomic():
        for row in serializers.deserialize("python", snapshot):
            row.save()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)
