"""A hostile writer: raw SQL on any table that releases rest on, with the triggers in its way and past them."""

from __future__ import annotations

import string
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import DatabaseError, connection, models, transaction

from synthportal.trail.content import evidence_models

# Columns of evidence tables that no release rests on: the portal changes them at work, or shows them and no more.
WORKING = {
    "generation_evaluation": {"seconds", "created_at"},
    "generation_plan": {"changed_by_id", "restores", "confirmed_at", "examples", "created_at"},
    "generation_limits": {"created_at"},
    "generation_limitsdecision": {"created_at"},
    "generation_writtenexception": {"created_at"},
    # Reasons of its own are what is offered: a verdict keeps the words that were chosen.
    "reviews_review": {"status", "dossier_hash", "created_at", "closed_at", "own_reasons"},
    "reviews_reviewrecord": {"state", "reasons", "sealed", "claimed_by_id", "claimed_at", "lease_until", "token"},
    "reviews_verdict": {"created_at"},
    "reviews_skip": {"created_at", "undone_at"},
    "reviews_secondlook": {"created_at"},
    "reviews_adjudication": {"created_at"},
    "reviews_pause": {"created_at"},
    "reviews_requeue": {"created_at"},
    "reviews_tally": {"judged"},  # the sum of a lane is compared; who completed a record is nobody's matter
    "reviews_tierversion": {"created_at"},
    "reviews_tierdecision": {"created_at"},
    "reviews_waiver": {"created_at"},
}
NOTHING = {"reviews_tally": {"verdicts": 0}}  # counters of nobody's verdicts
Rows = dict[tuple[str, str], tuple[tuple[str, str], ...]]
Model = type[models.Model]


def kept_columns(model: Model) -> list[models.Field[Any, Any]]:
    """Every column of an evidence table but its working ones; of a run those that it names as evidence."""
    fields = model._meta.local_concrete_fields
    if model._meta.db_table == "generation_generationrun":
        return [field for field in fields if field.attname in {"id", *model.EVIDENCE}]  # type: ignore[attr-defined]
    return [field for field in fields if field.column not in WORKING.get(model._meta.db_table, ())]


def kept_rows() -> Rows:
    """What stands in every evidence table, the trail apart: it has a chain of its own."""
    found: Rows = {}
    for model in evidence_models():
        table = model._meta.db_table
        if table == "synthportal_auditevent":
            continue
        names = [field.attname for field in kept_columns(model)]
        rows = model._default_manager.exclude(**NOTHING[table]) if table in NOTHING else model._default_manager.all()
        for row in rows.order_by().values(*names, "pk"):
            found[table, str(row.pop("pk"))] = tuple((name, repr(value)) for name, value in row.items())
    return found


@dataclass(frozen=True)
class Strike:
    """One statement: what it was, whether triggers stood in its way, and whether the database did it."""

    model: Model
    words: str
    past: bool
    done: bool


def strike(random: Random) -> Strike:
    """One UPDATE, INSERT or DELETE of a row of an evidence table; half of them past the triggers."""
    model = random.choice([one for one in evidence_models() if one._default_manager.exists()])
    row = random.choice(list(model._default_manager.order_by("pk")))
    made = random.choices([_update, _insert, _delete], [7, 3, 1])[0](random, model, row)
    past, done = random.random() < 0.5, True
    try:
        with transaction.atomic(), past_triggers(model if past else None), connection.cursor() as cursor:
            cursor.execute(*made)
            connection.check_constraints()  # foreign keys too, which a transaction would meet at its end
    except DatabaseError:
        done = False
    return Strike(model, f"{made[0]} {made[1]!r}"[:600], past, done)


@contextmanager
def past_triggers(model: Model | None) -> Iterator[None]:
    """As the owner of the database, who puts the triggers of a table aside."""
    if model is None:
        yield
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
            yield
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
            return
        table = model._meta.db_table
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for _, sql in triggers:
            cursor.execute(sql)


Statement = tuple[str, list[object]]


