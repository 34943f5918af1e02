"""A worker that was taken over measures what it likes. Where the administrator asks for it, a second worker under
another identity measures again, and the gate opens only when both got the same.
"""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, connection, transaction

from generation.models import Recomputation
from generation.repositories.evaluations import digest_of, newest_evaluation, said_of
from generation.tasks import submit_evaluation
from reviews.engine.gate.conditions import DIFFERS, UNSIGNED, WAITS, Condition
from reviews.repositories.gate.dossier import collect
from reviews.stages.release import release_run
from reviews.tasks import ask_second_workers
from synthportal.errors import Conflict
from synthportal.jobs.here import work_through
from synthportal.jobs.queue import claim
from synthportal.models import Job
from synthportal.trail.verification import faults
from tests.cast import World, put_as_made
from tests.reviews.signing import all_seen

pytestmark = [pytest.mark.both, pytest.mark.slow]

KEY, ANOTHER = bytes(range(1, 33)), bytes(range(2, 34))


def public(seed: bytes) -> str:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw().hex()


@pytest.fixture
def asked(reviewed: World, settings: Any) -> World:
    """The world judged to its end, in a portal whose administrator asks for a second worker; its job is queued."""
    settings.SECOND_WORKERS = {"checker": public(KEY)}
    ask_second_workers()
    return reviewed


def become(settings: Any, name: str, key: bytes | None) -> None:
    settings.WORKER_NAME, settings.WORKER_KEY = name, key


def measure_again(world: World, settings: Any) -> Recomputation:
    """As the second worker."""
    become(settings, "checker", KEY)
    evaluation = newest_evaluation(world.run)
    assert evaluation is not None
    assert [job.kind for job in work_through(evaluation.pk)] == ["recompute"]
    become(settings, "", None)
    return evaluation.recomputations.get()


def line(world: World) -> Condition:
    return next(one for one in collect(world.run).conditions if one.name == "recomputed")


def test_where_nobody_asks_for_a_second_worker_nothing_is_queued_and_the_gate_has_no_such_line(reviewed):
    ask_second_workers()
    assert not Job.objects.filter(kind="recompute").exists()
    assert "recomputed" not in [one.name for one in collect(reviewed.run).conditions]


def test_the_gate_waits_until_another_worker_got_the_same_figures_and_then_opens(asked, settings, people):
    assert line(asked).why == WAITS
    with pytest.raises(Conflict):
        release_run(asked.run, by=people["cleo"], **all_seen(asked.run))
    before = collect(asked.run).hash
    made = measure_again(asked, settings)
    assert made.digest == newest_evaluation(asked.run).digest
    assert line(asked).met
    assert collect(asked.run).hash != before
    assert list(faults()) == []
    assert release_run(asked.run, by=people["cleo"], **all_seen(asked.run)).number == 1


@pytest.mark.parametrize(("name", "key"), [("", None), ("checker", None), ("checker", ANOTHER), ("other", KEY)])
def test_the_job_is_taken_by_no_worker_without_the_name_and_the_key(asked, settings, name, key):
    become(settings, name, key)
    job = Job.objects.get(kind="recompute")
    assert job.lane == Job.Lane.RECOMPUTE
    assert claim(job.pk) is None
    assert work_through(job.subject_id) == []


def test_a_worker_does_not_check_what_it_measured_itself(asked, settings, people):
    become(settings, "checker", KEY)
    submit_evaluation(asked.run, by=people["ana"])
    work_through(asked.run.pk)
    job = Job.objects.filter(kind="recompute").latest("created_at")
    assert job.subject_id == newest_evaluation(asked.run).pk
    assert claim(job.pk) is None


def test_figures_that_a_stolen_worker_made_up_are_told_by_the_second_one(asked, settings, people):
    """It has the keys of the trail, so what it says agrees with the trail; the other worker's key it has not."""
    evaluation = newest_evaluation(asked.run)
    evaluation.metrics = [one | {"value": 0.0} if one["group"] == "privacy" else one for one in evaluation.metrics]
    evaluation.digest = digest_of(asked.run, evaluation.metrics, evaluation.policy_version)
    put_as_made(evaluation)
    assert "untouched" not in [one.name for one in collect(asked.run).unmet]
    measure_again(asked, settings)
    assert line(asked).why == DIFFERS
    with pytest.raises(Conflict):
        release_run(asked.run, by=people["cleo"], **all_seen(asked.run))


def test_a_row_in_the_second_workers_name_is_worth_nothing_without_its_key(asked):
    evaluation = newest_evaluation(asked.run)
    made_up = Ed25519PrivateKey.from_private_bytes(ANOTHER).sign(said_of(evaluation, evaluation.digest)).hex()
    put_as_made(Recomputation(evaluation=evaluation, worker="checker", digest=evaluation.digest, signature=made_up))
    assert line(asked).why == UNSIGNED


def test_what_a_second_worker_got_is_never_changed_nor_deleted(asked, settings):
    measure_again(asked, settings)
    for change in (
        "UPDATE generation_recomputation SET worker = 'me'",
        "DELETE FROM generation_recomputation",
    ):
        with pytest.raises(DatabaseError, match="second worker"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
