"""Evidence that was changed by whoever may write to the database opens no gate, and what was touched is named."""

from __future__ import annotations

import json
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from reviews.models import Release
from reviews.repositories.gate.dossier import collect
from reviews.stages.release import release_run
from synthportal.errors import Conflict
from synthportal.trail.verification import faults
from tests.cast import World, without_triggers
from tests.reviews.signing import all_seen

pytestmark = pytest.mark.both

# As the owner of a database, past every trigger: one statement an attack.
ATTACKS = {
    "the metrics of the evaluation": "UPDATE generation_evaluation SET metrics = %(metrics)s",
    "the limits that the evidence was judged by": "UPDATE generation_evaluation SET policy_version = 'mine 1'",
    "the report that names records": "UPDATE generation_evaluation SET report_sha256 = %(digest)s",
    "the report of the minimisation": "UPDATE generation_plan SET report = '{}'",
    "the treatments of the plan": "UPDATE generation_plan SET treatments = '{}'",
    "the policy of the review": "UPDATE reviews_review SET policy = %(policy)s",
    "the places of the queue": "UPDATE reviews_review SET places = '{\"random\": 1}'",
    "a verdict's decision": "UPDATE reviews_verdict SET decision = 'unrealistic' WHERE id = %(clean)s",
    "a verdict's author": "UPDATE reviews_verdict SET by_id = %(bea)s WHERE id = %(clean)s",
    "whether a verdict stands": "UPDATE reviews_verdict SET undone_at = created_at WHERE id = %(clean)s",
    "the reason of a waiver": "UPDATE reviews_waiver SET reason = 'The board agreed.'",
    "who waived": "UPDATE reviews_waiver SET by_id = %(bea)s",
    "what a record asks for": "UPDATE reviews_reviewrecord SET needed = 2 WHERE lane = 'random'",
    "which record is shown": 'UPDATE reviews_reviewrecord SET "row" = "row" + 5000 WHERE lane = \'random\'',
    "who asked for the run": "UPDATE generation_generationrun SET requested_by_id = %(bea)s",
    "a verdict that is gone": "DELETE FROM reviews_verdict WHERE id = %(clean)s",
    "a verdict that nobody gave": (
        "INSERT INTO reviews_verdict (id, record_id, by_id, decision, reasons, fields, note, seconds, created_at) "
        "SELECT %(new)s, record_id, %(bea)s, decision, reasons, fields, note, seconds, created_at "
        "FROM reviews_verdict WHERE id = %(clean)s"
    ),
}
BY_THE_GATE_ALONE = {
    "whether a verdict stands", "what a record asks for", "which record is shown", "a verdict that nobody gave",
}  # fmt: skip
UNDER = "ab" * 16


def values(world: World, people) -> dict[str, object]:
    passed = [metric | {"status": "pass", "value": 0.0} for metric in world.run.evaluations.get().metrics]
    clean = world.review.records.filter(lane="random").first().verdicts.get().pk
    return {
        "metrics": json.dumps(passed),
        "digest": "ab" * 32,
        "policy": json.dumps(world.review.policy | {"realism_limit": 0.9}),
        "clean": clean.hex if connection.vendor == "sqlite" else clean,
        "new": UNDER if connection.vendor == "sqlite" else UUID(UNDER),
        "bea": people["bea"].pk,
    }


def attack(name: str, world: World, people) -> None:
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute(ATTACKS[name], values(world, people))


def test_evidence_that_nobody_touched_agrees_with_the_trail(reviewed, people):
    line = next(line for line in collect(reviewed.run).conditions if line.name == "untouched")
    assert (line.met, line.needs_attention) == (True, False)
    assert list(faults()) == []


@pytest.mark.parametrize("name", ATTACKS)
def test_evidence_that_was_touched_opens_no_gate_and_is_named(reviewed, people, name):
    before = all_seen(reviewed.run)
    attack(name, reviewed, people)
    reviewed.run.refresh_from_db()
    unmet = [line.name for line in collect(reviewed.run).unmet]
    assert "untouched" in unmet
    with pytest.raises(Conflict):
        release_run(reviewed.run, by=people["cleo"], **before)
    assert not Release.objects.exists()
    said = StringIO()
    if name not in BY_THE_GATE_ALONE:
        with pytest.raises(CommandError, match="broken"):
            call_command("verify_audit", stderr=said)
        assert "what it was when it was recorded" in said.getvalue() or "which the trail recorded" in said.getvalue()


def test_metrics_changed_with_their_digest_open_no_gate(reviewed, people):
    """The digest follows from the metrics: whoever changes both is told apart by what the trail keeps."""
    from generation.repositories.evaluations import digest_of

    evaluation = reviewed.run.evaluations.get()
    metrics = [metric | {"status": "pass"} for metric in evaluation.metrics]
    digest = digest_of(reviewed.run, metrics, evaluation.policy_version)
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute("UPDATE generation_evaluation SET metrics = %s, digest = %s", [json.dumps(metrics), digest])
        cursor.execute("UPDATE reviews_waiver SET evaluation_digest = %s", [digest])
    assert "untouched" in [line.name for line in collect(reviewed.run).unmet]


def test_the_dossier_covers_the_content_of_every_part(reviewed, people):
    seen = {collect(reviewed.run).hash}
    for name in ("the reason of a waiver", "the policy of the review", "the report of the minimisation"):
        attack(name, reviewed, people)
        reviewed.run.refresh_from_db()
        reviewed.run.plan.refresh_from_db()
        seen.add(collect(reviewed.run).hash)
    assert len(seen) == 4


def test_an_alarm_of_the_trail_stops_a_release_and_says_what_to_do(reviewed, people, settings):
    settings.AUDIT_HEADS.unlink()
    with pytest.raises(Conflict) as refused:
        release_run(reviewed.run, by=people["cleo"], **all_seen(reviewed.run))
    assert any("missing or empty" in reason and "verify_audit" in reason for reason in refused.value.reasons)
