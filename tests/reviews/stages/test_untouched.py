"""Evidence that was changed by whoever may write to the database opens no gate, and what was touched is named."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from io import StringIO
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from generation.models import GenerationRun, LimitsDecision, Plan
from generation.repositories.evaluations import digest_of, newest_evaluation
from generation.repositories.judged.limits import current_version
from generation.stages.changes.describe import describe_run
from generation.stages.govern import change_limits
from reviews.engine.reading.judgement import Judgement
from reviews.models import Release, Review, TierDecision, TierVersion, Verdict
from reviews.repositories.gate.dossier import collect
from reviews.stages.govern import change_tier
from reviews.stages.pause import requeue_verdicts
from reviews.stages.release import release_run
from reviews.stages.review import claim_record, judge_record
from synthportal.errors import Conflict
from synthportal.models import AuditEvent
from synthportal.trail import verification
from synthportal.trail.audit import digest_of as digest_of_event
from synthportal.trail.audit import record
from synthportal.trail.content import content_of
from synthportal.trail.heads import last_head
from synthportal.trail.verification import faults
from synthportal.transitions import move
from tests.cast import World, agree_tier, give_to, put_as_made, without_triggers
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
    "what the run was asked for": "UPDATE generation_generationrun SET parameters = '{\"epsilon\": 0.1}'",
    "how many records the run made": "UPDATE generation_generationrun SET artefact_rows = 999999",
    "what the run says of itself": "UPDATE generation_generationrun SET notes = '[\"Nothing was left out.\"]'",
    "whose the dataset is": "UPDATE generation_dataset SET owner_id = %(bea)s",
    "what the dataset is for": "UPDATE generation_dataset SET purpose = 'testing'",
    "which file the dataset was made of": "UPDATE generation_dataset SET sha256 = %(digest)s",
    "how many people judged": (
        "INSERT INTO reviews_tally (review_id, person_id, lane, verdicts, judged) "
        "SELECT review_id, %(bea)s, lane, 1, 0 FROM reviews_tally WHERE lane = 'random'"
    ),
    "who judged": "UPDATE reviews_tally SET person_id = %(bea)s",
    "a verdict that is gone": "DELETE FROM reviews_verdict WHERE id = %(clean)s",
    "a verdict that nobody gave": (
        "INSERT INTO reviews_verdict (id, record_id, by_id, decision, reasons, fields, note, seconds, created_at) "
        "SELECT %(new)s, record_id, %(bea)s, decision, reasons, fields, note, seconds, created_at "
        "FROM reviews_verdict WHERE id = %(clean)s"
    ),
}
BY_THE_GATE_ALONE = {
    "what the run was asked for", "how many records the run made", "what the run says of itself",
    "whose the dataset is", "what the dataset is for", "which file the dataset was made of",
    "how many people judged", "who judged", "whether a verdict stands", "what a record asks for",
    "which record is shown",
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
        words = ("what it was when it was recorded", "which the trail recorded", "was never recorded")
        assert any(each in said.getvalue() for each in words)


@pytest.mark.parametrize("change", ["parameters = '{}'", "artefact_rows = 9", "notes = '[1]'", "rows = 9"])
def test_what_a_run_was_asked_for_and_what_it_made_never_change_once_it_is_generated(world, change):
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE generation_generationrun SET {change}")


def test_an_older_evaluation_opens_no_gate_where_the_newest_is_gone(reviewed, people):
    worse = newest_evaluation(reviewed.run)
    worse.number += 1
    worse.pk, worse.metrics = uuid4(), [metric | {"status": "block"} for metric in worse.metrics]
    worse.digest = digest_of(reviewed.run, worse.metrics, worse.policy_version)
    worse.save(force_insert=True)
    with transaction.atomic():
        record("measured", worse, by=people["ana"], run=str(reviewed.run.pk), evaluation=worse.digest)
        record("evaluated", reviewed.run, by=people["ana"], evaluation=worse.digest)
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM generation_evaluation WHERE digest = %s", [worse.digest])
    dossier = collect(reviewed.run)
    assert "The newest evaluation is gone" in " ".join(dossier.facts.touched)


def test_a_record_that_is_called_judged_and_that_nobody_judged_opens_no_gate(world, people):
    """Which no trigger refuses: the portal itself changes that column."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reviews_reviewrecord SET state = 'judged' WHERE position < 5")
    assert "untouched" in [line.name for line in collect(world.run).unmet]


def test_a_review_that_was_rejected_does_not_stand_open_again(world, people):
    move(world.review, Review.Status.REJECTED, by=people["cleo"])
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute("UPDATE reviews_review SET status = 'open', closed_at = NULL")
    assert "untouched" in [line.name for line in collect(world.run).unmet]


def judged(world: World, by) -> Verdict:
    held = claim_record(world.review, by=by)
    return judge_record(held, Judgement("clean"), token=held.token, by=by)


