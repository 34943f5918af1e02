"""The gate, the second person and the one door, through the verbs."""

from __future__ import annotations

import pytest

from reviews.models import Release, Review
from reviews.stages.gate import gate_conditions, waive_condition, why_not_release
from reviews.stages.release import release_run
from reviews.stages.review import Judgement, claim_record, judge_record
from synthportal.errors import Conflict
from tests.cast import World


def judge_all(world: World, person) -> int:
    judged = 0
    while record := claim_record(world.review, by=person):
        judge_record(record, Judgement("clean"), token=record.token, by=person)
        judged += 1
    return judged


def waive_usefulness(world: World, steward) -> None:
    for condition in ("utility", "fidelity", "diversity"):
        waive_condition(world.run, condition, reason="Only the format matters here.", by=steward)


def unmet(world: World) -> set[str]:
    return {line.name for line in gate_conditions(world.run) if not line.met}


def test_nothing_is_released_before_the_sample_is_reviewed(world, people):
    waive_usefulness(world, people["cleo"])
    with pytest.raises(Conflict) as refused:
        release_run(world.run, by=people["cleo"])
    assert any("sample review is not complete" in reason for reason in refused.value.reasons)
    assert not Release.objects.exists()


def test_a_reviewed_run_with_sound_evidence_is_released_by_a_second_person(world, people):
    judge_all(world, people["ben"])
    waive_usefulness(world, people["cleo"])
    assert why_not_release(people["cleo"], world.run) == []
    release = release_run(world.run, by=people["cleo"])
    assert release.artefact_sha256 == world.run.artefact_sha256
    world.review.refresh_from_db()
    assert world.review.status == Review.Status.RELEASED
