"""States further along: a review judged to the end, and a release signed by a second person."""

from __future__ import annotations

import pytest

from reviews.models import Release
from reviews.stages.gate import WAIVABLE, gate_conditions, waive_condition
from reviews.stages.review import Judgement, claim_record, judge_record
from reviews.tasks import submit_release
from synthportal.models import Person
from tests.cast import World


def judge_all(world: World, person: Person) -> None:
    """Find every record that is left clean."""
    while record := claim_record(world.review, by=person):
        judge_record(record, Judgement("clean"), token=record.token, by=person)


@pytest.fixture
def reviewed(world: World, people: dict[str, Person]) -> World:
    """The world with every record judged clean by `ben`, and usefulness waived where it falls short."""
    judge_all(world, people["ben"])
    short = {line.name for line in gate_conditions(world.run) if not line.met}
    for condition in short.intersection(WAIVABLE):
        waive_condition(world.run, condition, reason="Good enough to try the tools.", by=people["cleo"])
    return world


@pytest.fixture
def release(reviewed: World, people: dict[str, Person]) -> Release:
    """Release 1, signed by `cleo`."""
    return submit_release(reviewed.run, by=people["cleo"])