def written_between(monkeypatch, write) -> None:
    """The portal writes once the trail was read, and before the rows that it is compared with are."""
    reading, waiting = verification._events, [write]

    def events(*after: int):
        yield from reading(*after)
        if waiting:
            waiting.pop()()

    monkeypatch.setattr(verification, "_events", events)


@pytest.mark.parametrize("is_touched", [False, True])
def test_what_is_saved_while_the_trail_is_verified_is_no_alarm_and_hides_none(
    world, people, monkeypatch, django_capture_on_commit_callbacks, is_touched
):
    """A verdict is saved and a plan applied between the reading of the events and that of the rows."""
    first = judged(world, people["ben"])

    def write() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            judged(world, people["ben"])
            plan = Plan.objects.get()
            plan.report |= {"later": 1}
            put_as_made(plan)

    written_between(monkeypatch, write)
    if is_touched:
        with without_triggers():
            Verdict.objects.filter(pk=first.pk).update(note="Nothing to see.")
    told = [f"The verdict {first.pk} is not what it was when it was recorded."] if is_touched else []
    assert verification.verify() == told
    assert verification.standing().alarm == "".join(told)
    assert world.review.records.filter(state="judged").count() == 2


def test_a_verified_trail_is_known_up_to_the_event_that_was_read(
    world, people, monkeypatch, django_capture_on_commit_callbacks
):
    def write() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            record("tried", people["ana"], by=people["ana"])

    last = AuditEvent.objects.count()
    written_between(monkeypatch, write)
    assert verification.verify() == []
    state = verification.standing()
    assert (state.alarm, state.verified, state.last) == ("", last, last + 1)
    with without_triggers():
        AuditEvent.objects.filter(seq=last + 1).delete()
    assert "the end was cut off" in verification.standing().alarm


def test_who_set_verdicts_aside_and_why_is_what_it_was(world, people):
    verdict = judged(world, people["ben"])
    requeue_verdicts(world.review, [str(verdict.pk)], reason="Too quick.", by=people["cleo"])
    assert "untouched" not in [line.name for line in collect(world.run).unmet]
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute("UPDATE reviews_requeue SET reason = 'They asked for it.'")
    assert "untouched" in [line.name for line in collect(world.run).unmet]


def test_metrics_changed_with_their_digest_open_no_gate(reviewed, people):
    """The digest follows from the metrics: whoever changes both is told apart by what the trail keeps."""
    evaluation = reviewed.run.evaluations.get()
    metrics = [metric | {"status": "pass"} for metric in evaluation.metrics]
    digest = digest_of(reviewed.run, metrics, evaluation.policy_version)
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute("UPDATE generation_evaluation SET metrics = %s, digest = %s", [json.dumps(metrics), digest])
        cursor.execute("UPDATE reviews_waiver SET evaluation_digest = %s", [digest])
    assert "untouched" in [line.name for line in collect(reviewed.run).unmet]


@pytest.mark.parametrize("seal", [None, "ab" * 32])
def test_evidence_rewritten_with_its_events_opens_no_gate_after_a_trail_was_accepted(reviewed, people, seal):
    """What lacks a seal counts where it was from before seals, or was accepted without one."""
    call_command("verify_audit", "--accept", "A backup was restored.", stdout=StringIO())
    assert "untouched" not in [line.name for line in collect(reviewed.run).unmet]
    evaluation = reviewed.run.evaluations.get()
    metrics = [metric | {"status": "pass"} for metric in evaluation.metrics]
    digest = digest_of(reviewed.run, metrics, evaluation.policy_version)
    forged = content_of(evaluation, metrics=metrics, digest=digest)
    told = [event for event in AuditEvent.objects.all() if evaluation.digest in event.facts.values() or event.content]
    with without_triggers():
        type(evaluation).objects.update(metrics=metrics, digest=digest)
        for event in told:
            if event.subject_kind == "evaluation":
                event.content, event.seal = forged, seal
            if evaluation.digest in event.facts.values():
                event.facts, event.seal = event.facts | {"evaluation": digest}, seal
            event.save()
    assert "was not written by the portal" in " ".join(collect(reviewed.run).facts.touched)
    assert any("was changed after it was written" in fault for fault in faults())


def test_an_event_of_the_upload_that_was_rewritten_with_the_dataset_opens_no_gate(reviewed, people):
    uploaded = AuditEvent.objects.get(action="uploaded")
    uploaded.actor = f"person:{people['eve'].pk}"
    uploaded.digest = digest_of_event(uploaded)
    with without_triggers():
        uploaded.save()
    give_to(reviewed.run.dataset, people["eve"].pk)
    run = GenerationRun.objects.get(pk=reviewed.run.pk)
    assert "An event about a dataset was not written by the portal." in collect(run).facts.touched


