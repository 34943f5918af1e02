"""Two people mean two people for the database too: raw SQL past every check of the code."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection, transaction

from generation.models import Dataset, GenerationRun, Limits, PairSource
from generation.repositories.budget import spend_for
from generation.stages.govern import change_limits
from reviews.engine.reading.judgement import Judgement
from reviews.models import Edit, Release, TierVersion
from reviews.permissions import flag_reviews_for
from reviews.repositories.gate.dossier import collect
from reviews.repositories.gate.hands import Hand
from reviews.stages.adjudicate import look_again, settle_flag
from reviews.stages.gate import waive_condition, why_not_sign
from reviews.stages.govern import change_tier
from reviews.stages.review import claim_record, judge_record
from synthportal.errors import Conflict
from synthportal.models import Person
from tests.cast import World, agree_privacy, agree_tier, put_as_made, without_triggers
from tests.reviews.models.test_triggers import DOSSIER, insert_release, refuse_release, refused, run_sql

pytestmark = pytest.mark.both
NOW = "2026-11-23 12:00:00+00:00"


def accept(world: World) -> World:
    run_sql("UPDATE reviews_review SET status = 'accepted', dossier_hash = %s", DOSSIER)
    return world


def test_who_settled_a_flag_waived_or_lifted_a_pause_cannot_release_and_the_other_steward_can(world, people):
    record = claim_record(world.review, by=people["ben"])
    flag = judge_record(record, Judgement("leakage", ["near_copy"]), token=record.token, by=people["ben"])
    look_again(flag, Judgement("clean"), by=people["cora"])
    settle_flag(flag, is_leak=False, by=people["cora"])
    accept(world)
    refuse_release("settled a flag", world, people["cora"])
    insert_release(world, people["cleo"])
    assert Release.objects.get().released_by == people["cleo"]


def test_who_waived_cannot_release(world, people):
    waive_condition(world.run, "utility", reason="The pilot needs its format alone.", by=people["cora"])
    refuse_release("waived", accept(world), people["cora"])
    insert_release(world, people["cleo"])


def test_who_edited_one_of_the_pairs_neither_settles_a_flag_on_them_nor_releases_them(world, people):
    record = claim_record(world.review, by=people["ben"])
    flag = judge_record(record, Judgement("leakage", ["near_copy"]), token=record.token, by=people["ben"])
    PairSource.objects.create(dataset=world.run.dataset, run=world.run)
    Edit.objects.create(record=record, by=people["cora"], place=0, sealed=b"sealed")
    dataset = Dataset.objects.filter(pk=world.run.dataset_id)
    dataset.update(kind="pairs")
    with pytest.raises(Conflict, match="one's own edits"):
        look_again(flag, Judgement("clean"), by=people["cora"])
    dataset.update(kind="table")
    assert world.review not in flag_reviews_for(people["cora"])
    assert world.review in flag_reviews_for(people["cleo"])
    assert people["cora"].pk in collect(world.run).involved.hands[Hand.EDITED]
    refuse_release("edited a text", accept(world), people["cora"])
    insert_release(world, people["cleo"])


def test_who_lifted_a_pause_cannot_release(world, people):
    columns = "id, review_id, person_id, found, judged, created_at, lifted_by_id, lifted_reason, lifted_at"
    values = (uuid4(), world.review.pk, people["bea"].pk, 0, 5, NOW, people["cora"].pk, "We spoke.", NOW)
    run_sql(f"INSERT INTO reviews_pause ({columns}) VALUES ({', '.join(['%s'] * 9)})", *values)
    refuse_release("lifted a pause", accept(world), people["cora"])
    insert_release(world, people["cleo"])


def asked_under_a_limit_by_cora(world: World) -> None:
    """The run as if it were differentially private, paid for after the limit was changed."""
    agree_privacy(world.dataset, 12, reason="The board agreed on it.")
    asked = {"synthesizer": "dp_marginals", "parameters": {"epsilon": 11, "delta": 1e-6}}
    GenerationRun.objects.filter(pk=world.run.pk).update(**asked)
    world.run.refresh_from_db()
    spend_for(world.run, by=world.run.requested_by)


def test_who_wrote_the_privacy_limit_that_a_run_was_paid_under_cannot_release_and_who_confirmed_it_can(world, people):
    with without_triggers(), transaction.atomic():
        asked_under_a_limit_by_cora(world)
    assert [people["cora"].pk] == list(collect(world.run).involved.hands[Hand.BUDGET])
    assert "wrote the privacy limit" in " ".join(why_not_sign(people["cora"], world.run))
    assert why_not_sign(people["cleo"], world.run) == []
    refuse_release("wrote the privacy limit", accept(world), people["cora"])
    insert_release(world, people["cleo"])


def opened_under(world: World, version: int) -> None:
    """The review as if it had been opened under this version of its tier."""
    world.review.refresh_from_db()
    world.review.policy["version"] = version
    put_as_made(world.review)


def test_who_wrote_the_policy_cannot_release_and_who_confirmed_it_can(world, people):
    opened_under(world, agree_tier("quick", {"hunt_records": 9}, reason="Fewer suspects.").version)
    accept(world)
    refuse_release("wrote the policy", world, people["cora"])
    insert_release(world, people["cleo"])


def test_nobody_releases_what_was_reviewed_under_a_policy_that_nobody_confirmed(world, people):
    opened_under(world, change_tier("quick", {"hunt_records": 9}, reason="Fewer.", by=people["cora"]).version)
    refuse_release("confirmed by no second steward", accept(world), people["cleo"])


def test_nobody_releases_what_was_judged_by_limits_that_nobody_confirmed(world, people):
    made = change_limits("training", {"minimum_cell": 7}, reason="Smaller.", by=people["cora"])
    evaluation = world.run.evaluations.get()
    evaluation.policy_version = made.label
    put_as_made(evaluation)
    refuse_release("confirmed by no second steward", accept(world), people["cleo"])
    decide("generation_limitsdecision", made.row.pk, people["cleo"])
    refuse_release("wrote the limits", world, people["cora"])
    insert_release(world, people["cleo"])


def decide(table: str, version: object, by: Person | None) -> None:
    values = (uuid4(), version, True, "Agreed.", by.pk if by else None, NOW)
    run_sql(f"INSERT INTO {table} (id, version_id, holds, note, by_id, created_at) VALUES (%s, %s, %s, %s, %s, %s)",
            *values)  # fmt: skip


def test_no_version_is_confirmed_by_its_author_or_by_nobody(people):
    change_tier("quick", {"hunt_records": 9}, reason="Fewer.", by=people["cora"])
    change_limits("training", {"minimum_cell": 7}, reason="Smaller.", by=people["cora"])
    rows = {"reviews_tierdecision": TierVersion.objects.get(), "generation_limitsdecision": Limits.objects.get()}
    for table, row in rows.items():
        insert = f"INSERT INTO {table} (id, version_id, holds, note, by_id, created_at) VALUES (%s, %s, %s, %s, %s, %s)"
        for author in (people["cora"].pk, None):
            refused("second steward", insert, uuid4(), row.pk, True, "Agreed.", author, NOW)
        decide(table, row.pk, people["cleo"])
        refused("never changes", f"UPDATE {table} SET holds = %s", False)
        refused("never deleted|stays", f"DELETE FROM {table}")


def test_a_waiver_and_a_lifted_pause_stay_as_they_were_written(world, people):
    waive_condition(world.run, "utility", reason="The pilot needs its format alone.", by=people["cora"])
    refused("a waiver never changes", "UPDATE reviews_waiver SET by_id = %s", people["cleo"].pk)
    refused("a waiver is never deleted", "DELETE FROM reviews_waiver")
    assert connection.vendor in {"sqlite", "postgresql"}
