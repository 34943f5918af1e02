"""What pages ask of the database: lists as much for twenty rows as for one, the gate less than twenty questions."""

from __future__ import annotations

import copy
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generation.models import Evaluation
from reviews.engine.reading.judgement import Judgement
from reviews.models import Review, ReviewRecord
from reviews.stages.adjudicate import look_again, settle_flag
from reviews.stages.review import claim_record, judge_record
from synthportal.models import Person
from tests.cast import World, agree_limits, made_once, the_world, without_triggers
from tests.generation.siblings import sibling

FLAG = Judgement("leakage", ["near_copy"])


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        response = client.get(url)
    assert response.status_code == 200
    return len(asked)


def copied(world: World, **plan: object) -> Review:
    """One more evaluated run with an open review of a few of the world's records, of each lane some."""
    run = sibling(world, artefact_sha256=f"{uuid4().hex}{uuid4().hex}")
    review = copy.copy(world.review)
    review.id, review._state = uuid4(), copy.copy(world.review._state)
    review._state.adding = True
    review.run, review.artefact_sha256 = run, run.artefact_sha256
    review.status, review.dossier_hash, review.closed_at = Review.Status.OPEN, "", None
    review.plan = world.review.plan | plan
    records = [*world.review.records.filter(lane="random")[:4], *world.review.records.filter(lane="hunt")[:2]]
    review.places = {"random": 4, "hunt": len(records) - 4}
    review.save(force_insert=True)
    for position, record in enumerate(records, start=1):
        record.id, record._state.adding = uuid4(), True
        record.review, record.position, record.state = review, position, ReviewRecord.State.WAITING
    ReviewRecord.objects.bulk_create(records)
    return review


def judged(review: Review, people: dict[str, Person]) -> None:
    """Ben and Bea disagree: a clean record, a confirmed leak, a flag that waits, one that is held."""
    ben, cleo = people["ben"], people["cleo"]
    for judgement in (Judgement("clean"), FLAG, FLAG):
        record = claim_record(review, by=ben)
        verdict = judge_record(record, judgement, token=record.token, by=ben)
    look_again(verdict, FLAG, by=cleo)
    claim_record(review, by=ben)
    settle_flag(verdict, is_leak=True, note="the same house", by=cleo)


@pytest.mark.both
@pytest.mark.parametrize("who", ["ana", "ben", "cleo"])
@pytest.mark.parametrize("name", ["reviews", "runs", "home"])
def test_a_list_asks_as_much_for_eighteen_rows_as_for_four(world, people, client_of, who, name):
    client, url = client_of(who), reverse(name)
    one_of_each(world, people)
    few = queries(client, url)
    six_of_each(world, people)
    assert queries(client, url) == few


@pytest.mark.parametrize("place", ["dataset", "comparison", "api"])
def test_the_runs_of_a_dataset_cost_as_much_to_place_whatever_their_number(world, people, client_of, place):
    url = f"/api/v1/datasets/{world.dataset.pk}/runs/"
    client, url = client_of("cleo"), url if place == "api" else reverse(place, args=[world.dataset.pk])
    one_of_each(world, people)
    few = queries(client, url)
    six_of_each(world, people)
    assert queries(client, url) == few


def one_of_each(world: World, people: dict[str, Person]) -> None:
    made_once("one of each", lambda: some_of_each(world, people))


def six_of_each(world: World, people: dict[str, Person]) -> None:
    """Starts with the one of each that is there."""
    made_once("six of each", lambda: [some_of_each(world, people) for _ in range(5)])


def some_of_each(world: World, people: dict[str, Person]) -> None:
    """Runs in review, judged in part, judged to the end with a gate that is shut, not in review, and of equal bytes."""
    judged(copied(world), people)
    done = copied(world)
    while record := claim_record(done, by=people["ben"]):
        judge_record(record, Judgement("clean"), token=record.token, by=people["ben"])
    sibling(world, artefact_sha256=f"{uuid4().hex}{uuid4().hex}")
    sibling(world)


def test_runs_judged_by_changed_limits_cost_one_question_whatever_their_number(world, people, client_of):
    client, url = client_of("cleo"), reverse("runs")
    sibling(world)
    client.get(url)
    before = queries(client, url)
    changes = {"rules": {"column_shapes": {"passes": 0.99}}}
    version = agree_limits(world.dataset.purpose, changes, reason="A coarser table.")
    for _ in range(6):
        run = sibling(world)
        with without_triggers():
            Evaluation.objects.filter(run=run).update(policy_version=version.label)
    assert queries(client, url) == before + 1


@pytest.mark.both
def test_the_gate_asks_less_than_twenty_questions_also_of_a_review_that_was_judged(world, people, client_of):
    url = reverse("gate", args=[world.run.pk])
    for who in ("ana", "cleo"):
        assert queries(client_of(who), url) < 20
    judged(world.review, people)
    assert queries(client_of("cleo"), url) < 20


def test_after_a_release_the_gate_asks_no_more_and_reads_no_card_but_that_of_the_last_one(release, people, client_of):
    world = the_world()
    review = copied(world)
    judged(review, people)
    client, url = client_of("cleo"), reverse("gate", args=[review.run_id])
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    assert len(asked) < 20
    assert [one["sql"].count('."card"') for one in asked.captured_queries if '."card"' in one["sql"]] == [1]


def test_the_page_of_a_run_counts_its_review_once(world, client_of):
    client, url = client_of("ana"), reverse("run", args=[world.run.pk])
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    assert sum('FROM "reviews_tally"' in one["sql"] for one in asked.captured_queries) == 1