def test_events_that_were_accepted_without_a_seal_count_as_they_stand_and_no_others(reviewed):
    sealed = AuditEvent.objects.get(action="evaluated")
    with without_triggers():
        AuditEvent.objects.filter(pk=sealed.pk).update(seal=None)
    assert "untouched" in [line.name for line in collect(reviewed.run).unmet]
    call_command("verify_audit", "--accept", "The seal was lost when a disk failed.", stdout=StringIO())
    assert "untouched" not in [line.name for line in collect(reviewed.run).unmet]
    assert last_head().unsealed == f"{sealed.seq}-{sealed.seq}"
    with without_triggers():
        AuditEvent.objects.filter(seq=sealed.seq + 1).update(seal=None)
    assert f"Event {sealed.seq + 1} was not written by the portal: its seal does not fit." in list(faults())


@pytest.mark.parametrize("name", ["who asked for the run", "the policy of the review"])
def test_what_was_touched_does_not_count_as_found_so_by_the_next_ordinary_event(reviewed, people, name):
    """An event keeps the content of its subject: whoever touches a row could wait for the next one about it."""
    attack(name, reviewed, people)
    reviewed.run.refresh_from_db()
    describe_run(reviewed.run, title="October", remark="", by=people["ana"])
    with transaction.atomic():
        record("review exported", Review.objects.get(run=reviewed.run), by=people["eve"])
    assert "untouched" in [line.name for line in collect(reviewed.run).unmet]
    assert any("was changed before event" in fault for fault in faults())


@pytest.mark.parametrize("number", [2, 3], ids=["a version that waits", "a version that nobody wrote"])
def test_limits_that_no_second_steward_confirmed_judge_nothing_that_leaves(reviewed, people, number):
    """The triggers let a decision in the name of another steward pass: the trail has none."""
    purpose, laxer = reviewed.dataset.purpose, {"rules": {"singling_out_risk": {"passes": 0.12}}}
    waiting = change_limits(purpose, laxer, reason="Our columns are few.", by=people["cora"]).row
    if number == 3:
        waiting.pk, waiting.version = uuid4(), number
        waiting.save(force_insert=True)
    LimitsDecision.objects.create(version=waiting, holds=True, note="Agreed.", by=people["cleo"])
    evaluation = newest_evaluation(reviewed.run)
    evaluation.policy_version = current_version(purpose).label
    evaluation.digest = digest_of(reviewed.run, evaluation.metrics, evaluation.policy_version)
    put_as_made(evaluation)
    unmet = [line.name for line in collect(reviewed.run).unmet]
    assert "limits" not in unmet
    assert "untouched" in unmet
    assert any("decision about limits" in fault and "never recorded" in fault for fault in faults())


def test_a_plan_breaks_the_trail_once_it_is_confirmed_behind_the_portal_and_not_while_it_is_proposed(reviewed, people):
    plan = Plan.objects.create(dataset=reviewed.dataset, version=99, treatments=[])
    assert list(faults()) == []
    Plan.objects.filter(pk=plan.pk).update(confirmed_by=people["ana"], confirmed_at=timezone.now())
    assert [fault for fault in faults() if str(plan.pk) in fault and "never recorded" in fault]


def test_a_policy_that_no_second_steward_confirmed_draws_nothing_that_leaves(reviewed, people):
    waiting = change_tier("quick", {"ltpd": 0.45}, reason="Faster.", by=people["cora"])
    version = TierVersion.objects.get(tier="quick", version=waiting.version)
    TierDecision.objects.create(version=version, holds=True, note="Agreed.", by=people["cleo"])
    reviewed.review.policy = reviewed.review.policy | {"version": version.version, "ltpd": 0.45}
    put_as_made(reviewed.review)
    assert "untouched" in [line.name for line in collect(reviewed.run).unmet]
    assert any("decision about a tier" in fault and "never recorded" in fault for fault in faults())


def test_a_policy_that_was_laxer_for_a_moment_while_the_sample_was_drawn_opens_no_gate(reviewed, people):
    """Whoever changes the version's row and changes it back leaves a review by what it was in between."""
    policy = agree_tier("quick", {"hunt_records": 9}, reason="Fewer suspects.")
    for changes, is_open in (({}, True), ({"realism_limit": 0.9}, False)):
        reviewed.review.policy = asdict(replace(policy, reading_speed=0)) | changes
        put_as_made(reviewed.review)
        assert ("untouched" not in [line.name for line in collect(reviewed.run).unmet]) is is_open


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reviews_review SET policy = '{}'",
        "UPDATE reviews_review SET plan = '[1]'",
        "UPDATE generation_evaluation SET metrics = '[1]'",
    ],
)
def test_rows_that_hold_what_the_portal_never_writes_keep_the_gate_shut_in_words(
    reviewed, people, client_of, statement
):
    before = all_seen(reviewed.run)
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute(statement)
    page = client_of("cleo").get(f"/runs/{reviewed.run.pk}/gate/")
    assert (page.status_code, "holds what the portal never writes" in page.content.decode()) == (409, True)
    with pytest.raises(Conflict):
        release_run(GenerationRun.objects.get(), by=people["cleo"], **before)
    with pytest.raises(CommandError, match="broken"):
        call_command("verify_audit", stderr=StringIO())


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
