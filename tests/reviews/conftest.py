"""States further along: a review judged to the end, and a release signed by a second person."""

from __future__ import annotations

import pytest

from reviews.engine.gate.conditions import WAIVABLE
from reviews.engine.reading.judgement import Judgement
from reviews.models import Release
from reviews.stages.gate import gate_conditions, waive_condition
from reviews.stages.review import claim_record, judge_record
from reviews.tasks import submit_release
from synthportal.models import Person
from tests import cast
from tests.cast import World
from tests.reviews.signing import all_seen, publish


def judge_all(world: World, person: Person) -> None:
    """Find every record that is left clean."""
    while record := claim_record(world.review, by=person):
        judge_record(record, Judgement("clean"), token=record.token, by=person)


def make_judged(people: dict[str, Person]) -> World:
    """The world with every record judged clean by `ben`."""
    cast.made_once("judged", lambda: judge_all(cast.world(), people["ben"]))
    return cast.the_world()


def _judge_and_waive(people: dict[str, Person]) -> None:
    world = make_judged(people)
    short = {line.name for line in gate_conditions(world.run) if not line.met}
    for condition in short.intersection(WAIVABLE):
        waive_condition(world.run, condition, reason="Good enough to try the tools.", by=people["cora"])


def _sign(people: dict[str, Person]) -> None:
    make_reviewed(people)
    run = cast.the_world().run
    publish(submit_release(run, by=people["cleo"], **all_seen(run)))


def make_reviewed(people: dict[str, Person]) -> World:
    """The world with every record judged clean by `ben`, and usefulness waived where it falls short."""
    cast.made_once("reviewed", lambda: _judge_and_waive(people))
    return cast.the_world()


@pytest.fixture
def reviewed(people: dict[str, Person]) -> World:
    """The world judged to its end: see `make_reviewed`."""
    return make_reviewed(people)


@pytest.fixture
def release(people: dict[str, Person]) -> Release:
    """Release 1, signed by `cleo`, with every file laid out and attested."""
    cast.made_once("release", lambda: _sign(people))
    return Release.objects.get()


@pytest.fixture
def unsigned(reviewed: World, people: dict[str, Person]) -> Release:
    """Release 1, whose files nobody has laid out yet."""
    return submit_release(reviewed.run, by=people["cleo"], **all_seen(reviewed.run))