def _update(random: Random, model: Model, row: models.Model) -> Statement:
    field = random.choice([one for one in model._meta.local_concrete_fields if not one.primary_key])
    value = _other(random, field, model, row)
    return f"UPDATE {model._meta.db_table} SET {_name(field)} = %s WHERE {_key(model)} = %s", [
        _stored(field, value),
        _stored(model._meta.pk, row.pk),
    ]


def _delete(random: Random, model: Model, row: models.Model) -> Statement:
    return f"DELETE FROM {model._meta.db_table} WHERE {_key(model)} = %s", [_stored(model._meta.pk, row.pk)]


def _insert(random: Random, model: Model, row: models.Model) -> Statement:
    """A row like another one, under a key of its own and with a few columns changed."""
    fields = model._meta.local_concrete_fields
    changed = {one for one in fields if one.unique or random.random() < 0.2}
    values = [
        _stored(one, _new_key(one, model, row) if one.primary_key else _other(random, one, model, row) if one in changed
                else getattr(row, one.attname))
        for one in fields
    ]  # fmt: skip
    names, places = ", ".join(map(_name, fields)), ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({places})", values


def _new_key(field: models.Field[Any, Any], model: Model, row: models.Model) -> object:
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    return (model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1


def _name(field: models.Field[Any, Any]) -> str:
    return connection.ops.quote_name(field.column)


def _key(model: Model) -> str:
    return _name(model._meta.pk)


def _stored(field: Any, value: object) -> object:
    return field.get_db_prep_save(value, connection)


def _other(random: Random, field: Any, model: Model, row: models.Model) -> Any:
    """Another value for a column: what stands in another row, else this one changed in its kind."""
    now = getattr(row, field.attname)
    known = [one for one in model._default_manager.order_by().values_list(field.attname, flat=True)[:50] if one != now]
    if field.is_relation:
        of = field.related_model._default_manager.order_by("pk").values_list("pk", flat=True)[:50]
        known = [one for one in of if one != now]
    if known and (field.is_relation or random.random() < 0.5):
        return random.choice(known)
    # A key of which there is no other: one that names nothing.
    of = field.target_field if field.is_relation else field
    return None if field.null and now is not None and random.random() < 0.3 else _changed(random, of, now)


def _changed(random: Random, field: Any, now: Any) -> Any:
    if field.choices:
        return random.choice([value for value, _ in field.choices if value != now])
    if isinstance(now, bool) or (now is None and isinstance(field, models.BooleanField)):
        return not now
    if isinstance(now, uuid.UUID):
        return uuid.uuid4()
    if isinstance(now, datetime):
        return now + timedelta(seconds=random.choice([-86_400, 1]))
    if isinstance(now, int | float):
        return now + random.choice([1, 2, 0.25 if isinstance(now, float) else 5])
    if isinstance(now, bytes | memoryview):
        return bytes(now)[:-1] + bytes([bytes(now)[-1] ^ 1]) if now else b"x"
    if isinstance(field, models.JSONField):
        return _changed_leaf(random, now)
    return _changed_words(random, field, now)


def _changed_words(random: Random, field: Any, now: Any) -> Any:
    if isinstance(field, models.DateTimeField):
        return datetime.now().astimezone()
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    if isinstance(field, models.IntegerField | models.FloatField):
        return 1
    if isinstance(field, models.BinaryField):
        return b"x"
    words = str(now or "")
    if len(words) == 64 and set(words) <= set(string.hexdigits):
        return f"{random.getrandbits(256):064x}"
    return (words[:-1] + ("a" if words[-1:] != "a" else "b"))[: field.max_length]


def _changed_leaf(random: Random, now: Any) -> Any:
    """A JSON value with one of its leaves changed in its kind."""
    if isinstance(now, dict) and now:
        name = random.choice(sorted(now))
        return now | {name: _changed_leaf(random, now[name])}
    if isinstance(now, list) and now:
        at = random.randrange(len(now))
        return [*now[:at], _changed_leaf(random, now[at]), *now[at + 1 :]]
    if isinstance(now, bool):
        return not now
    if isinstance(now, int | float):
        return now + 1
    return {"more": 1} if isinstance(now, dict) else [1] if isinstance(now, list) else f"{now or ''}x"
