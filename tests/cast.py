"""The people of the tests, and a dataset brought to an open review by the real verbs, once per session."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

import generation.demo
from generation.engine.evaluation.limits.changes import Changes
from generation.models import Dataset, Evaluation, GenerationRun, PrivacyLimit
from generation.repositories.judged.limits import LimitsVersion
from generation.stages.govern import change_limit, change_limits, decide_limit, decide_limits
from generation.stages.request import RunRequest
from reviews.engine.policy.policy import ReviewPolicy
from reviews.models import Review
from reviews.pipeline import run_pipeline
from reviews.stages.govern import change_tier, decide_tier
from synthportal.models import Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import Operator, Role
from synthportal.trail.audit import record

ADULT = Path(generation.demo.__file__).parent / "adult_extract.csv.gz"
FIRST_KEY = 1001  # fixed, so that a restored snapshot names the same people
AGREED = "Looked at and agreed."
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
    "cora": (Role.STEWARD,),
}
OF_PEOPLE = (Person, Person.groups.through, Person.user_permissions.through)


def make_people() -> dict[str, Person]:
    """Everybody, with the same password."""
    people = {}
    for key, (username, roles) in enumerate(CAST.items(), start=FIRST_KEY):
        is_root = username == "root"
        person, _ = Person.objects.get_or_create(
            pk=key,
            defaults={
                "username": username,
                "is_superuser": is_root,
                "is_staff": is_root,
                "password": make_password(PASSWORD),
            },
        )
        grant(person, *roles)
        people[username] = person
    return people


@dataclass(frozen=True)
class World:
    """A minimised dataset of `ana`'s, a run with evidence, and its open review (quick tier)."""

    dataset: Dataset
    run: GenerationRun
    review: Review


# The rows of each table as the database gives them: the trail's digests cover every microsecond.
Snapshot = list[tuple[type[Model], list[tuple[Any, ...]]]]
_snapshots: dict[str, Snapshot] = {}


def made_once(name: str, build: Callable[[], object]) -> None:
    """What `build` makes by the real verbs, the first time; restored row by row after that; its blobs stay.

    `build` starts with the people alone, or with what it calls this for itself.
    """
    if name in _snapshots:
        _restore(_snapshots[name])
    else:
        build()
        _snapshots[name] = _dump()


def world() -> World:
    """The world, made once in each test process."""
    people = make_people()
    made_once("world", lambda: _build(people["ana"]))
    return the_world()


def the_world() -> World:
    """The world that is in the database."""
    run = GenerationRun.objects.select_related("dataset", "plan").get()
    return World(run.dataset, run, Review.objects.get(run=run))


def _build(owner: Person) -> None:
    stated = {"name": "incomes", "purpose": "training", "target": "income", "description": "To estimate incomes."}
    run_pipeline(ADULT, stated, RunRequest("gaussian_copula", 2_000, seed=7, tier="quick"), by=owner)


def agree_tier(name: str, changes: Mapping[str, object], *, by: Person | None = None, **said: Any) -> ReviewPolicy:
    """A version of a tier that holds: `by` (cora, since cleo signs) writes it, and another steward confirms it."""
    author = by or Person.objects.get(username="cora")
    waiting = change_tier(name, changes, by=author, **said)
    return decide_tier(name, waiting.version, holds=True, note=AGREED, by=_second_steward(author))


def agree_limits(purpose: str, changes: Changes, *, by: Person | None = None, **said: Any) -> LimitsVersion:
    """A version of a purpose's limits that holds, by the same two."""
    author = by or Person.objects.get(username="cora")
    waiting = change_limits(purpose, changes, by=author, **said)
    return decide_limits(purpose, waiting.number, holds=True, note=AGREED, by=_second_steward(author))


def agree_privacy(dataset: Dataset, epsilon: float, *, by: Person | None = None, **said: Any) -> PrivacyLimit:
    """A limit of the dataset's source that holds, by the same two."""
    author = by or Person.objects.get(username="cora")
    waiting = change_limit(dataset, epsilon, by=author, **said)
    return decide_limit(dataset, waiting.number, holds=True, note=AGREED, by=_second_steward(author))


def _second_steward(author: Person) -> Person:
    return Person.objects.filter(username__in=["cleo", "cora"]).exclude(pk=author.pk).earliest("pk")


@contextmanager
def without_triggers() -> Iterator[None]:
    """Emptying tables between tests and restoring rows as they were are what may go past the append-only triggers."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            yield
            cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for _, sql in triggers:
            cursor.execute(sql)


def give_to(dataset: Dataset, person_id: int) -> None:
    """Another owner, which no dataset ever gets."""
    with without_triggers():
        Dataset.objects.filter(pk=dataset.pk).update(owner=person_id)


def put_as_made(row: Model) -> None:
    """Save a row that never changes, and have the trail keep its content as if the portal had made it so."""
    with transaction.atomic():
        with without_triggers():
            row.save()
        record("applied", row, by=Operator())
        if isinstance(row, Evaluation):
            record("evaluated", row.run, by=Operator(), evaluation=row.digest)


def _dump() -> Snapshot:
    """All rows but those of people, whom every test has."""
    models = [model for app in ("synthportal", "generation", "reviews") for model in _models_of(app)]
    with connection.cursor() as cursor:
        return [(model, _rows_of(model, cursor)) for model in models]


def _models_of(app: str) -> list[type[Model]]:
    config = apps.get_app_config(app)
    return [model for model in config.get_models(include_auto_created=True) if model not in OF_PEOPLE]


def _columns(model: type[Model]) -> str:
    return ", ".join(connection.ops.quote_name(field.column) for field in model._meta.local_concrete_fields)


def _rows_of(model: type[Model], cursor: Any) -> list[tuple[Any, ...]]:
    cursor.execute(f"SELECT {_columns(model)} FROM {model._meta.db_table} ORDER BY {model._meta.pk.column}")
    return cursor.fetchall()


def _restore(snapshot: Snapshot) -> None:
    """Rows first, checks at the end: the snapshot names its own people by the keys they had."""
    with transaction.atomic(), without_triggers(), connection.cursor() as cursor:
        for model, rows in snapshot:
            if rows:
                _put(model, rows, cursor)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)


def _put(model: type[Model], rows: list[tuple[Any, ...]], cursor: Any) -> None:
    """In place of rows of the same keys, which are there when a test asks for two states of one world."""
    table, key = model._meta.db_table, model._meta.pk
    if model._default_manager.exists():
        at = model._meta.local_concrete_fields.index(key)
        cursor.executemany(f"DELETE FROM {table} WHERE {key.column} = %s", [(row[at],) for row in rows])
    places = ", ".join(["%s"] * len(rows[0]))
    cursor.executemany(f"INSERT INTO {table} ({_columns(model)}) VALUES ({places})", rows)
