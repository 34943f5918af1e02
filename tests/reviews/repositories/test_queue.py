"""A long queue costs a person at the desk no more than a short one: counted in steps of the database's machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import Client

from reviews.engine.reading.judgement import Judgement
from reviews.models import ReviewRecord
from reviews.stages.adjudicate import look_again, settle_flag
from reviews.stages.review import claim_record, judge_record, reserve_next
from reviews.stages.sample import refresh_statistics
from synthportal.models import Person
from tests.cast import World

People = dict[str, Person]
STEP = 10  # steps of SQLite's machine between two counts: coarser, and rounding would be most of what is counted


@contextmanager
def counting() -> Iterator[list[int]]:
    """What the statements inside cost, in tens of steps."""
    steps = [0]

    def count() -> int:
        steps[0] += 1
        return 0

    connection.ensure_connection()
    connection.connection.set_progress_handler(count, STEP)
    yield steps
    connection.connection.set_progress_handler(None, 0)


def lengthen(world: World, to: int) -> None:
    last = world.review.records.count()
    places = range(last + 1, to + 1)
    ReviewRecord.objects.bulk_create(
        ReviewRecord(review=world.review, lane="random", row=10_000 + place, position=place, sealed=b"")
        for place in places
    )


def a_verdict_and_the_next_record(world: World, by: Person) -> int:
    """The steps of claiming a record, setting the next one aside and judging, once two have been judged."""
    for _ in range(3):
        with counting() as steps:
            record = claim_record(world.review, by=by)
            assert record is not None
            reserve_next(world.review, by=by)
            judge_record(record, Judgement("clean"), token=record.token, by=by)
    return steps[0]


def with_a_queue_of(length: int, world: World, people: People, has_settled_flag: bool) -> int:
    """What a verdict costs in a queue of that length; afterwards everything is as it was."""
    with transaction.atomic():
        lengthen(world, length)
        refresh_statistics()
        if has_settled_flag:
            record = claim_record(world.review, by=people["bea"])
            assert record is not None
            flag = judge_record(record, Judgement("leakage", ["near_copy"]), token=record.token, by=people["bea"])
            look_again(flag, Judgement("leakage", ["near_copy"]), by=people["ben"])
            settle_flag(flag, is_leak=False, by=people["ben"])
        steps = a_verdict_and_the_next_record(world, people["ben"])
        transaction.set_rollback(True)
    return steps


def the_lists_over_a_queue_of(length: int, world: World, person: Person) -> int:
    """What the pages of lists cost; afterwards everything is as it was."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    with transaction.atomic():
        lengthen(world, length)
        refresh_statistics()
        with counting() as steps:
            for page in ("/", "/reviews/", "/runs/"):
                assert client.get(page).status_code == 200
        transaction.set_rollback(True)
    return steps[0]


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="counts the steps of SQLite's own machine")
@pytest.mark.parametrize("who", ["ben", "cleo"])
def test_the_lists_cost_no_more_over_a_queue_fifty_times_as_long(world: World, people: People, who: str) -> None:
    short = the_lists_over_a_queue_of(100, world, people[who])
    assert the_lists_over_a_queue_of(5_000, world, people[who]) < 1.5 * short


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="counts the steps of SQLite's own machine")
@pytest.mark.parametrize("has_settled_flag", [False, True])
def test_a_verdict_and_the_next_record_cost_no_more_in_a_queue_fifty_times_as_long(
    world: World, people: People, has_settled_flag: bool
) -> None:
    short = with_a_queue_of(100, world, people, has_settled_flag)
    assert with_a_queue_of(5_000, world, people, has_settled_flag) < 1.5 * short
