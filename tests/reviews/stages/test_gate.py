"""The gate, the second person and the one door, through the verbs."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

from reviews.engine.reading.judgement import Judgement
from reviews.models import Release, Review
from reviews.repositories.gate.dossier import collect
from reviews.stages.adjudicate import look_again, settle_flag
from reviews.stages.gate import gate_conditions, waive_condition
from reviews.stages.release import release_run
from reviews.stages.review import claim_record, judge_record
from reviews.stages.undo import undo_verdict
from synthportal.errors import Conflict, NotPermitted
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role
from tests import cast
from tests.cast import World
from tests.reviews.conftest import make_judged
from tests.reviews.signing import all_seen


def waive_usefulness(world: World, steward) -> None:
    for condition in ("utility", "fidelity", "diversity"):
        waive_condition(world.run, condition, reason="Only the format matters here.", by=steward)


def unmet(world: World) -> set[str]:
    return {line.name for line in gate_conditions(world.run) if not line.met}


def test_nothing_is_released_before_the_sample_is_reviewed(world, people):
    waive_usefulness(world, people["cora"])
    with pytest.raises(Conflict) as refused:
        release_run(world.run, by=people["cleo"], **all_seen(world.run))
    assert any("sample review is not complete" in reason for reason in refused.value.reasons)
    assert not Release.objects.exists()


def test_a_reviewed_run_with_sound_evidence_is_released_by_a_second_person(world, people):
    make_judged(people)
    waive_usefulness(world, people["cora"])
    assert not collect(world.run).unmet
    release = release_run(world.run, by=people["cleo"], **all_seen(world.run))
    assert release.artefact_sha256 == world.run.artefact_sha256
    world.review.refresh_from_db()
    assert world.review.status == Review.Status.RELEASED


def without(world: World, name: str) -> None:
    evaluation = world.run.evaluations.get()
    evaluation.metrics = [metric for metric in evaluation.metrics if metric["name"] != name]
    with cast.without_triggers():
        evaluation.save(update_fields=["metrics"])


def test_a_privacy_check_that_is_missing_keeps_the_gate_shut(world, people):
    assert "privacy" not in unmet(world)
    without(world, "outlier_attack_auc")
    assert "privacy" in unmet(world)


def test_a_check_that_could_not_be_computed_keeps_the_gate_shut(world):
    evaluation = world.run.evaluations.get()
    for metric in evaluation.metrics:
        if metric["group"] == "privacy":
            metric |= {"value": None, "status": "not computed"}
    with cast.without_triggers():
        evaluation.save(update_fields=["metrics"])
    assert "privacy" in unmet(world)


def test_privacy_and_the_review_can_never_be_waived(world, people):
    for condition in ("privacy", "review", "leaks", "rules"):
        with pytest.raises(Conflict, match="Only utility"):
            waive_condition(world.run, condition, reason="Please.", by=people["cleo"])


def test_a_waiver_lapses_with_the_evidence_it_was_given_for(world, people):
    waive_usefulness(world, people["cora"])
    assert "utility" not in unmet(world)
    evaluation = world.run.evaluations.get()
    evaluation.pk, evaluation.number, evaluation.digest = uuid4(), 2, "a" * 64
    evaluation.save(force_insert=True)
    assert "utility" in unmet(world)


def test_what_was_seen_is_what_is_signed(world, people):
    make_judged(people)
    waive_usefulness(world, people["cora"])
    seen = all_seen(world.run)
    record = undo_verdict(world.review, by=people["ben"])
    judge_record(record, Judgement("unrealistic", ["too_generic"]), token=record.token, by=people["ben"])
    with pytest.raises(Conflict, match="changed since you opened"):
        release_run(world.run, by=people["cleo"], **seen)


def test_nobody_but_a_steward_who_had_no_part_in_it_can_sign(world, people):
    make_judged(people)
    grant(people["ana"], Role.STEWARD)
    grant(people["ben"], Role.STEWARD)
    for name in ("ana", "ben", "dan", "eve", "root"):
        with pytest.raises(NotPermitted):
            release_run(world.run, by=people[name], **all_seen(world.run))


def test_one_confirmed_leak_rejects_a_review_that_accepts_none_and_frees_nothing(world, people):
    record = claim_record(world.review, by=people["ben"])
    flag = judge_record(record, Judgement("leakage", ["near_copy"]), token=record.token, by=people["ben"])
    with pytest.raises(Conflict, match="second person"):
        settle_flag(flag, is_leak=True, by=people["ben"])
    look_again(flag, Judgement("leakage", ["near_copy"]), by=people["bea"])
    settle_flag(flag, is_leak=True, note="the same house", by=people["bea"])
    world.review.refresh_from_db()
    assert world.review.status == Review.Status.REJECTED
    assert {"review", "leaks", "attempts"} <= unmet(world)
    with pytest.raises(Conflict):
        claim_record(world.review, by=people["bea"])


def test_bytes_that_were_changed_in_the_vault_are_not_released(world, people):
    make_judged(people)
    waive_usefulness(world, people["cora"])
    name = f"sealed/{world.dataset.key_id.hex}/{world.run.artefact_sha256}"
    path = Path(settings.DATA_DIR) / "vault" / name
    kept = path.read_bytes()
    try:
        path.write_bytes(kept[:200] + bytes([kept[200] ^ 1]) + kept[201:])
        with pytest.raises(Conflict, match="not the ones that were evaluated"):
            release_run(world.run, by=people["cleo"], **all_seen(world.run))
        assert not Release.objects.exists()
    finally:
        path.write_bytes(kept)
