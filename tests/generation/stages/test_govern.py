"""Limits as versions: what a steward may change, what it does to evidence, and who sees that it is laxer."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from generation.engine.evaluation.limits.changes import LimitsError, changed_policy
from generation.engine.evaluation.limits.policy import default_policy, direction_of, unmet
from generation.engine.evaluation.metric import Direction, Group, Metric, Status
from generation.engine.evaluation.policy import PURPOSES, judge
from generation.models import Limits
from generation.repositories.evaluations import digest_of
from generation.repositories.judged.limits import current_limits, current_version, is_current, judged_by, versions_of
from synthportal.errors import Conflict, NotPermitted
from synthportal.models import AuditEvent
from synthportal.trail.verification import faults
from tests.cast import agree_limits, put_as_made

LAXER = {"rules": {"singling_out_risk": {"passes": 0.12}}}


@pytest.fixture
def cleo(people):
    return people["cleo"]


def fault(changes: dict, purpose: str = "training") -> dict[str, str]:
    with pytest.raises(LimitsError) as refused:
        changed_policy(purpose, changes)
    return refused.value.faults


@pytest.mark.parametrize("purpose", PURPOSES)
def test_until_a_steward_changes_them_the_limits_are_the_shipped_ones(purpose, db):
    now, shipped = current_limits(purpose), default_policy(purpose)
    assert (now.limits, now.needed, now.skipped, now.minimum_cell) == (
        shipped.limits, shipped.needed, shipped.skipped, shipped.minimum_cell,
    )  # fmt: skip
    assert now.version == f"{purpose} 1 (2026-12)"


def test_the_newest_version_counts_and_keeps_what_the_one_before_it_changed(cleo):
    agree_limits("training", LAXER, reason="Our columns are few.", by=cleo)
    agree_limits("training", {"rules": {"singling_out_risk": {"blocks": 0.3}}}, reason="Agreed.", by=cleo)
    rule = current_limits("training").limits["singling_out_risk"]
    assert (rule.passes, rule.blocks) == (0.12, 0.3)
    assert current_version("training").label == "training 3 (2026-12)"
    assert current_limits("testing").limits["singling_out_risk"].passes == 0.09


def test_a_limit_put_back_to_the_shipped_value_differs_from_it_no_longer(cleo):
    agree_limits("training", LAXER, reason="Try.", by=cleo)
    back = agree_limits("training", {"rules": {"singling_out_risk": {"passes": 0.09}}}, reason="Back.", by=cleo)
    assert (back.number, back.changes, back.laxer()) == (3, {}, [])


def test_what_is_judged_review_by_the_shipped_limit_passes_by_a_laxer_one_and_says_which(cleo):
    risk = Metric(Group.PRIVACY, "singling_out_risk", "Risk.", Direction.LOWER, 0.10, 0.08, 0.11)
    assert judge(risk, current_limits("training")).status is Status.REVIEW
    made = agree_limits("training", LAXER, reason="Our columns are few.", by=cleo)
    assert judge(risk, current_limits("training")).status is Status.PASS
    assert [(one.metric, one.part, one.value, one.shipped) for one in made.laxer()] == [
        ("singling_out_risk", "passes", 0.12, 0.09)
    ]


def test_higher_and_lower_are_laxer_each_in_its_own_direction(cleo):
    changes = {
        "rules": {
            "skill_ratio": {"passes": 0.9, "blocks": 0.8},  # more loss of skill is let through: laxer
            "column_shapes": {"passes": 0.95},  # stricter
            "outlier_attack_auc": {"blocks": 0.6},  # stricter
            "worst_segment_skill": {"blocks": 0.6},  # shipped without: stricter
        },
        "needed": {"pair_trends": False, "worst_segment_skill": True},
        "minimum_cell": 3,
    }
    made = agree_limits("training", changes, reason="To see.", by=cleo)
    assert {(one.metric, one.part) for one in made.laxer()} == {
        ("skill_ratio", "passes"), ("skill_ratio", "blocks"),
        ("pair_trends", "needed"), ("small_cells", "minimum_cell"),
    }  # fmt: skip


def test_the_direction_of_every_limit_is_the_direction_of_its_metric(world):
    found = {one["name"]: one["direction"] for one in world.run.evaluations.get().metrics}
    rules = default_policy("training", public=True).limits.keys() | default_policy("testing").limits.keys()
    common = rules & found.keys()
    assert len(common) > 25
    assert {name: direction_of(name).value for name in common} == {name: found[name] for name in common}


@pytest.mark.parametrize(
    ("change", "where", "words"),
    [
        ({"rules": {"dcr_share": {"passes": 0.5}}}, "dcr_share", "no limits for this purpose"),
        ({"rules": {"singling_out_risk": {"passes": float("nan")}}}, "singling_out_risk", "number from 0"),
        ({"rules": {"singling_out_risk": {"passes": float("inf")}}}, "singling_out_risk", "number from 0"),
        ({"rules": {"singling_out_risk": {"passes": -0.1}}}, "singling_out_risk", "number from 0"),
        ({"rules": {"singling_out_risk": {"passes": True}}}, "singling_out_risk", "number from 0"),
        ({"rules": {"singling_out_risk": {"passes": "0.1"}}}, "singling_out_risk", "number from 0"),
        ({"rules": {"singling_out_risk": {"blocks": None}}}, "singling_out_risk", "moved, but not removed"),
        ({"rules": {"singling_out_risk": {"passes": 0.21}}}, "singling_out_risk", "cannot be laxer than"),
        ({"rules": {"column_shapes": {"passes": 0.6}}}, "column_shapes", "cannot be laxer than"),
        ({"rules": {"singling_out_risk": 0.2}}, "singling_out_risk", "parts passes and blocks"),
        ({"rules": []}, "rules", "must map"),
        ({"needed": {"singling_out_risk": False}}, "singling_out_risk", "stays needed"),
        ({"needed": {"pair_trends": 1}}, "pair_trends", "true or false"),
        ({"minimum_cell": 0}, "minimum_cell", "whole number from 1"),
        ({"minimum_cell": True}, "minimum_cell", "whole number from 1"),
        ({"public": "yes"}, "public", "true or false"),
        ({"secret": 1}, "changes", "unknown keys"),
    ],
)
def test_what_makes_no_limits_is_refused_beside_what_is_wrong(change, where, words):
    faults_found = fault(change)
    assert faults_found.keys() == {where}
    assert words in faults_found[where]


def test_limits_that_only_fit_together_with_the_version_before_are_taken(cleo):
    agree_limits("training", {"rules": {"singling_out_risk": {"blocks": 0.5}}}, reason="One.", by=cleo)
    made = agree_limits("training", {"rules": {"singling_out_risk": {"passes": 0.4}}}, reason="Two.", by=cleo)
    assert made.policy().limits["singling_out_risk"].passes == 0.4


def test_a_metric_that_is_needed_is_computed_although_the_purpose_would_skip_it():
    policy = changed_policy("testing", {"needed": {"skill_ratio": True}})
    assert "skill_ratio" in policy.needed - policy.skipped
    without_target = changed_policy("testing", {"needed": {"skill_ratio": True}}, has_target=False)
    assert "skill_ratio" not in without_target.needed


def test_public_releases_need_the_small_cells(cleo):
    agree_limits("training", {"public": True, "minimum_cell": 10}, reason="It will be published.", by=cleo)
    now = current_limits("training")
    assert now.minimum_cell == 10
    assert "small_cells" in now.needed
    assert "small_cells" in unmet([], now)
    assert current_version("training").laxer() == []


@pytest.mark.parametrize("name", ["ana", "ben", "dan", "eve", "nobody", "root"])
def test_nobody_but_a_steward_changes_limits(name, people):
    with pytest.raises(NotPermitted):
        agree_limits("training", LAXER, reason="Please.", by=people[name])
    assert not Limits.objects.exists()


def test_a_change_needs_a_reason_and_must_change_something(cleo):
    with pytest.raises(Conflict, match="needs a reason"):
        agree_limits("training", LAXER, reason="  ", by=cleo)
    with pytest.raises(Conflict, match="Nothing was changed"):
        agree_limits("training", {"rules": {"singling_out_risk": {"passes": 0.09}}}, reason="Same.", by=cleo)
    with pytest.raises(Conflict, match="no such purpose"):
        agree_limits("fun", LAXER, reason="Why not.", by=cleo)


@pytest.mark.both
def test_the_second_of_two_stewards_is_told_that_the_version_moved(cleo):
    agree_limits("training", LAXER, reason="Our columns are few.", by=cleo, seen=1)
    with pytest.raises(Conflict, match=r"version 2 counts now, because: Our columns are few\. Nothing of yours"):
        agree_limits("training", {"minimum_cell": 7}, reason="Mine.", by=cleo, seen=1)
    assert Limits.objects.count() == 1


@pytest.mark.both
def test_a_race_that_only_the_database_sees_is_the_same_sentence(cleo, monkeypatch):
    stale = current_version("training")
    agree_limits("training", LAXER, reason="First.", by=cleo)
    newest = current_version("training")
    answers = iter([stale, newest])
    monkeypatch.setattr("generation.repositories.judged.limits.current_version", lambda purpose: next(answers))
    with pytest.raises(Conflict, match="changed these limits meanwhile"):
        agree_limits("training", {"minimum_cell": 7}, reason="Second.", by=cleo, seen=1)


@pytest.mark.both
def test_a_version_never_changes_and_the_trail_names_what_moved(cleo):
    agree_limits("training", LAXER | {"minimum_cell": 7}, reason="Our columns are few.", by=cleo)
    event = AuditEvent.objects.get(action="limits changed")
    assert (event.facts["purpose"], event.facts["version"]) == ("training", 2)
    assert event.facts["metrics"] == ["minimum_cell", "singling_out_risk"]
    assert list(faults()) == []
    for statement in ("UPDATE generation_limits SET reason = 'other'", "DELETE FROM generation_limits"):
        with pytest.raises(DatabaseError, match="version of the limits"), transaction.atomic():
            connection.cursor().execute(statement)


def test_evidence_keeps_the_version_it_was_judged_by(world, cleo):
    evaluation = world.run.evaluations.get()
    assert evaluation.policy_version == "training 1 (2026-12)"
    assert is_current(evaluation)
    agree_limits("training", LAXER, reason="Our columns are few.", by=cleo)
    assert not is_current(evaluation)
    assert judged_by(evaluation).number == 1
    assert [found.number for found in versions_of("training")] == [2, 1]


def test_equal_figures_under_other_limits_are_other_evidence(world):
    metrics = world.run.evaluations.get().metrics
    one, two = (digest_of(world.run, metrics, label) for label in ("training 1 (2026-12)", "training 2 (2026-12)"))
    assert one != two


def page_of(client, world) -> str:
    return client.get(f"/runs/{world.run.pk}/").content.decode()


def test_the_run_page_says_that_the_limits_changed_and_where_they_are_laxer(world, cleo, client_of):
    page = page_of(client_of("ana"), world)
    assert "laxer" not in page
    assert "evaluate again" not in page
    agree_limits("training", LAXER, reason="Our columns are few.", by=cleo)
    assert "The limits changed since; evaluate again." in page_of(client_of("ana"), world)
    evaluation = world.run.evaluations.get()
    for metric in evaluation.metrics:
        if metric["name"] == "singling_out_risk":
            metric["threshold"]["passes"] = 0.12
    evaluation.policy_version = current_version("training").label
    put_as_made(evaluation)
    page = page_of(client_of("ana"), world)
    assert "evaluate again." not in page
    assert "Singling out: passes at 0.12 (shipped: 0.09)." in page
    assert "shipped: passes at 0.09. Laxer than shipped." in page
    assert "Our columns are few." in page
