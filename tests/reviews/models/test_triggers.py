"""What the database refuses by itself, asked in raw SQL: no code of the portal stands in between."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from generation.models.triggers import (
    ABOUT_GUARDS,
    BUDGET_DECISION_GUARDS,
    BUDGET_GUARDS,
    CO_OWNER_GUARDS,
    CONFIRMATION_GUARDS,
    DATASET_GUARDS,
    EVIDENCE_GUARDS,
    EXCEPTION_GUARDS,
    OVERRULING_GUARDS,
    PAIR_GUARDS,
    POLICY_RULE_GUARDS,
    RECOMPUTATION_GUARDS,
    RUN_GUARDS,
    SOURCE_GUARDS,
    VERSION_GUARDS,
)
from reviews.engine.reading.judgement import Judgement
from reviews.models import Adjudication, Release, Verdict
from reviews.models.triggers import (
    ACCESS_GUARDS,
    ATTEMPT_GUARDS,
    ATTESTATION_GUARDS,
    DESK_GUARDS,
    DRAW_GUARDS,
    EDIT_GUARDS,
    GUIDELINES_GUARDS,
    REQUEUE_GUARDS,
    REVIEW_GUARDS,
    SECOND_PERSON_GUARDS,
    SHARED_GUARDS,
    SIGNING_GUARDS,
)
from reviews.models.triggers import EVIDENCE_GUARDS as REVIEW_EVIDENCE_GUARDS
from reviews.stages.adjudicate import look_again, settle_flag
from reviews.stages.review import claim_record, judge_record
from synthportal.models import Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role
from synthportal.triggers import AUDIT_GUARDS
from tests.cast import World, without_triggers

pytestmark = pytest.mark.both

DOSSIER = "d0" * 32


def run_sql(sql: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [stored(value) for value in values])


def stored(value: object) -> object:
    """A value as the database keeps it: SQLite has no UUIDs."""
    return value.hex if connection.vendor == "sqlite" and isinstance(value, UUID) else value


def refused(words: str, sql: str, *values: object) -> None:
    with pytest.raises(DatabaseError, match=words):
        run_sql(sql, *values)


@pytest.fixture
def judged(world: World, people: dict[str, Person]) -> World:
    """Ben found one record clean and flagged another."""
    for decision, reasons in (("clean", ()), ("leakage", ("near_copy",))):
        record = claim_record(world.review, by=people["ben"])
        judge_record(record, Judgement(decision, reasons), token=record.token, by=people["ben"])
    return world


@pytest.fixture
def accepted(judged: World) -> World:
    """The review is closed and accepted, the hard way: past every check of the code."""
    run_sql("UPDATE reviews_review SET status = 'accepted', dossier_hash = %s", DOSSIER)
    return judged


def insert_release(world: World, by: Person, **changes: object) -> None:
    """INSERT of the release that would be right for this world, with some columns changed."""
    row = {
        "id": uuid4(),
        "number": 1,
        "run_id": world.run.pk,
        "review_id": world.review.pk,
        "artefact_sha256": world.run.artefact_sha256,
        "dossier_hash": DOSSIER,
        "status": "released",
        "requested_by_id": world.run.requested_by_id,
        "released_by_id": by.pk,
        "released_at": "2026-11-23 12:00:00+00:00",
        "claim": "none",
        "certificate": "{}",
        "card": "{}",
        "withdrawn_reason": "",
        "on_request": False,
    } | changes
    run_sql(f"INSERT INTO reviews_release ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})", *row.values())


def refuse_release(words: str, world: World, by: Person, **changes: object) -> None:
    with pytest.raises(DatabaseError, match=words):
        insert_release(world, by, **changes)
    assert Release.objects.count() == 0


def test_every_guard_is_in_the_database_after_all_migrations(db):
    table = "sqlite_master WHERE type = 'trigger'" if connection.vendor == "sqlite" else "pg_trigger"
    column = "name" if connection.vendor == "sqlite" else "tgname"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")
        later = [*ATTESTATION_GUARDS, *ACCESS_GUARDS, *ABOUT_GUARDS, *OVERRULING_GUARDS, *EXCEPTION_GUARDS]
        later += [*CONFIRMATION_GUARDS, *POLICY_RULE_GUARDS, *PAIR_GUARDS, *EDIT_GUARDS, *RECOMPUTATION_GUARDS]
        later += [*DATASET_GUARDS, *CO_OWNER_GUARDS, *SHARED_GUARDS, *RUN_GUARDS, *SOURCE_GUARDS, *ATTEMPT_GUARDS]
        of_reviews = [*REVIEW_GUARDS, *DESK_GUARDS, *REQUEUE_GUARDS, *DRAW_GUARDS, *SIGNING_GUARDS, *later]
        of_reviews += [*EVIDENCE_GUARDS, *REVIEW_EVIDENCE_GUARDS, *GUIDELINES_GUARDS, *SECOND_PERSON_GUARDS]
        guards = [*of_reviews, *VERSION_GUARDS, *BUDGET_GUARDS, *BUDGET_DECISION_GUARDS, *AUDIT_GUARDS]
        assert {guard.name for guard in guards} <= {name for (name,) in cursor.fetchall()}


@pytest.mark.parametrize("change", ["owner_id = owner_id + 1", "purpose = 'testing'", f"sha256 = '{'e1' * 32}'"])
def test_owner_purpose_and_file_of_a_dataset_never_change(world, change):
    refused("never change", f"UPDATE generation_dataset SET {change}")


def test_the_right_release_passes(accepted, people):
    """Or every refusal below would prove nothing."""
    insert_release(accepted, people["cleo"])
    assert Release.objects.count() == 1


def test_no_release_while_the_review_is_open(judged, people):
    refuse_release("needs an accepted review", judged, people["cleo"])


def test_no_release_of_a_rejected_review(judged, people):
    run_sql("UPDATE reviews_review SET status = 'rejected'")
    refuse_release("needs an accepted review", judged, people["cleo"])


@pytest.mark.parametrize("column", ["artefact_sha256", "dossier_hash", "review_id", "run_id"])
def test_no_release_of_other_bytes_other_evidence_another_review_or_run(accepted, people, column):
    other = "e1" * 32 if column.endswith(("256", "hash")) else uuid4()
    refuse_release("needs an accepted review", accepted, people["cleo"], **{column: other})


def test_no_release_when_the_run_was_pointed_to_other_bytes(accepted, people):
    with without_triggers():
        run_sql("UPDATE generation_generationrun SET artefact_sha256 = %s", "e1" * 32)
    refuse_release("needs an accepted review", accepted, people["cleo"])
    refuse_release("needs an accepted review", accepted, people["cleo"], artefact_sha256="e1" * 32)


def test_no_release_of_a_run_that_is_not_evaluated(accepted, people):
    run_sql("UPDATE generation_generationrun SET status = 'generated'")
    refuse_release("needs an accepted review", accepted, people["cleo"])


def test_no_release_by_the_owner_even_with_the_role(accepted, people):
    grant(people["ana"], Role.STEWARD)
    refuse_release("needs an accepted review|four_eyes", accepted, people["ana"])
    refuse_release("needs an accepted review", accepted, people["ana"], requested_by_id=people["cleo"].pk)


def test_no_release_by_who_asked_for_the_run(accepted, people):
    run_sql("UPDATE generation_generationrun SET requested_by_id = %s", people["cleo"].pk)
    refuse_release("needs an accepted review|four_eyes", accepted, people["cleo"], requested_by_id=people["cleo"].pk)
    refuse_release("needs an accepted review", accepted, people["cleo"], requested_by_id=people["ana"].pk)


def test_no_release_signed_by_one_person_twice(accepted, people):
    refuse_release("four_eyes", accepted, people["cleo"], requested_by_id=people["cleo"].pk)


def test_no_release_by_who_judged_a_record_of_it(accepted, people):
    refuse_release("who judged a record", accepted, people["ben"])


def test_no_release_by_who_let_a_direct_identifier_stay(accepted, people):
    run_sql(
        'INSERT INTO generation_writtenexception (dataset_id, "column", is_granted, reason, by_id, created_at) '
        "SELECT id, 'c0', TRUE, 'agreed', %s, created_at FROM generation_dataset",
        people["cleo"].pk,
    )
    refuse_release("let a direct identifier stay", accepted, people["cleo"])


def test_a_verdict_taken_back_still_bars_its_annotator(judged, people):
    run_sql("UPDATE reviews_verdict SET undone_at = '2026-11-23 12:00:00+00:00'")
    run_sql("UPDATE reviews_review SET status = 'accepted', dossier_hash = %s", DOSSIER)
    refuse_release("who judged a record", judged, people["ben"])


def test_no_second_release_of_the_same_review_or_bytes(accepted, people):
    insert_release(accepted, people["cleo"])
    with pytest.raises(DatabaseError, match=r"(?i)unique"):
        insert_release(accepted, people["cleo"], number=2)
    assert Release.objects.count() == 1


def test_the_digests_of_a_release_are_hexadecimal(accepted, people):
    for digest in ("", "x" * 64, "D0" * 32):
        refuse_release("accepted review|digests_are_hex", accepted, people["cleo"], dossier_hash=digest)


@pytest.mark.parametrize(
    "change",
    [
        f"artefact_sha256 = '{'e1' * 32}'",
        f"dossier_hash = '{'e1' * 32}'",
        "number = 8",
        "released_by_id = requested_by_id",
        "requested_by_id = released_by_id",
    ],
)
def test_a_release_is_never_changed(accepted, people, change):
    insert_release(accepted, people["cleo"])
    refused("can only be withdrawn or expire|four_eyes", f"UPDATE reviews_release SET {change}")


def test_a_withdrawn_release_never_comes_back(accepted, people):
    insert_release(accepted, people["cleo"])
    run_sql("UPDATE reviews_release SET status = 'withdrawn', withdrawn_by_id = %s", people["cleo"].pk)
    refused("can only be withdrawn or expire", "UPDATE reviews_release SET status = 'released'")


def test_a_withdrawal_names_somebody(accepted, people):
    insert_release(accepted, people["cleo"])
    refused("withdrawn_by_somebody", "UPDATE reviews_release SET status = 'withdrawn'")


def test_a_release_is_never_deleted(accepted, people):
    insert_release(accepted, people["cleo"])
    refused("never deleted", "DELETE FROM reviews_release")


def test_downloads_are_append_only(accepted, people):
    insert_release(accepted, people["cleo"])
    run_sql(
        "INSERT INTO reviews_download (id, release_id, by_id, format, sha256, first_byte, last_byte, token, at) "
        "SELECT id, id, released_by_id, 'csv', artefact_sha256, 0, 9, '', released_at FROM reviews_release"
    )
    refused("append-only", "UPDATE reviews_download SET last_byte = 1")
    refused("append-only", "DELETE FROM reviews_download")


CLOSED = ["accepted", "rejected"]


@pytest.mark.parametrize("status", CLOSED)
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE reviews_verdict SET decision = 'clean'",
        "UPDATE reviews_verdict SET undone_at = '2026-11-23 12:00:00+00:00'",
        "DELETE FROM reviews_verdict",
        "INSERT INTO reviews_verdict (id, record_id, by_id, decision, reasons, fields, note, seconds, created_at) "
        "SELECT r.id, r.id, v.by_id, 'clean', v.reasons, v.fields, '', 0, v.created_at "
        "FROM reviews_reviewrecord r, reviews_verdict v WHERE r.state = 'waiting' AND v.decision = 'clean'",
    ],
)
def test_verdicts_are_frozen_when_the_review_is_closed(judged, sql, status):
    before = list(Verdict.objects.order_by("pk").values())
    run_sql("UPDATE reviews_review SET status = %s, dossier_hash = %s", status, DOSSIER)
    refused("verdicts are frozen", sql)
    assert list(Verdict.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE reviews_adjudication SET is_leak = NOT is_leak",
        "DELETE FROM reviews_adjudication",
    ],
)
def test_adjudications_are_frozen_when_the_review_is_closed(judged, people, sql):
    flag = Verdict.objects.get(decision="leakage")
    look_again(flag, Judgement("clean"), by=people["cleo"])
    settle_flag(flag, is_leak=False, by=people["cleo"])
    run_sql("UPDATE reviews_review SET status = 'rejected'")
    refused("verdicts are frozen", sql)
    assert Adjudication.objects.get().is_leak is False


def insert_adjudication(flag: Verdict, flagged_by: Person, by: Person) -> None:
    run_sql(
        "INSERT INTO reviews_adjudication (id, verdict_id, flagged_by_id, by_id, is_leak, note, created_at) "
        "VALUES (%s, %s, %s, %s, %s, '', '2026-11-23 12:00:00+00:00')",
        uuid4(), flag.pk, flagged_by.pk, by.pk, False,
    )  # fmt: skip


def test_a_flag_is_not_settled_after_the_review_is_closed(judged, people):
    run_sql("UPDATE reviews_review SET status = 'rejected'")
    with pytest.raises(DatabaseError, match="verdicts are frozen"):
        insert_adjudication(Verdict.objects.get(decision="leakage"), people["ben"], people["cleo"])


def test_a_flag_is_not_settled_by_who_raised_it(judged, people):
    flag = Verdict.objects.get(decision="leakage")
    with pytest.raises(DatabaseError, match=r"second_person|who raised it"):
        insert_adjudication(flag, people["ben"], people["ben"])


def test_a_flag_is_not_settled_by_who_raised_it_under_another_name(judged, people):
    flag = Verdict.objects.get(decision="leakage")
    with pytest.raises(DatabaseError, match="who raised it"):
        insert_adjudication(flag, people["bea"], people["ben"])


def test_one_standing_verdict_per_person_and_record(judged):
    refused(
        "(?i)unique",
        "INSERT INTO reviews_verdict (id, record_id, by_id, decision, reasons, fields, note, seconds, created_at) "
        "SELECT r.id, v.record_id, v.by_id, 'clean', v.reasons, v.fields, '', 0, v.created_at "
        "FROM reviews_verdict v, reviews_reviewrecord r WHERE v.decision = 'leakage' AND r.position = 9",
    )


@pytest.mark.parametrize(
    "change",
    [
        "lot = lot + 1",
        "required = 1",
        "accept = accept + 5",
        "ltpd = 0.9",
        "confidence = 0.5",
        f"artefact_sha256 = '{'e1' * 32}'",
    ],
)
def test_the_sample_of_a_review_is_fixed(world, change):
    refused("sample of a review is fixed", f"UPDATE reviews_review SET {change}")


@pytest.mark.parametrize("change", ["lane = 'hunt'", "position = position + 9000", '"row" = "row" + 100000'])
def test_a_sampled_record_is_fixed(world, change):
    sql = f"UPDATE reviews_reviewrecord SET {change} WHERE lane = 'random'"
    refused("sampled record is fixed", sql)


def test_a_sampled_record_is_never_deleted(world):
    refused("never deleted", "DELETE FROM reviews_reviewrecord WHERE lane = 'hunt' OR lane = 'random'")


def test_no_record_joins_the_sample_after_the_first_verdict(judged):
    refused(
        "before the first verdict",
        'INSERT INTO reviews_reviewrecord (id, review_id, lane, position, "row", state, reasons, sealed, token) '
        "SELECT %s, review_id, lane, 90000, 987654, 'waiting', reasons, sealed, 0 "
        "FROM reviews_reviewrecord WHERE position = 1",
        uuid4(),
    )


def test_the_content_of_a_sampled_record_is_not_swapped_for_another(world):
    refused("sampled record is fixed", "UPDATE reviews_reviewrecord SET sealed = %s", b"another")


def test_a_review_is_never_deleted(world):
    refused("never deleted", "DELETE FROM reviews_review")


@pytest.mark.parametrize("condition", ["privacy", "review", "leaks", "rules", "same_bytes", ""])
def test_privacy_and_the_review_cannot_be_waived(world, people, condition):
    with pytest.raises(DatabaseError, match="only_usefulness_can_be_waived"):
        insert_waiver(world, people["cleo"], condition, "because")


def test_a_waiver_needs_a_reason(world, people):
    with pytest.raises(DatabaseError, match="waiver_has_a_reason"):
        insert_waiver(world, people["cleo"], "utility", "")
    insert_waiver(world, people["cleo"], "utility", "because")


def insert_waiver(world: World, by: Person, condition: str, reason: str) -> None:
    run_sql(
        "INSERT INTO reviews_waiver (id, run_id, condition, evaluation_digest, reason, by_id, created_at) "
        "VALUES (%s, %s, %s, %s, %s, %s, '2026-11-23 12:00:00+00:00')",
        uuid4(), world.run.pk, condition, "a" * 64, reason, by.pk,
    )  # fmt: skip
