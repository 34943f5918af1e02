"""Every model x status x status x role: allowed exactly when the table says so."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import transaction

from generation.models import Dataset, GenerationRun
from reviews.models import AccessRequest, RecordReport, Release, Review, Wish
from synthportal.errors import Conflict, NotPermitted
from synthportal.jobs.worker import Worker
from synthportal.models import AuditEvent, Job
from synthportal.roles import Role
from synthportal.transitions import diagram, models_with_status, move
from tests.cast import CAST, World

# What the architecture says, written a second time by hand: model -> (from, to) -> who.
EXPECTED = {
    Dataset: {
        ("uploaded", "ingested"): "worker",
        ("uploaded", "refused"): "worker",
        ("uploaded", "erased"): "owner worker",
        ("ingested", "profiled"): "worker",
        ("ingested", "erased"): "owner worker",
        ("profiled", "minimised"): "worker",
        ("profiled", "erased"): "owner worker",
        ("minimised", "erased"): "owner worker",
        ("refused", "erased"): "owner worker",
    },
    GenerationRun: {
        ("queued", "running"): "worker",
        ("queued", "failed"): "worker",
        ("queued", "cancelled"): "owner",
        ("running", "generated"): "worker",
        ("running", "failed"): "worker",
        ("running", "cancelled"): "owner",
        ("generated", "evaluated"): "worker",
        ("generated", "failed"): "worker",
        ("generated", "cancelled"): "owner",
    },
    Review: {
        ("open", "accepted"): "steward",
        ("open", "rejected"): "steward annotator",
        ("accepted", "released"): "steward",
    },
    AccessRequest: {
        ("asked", "granted"): "steward",
        ("asked", "refused"): "steward",
        ("granted", "revoked"): "steward",
    },
    Wish: {("open", "answered"): "steward"},
    RecordReport: {("open", "confirmed"): "steward", ("open", "dismissed"): "steward"},
    Release: {("released", "withdrawn"): "steward", ("released", "expired"): "steward worker"},
}
ACTORS = ["ana", "ben", "cleo", "dan", "eve", "nobody", "root", "worker"]
EVERY_MOVE = [
    (model, came_from, to)
    for model in models_with_status()
    for came_from in model.Status.values  # type: ignore[attr-defined]
    for to in [*model.Status.values, "unheard of"]  # type: ignore[attr-defined]
]


class Row:
    """A row of a model as `move` sees it: its compare-and-swap finds the row where it left it, or not."""

    pk = 7

    def __init__(self, model: type, status: str, *, is_there: bool = True) -> None:
        self.status, self.swaps = status, [is_there]
        self.__class__ = type(
            model.__name__, (Row,), {"TRANSITIONS": model.TRANSITIONS, "_meta": model._meta, "objects": self}
        )

    def filter(self, **wanted: object) -> Row:
        assert wanted == {"pk": self.pk, "status": self.status}
        return self

    def update(self, **changes: object) -> bool:
        return self.swaps.pop()


def actors(people: dict) -> dict:
    job = Job.objects.create(
        kind="ingest", subject_id=uuid4(), requested_by=people["ana"], state="running", token=1, attempt=1,
        lease_until="2100-01-01T00:00:00Z",
    )  # fmt: skip
    return {**people, "worker": Worker(job.pk, 1, people["ana"].pk)}


def roles_of(name: str) -> set[str]:
    return {"worker"} if name == "worker" else {role.value for role in CAST[name]}


def test_every_model_with_a_status_stands_in_the_architecture():
    assert set(models_with_status()) == set(EXPECTED)


def test_no_table_has_a_way_back_or_a_status_that_is_none():
    for model in models_with_status():
        table = model.TRANSITIONS  # type: ignore[attr-defined]
        assert set(table) == set(model.Status.values)  # type: ignore[attr-defined]
        later = {status: set(moves) for status, moves in table.items()}
        for _ in table:
            later = {status: found.union(*(later[to] for to in found)) for status, found in later.items()}
        assert all(status not in reached for status, reached in later.items())


@pytest.mark.parametrize(("model", "came_from", "to"), EVERY_MOVE, ids=lambda value: getattr(value, "__name__", value))
def test_a_move_is_allowed_exactly_when_the_table_says_so(people, model, came_from, to):
    needed = set(EXPECTED[model].get((came_from, to), "").split())
    for name, actor in actors(people).items():
        row = Row(model, came_from)
        if not needed:
            with pytest.raises(Conflict, match="cannot become"):
                move(row, to, by=actor)
        elif not needed & roles_of(name):
            with pytest.raises(NotPermitted, match="needs the role"):
                move(row, to, by=actor)
        else:
            move(row, to, by=actor)
        allowed = bool(needed & roles_of(name))
        assert row.status == (to if allowed else came_from)
        assert AuditEvent.objects.filter(action=to, actor=actor.audit_name).count() == (1 if allowed else 0)


@pytest.mark.both
def test_a_move_writes_the_row_its_changes_and_one_event(world: World, people):
    move(world.review, Review.Status.REJECTED, by=people["cleo"], facts={"leaks": 3}, ltpd=world.review.ltpd)
    assert Review.objects.get().status == "rejected"
    event = AuditEvent.objects.latest("seq")
    assert (event.action, event.subject_kind, event.subject_id) == ("rejected", "review", str(world.review.pk))
    assert event.facts == {"came_from": "open", "leaks": 3}
    assert event.actor == people["cleo"].audit_name


@pytest.mark.both
def test_a_second_writer_loses_and_leaves_no_event(world: World, people):
    stale = Review.objects.get()
    move(world.review, Review.Status.REJECTED, by=people["cleo"])
    events = AuditEvent.objects.count()
    with pytest.raises(Conflict, match="changed by someone else"):
        move(stale, Review.Status.ACCEPTED, by=people["cleo"], dossier_hash="a" * 64)
    assert Review.objects.get().status == "rejected"
    assert stale.status == "open"
    assert AuditEvent.objects.count() == events


@pytest.mark.both
def test_a_move_and_its_event_are_rolled_back_together(world: World, people):
    events = AuditEvent.objects.count()
    with transaction.atomic():
        move(world.review, Review.Status.REJECTED, by=people["cleo"])
        assert AuditEvent.objects.count() == events + 1
        transaction.set_rollback(True)
    assert Review.objects.get().status == "open"
    assert AuditEvent.objects.count() == events


@pytest.mark.both
def test_a_move_whose_event_cannot_be_written_does_not_happen(world: World, people):
    class Unserialisable:
        def __str__(self) -> str:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        move(world.review, Review.Status.REJECTED, by=people["cleo"], facts={"it": Unserialisable()})
    assert Review.objects.get().status == "open"
    assert world.review.status == "open"


def test_a_worker_whose_job_was_taken_over_moves_nothing(world: World, people):
    worker = actors(people)["worker"]
    Job.objects.filter(pk=worker.job_id).update(token=2)
    with pytest.raises(Conflict, match="taken it over"):
        move(Row(Dataset, "uploaded"), "ingested", by=worker)


def test_an_inactive_person_has_no_role_left(people):
    people["cleo"].is_active = False
    people["cleo"].__dict__.pop("roles", None)
    with pytest.raises(NotPermitted):
        move(Row(Review, "open"), "rejected", by=people["cleo"])


def test_nobody_becomes_a_worker_by_a_group_of_that_name(people):
    from django.contrib.auth.models import Group

    people["dan"].groups.add(Group.objects.create(name="worker"))
    people["dan"].__dict__.pop("roles", None)
    assert Role.WORKER not in people["dan"].roles


def test_the_diagram_shows_every_move_of_the_architecture():
    page = "\n".join(diagram())
    for moves in EXPECTED.values():
        for (came_from, to), roles in moves.items():
            assert f"    {came_from} --> {to}: {', '.join(roles.split())}\n" in page
