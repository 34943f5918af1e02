"""How many stewards each path to a release needs: docs/explanation/insiders.md, line by line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from generation.stages.govern import write_exception
from generation.tasks import submit_evaluation
from reviews.engine.gate.conditions import WAIVABLE
from reviews.engine.reading.judgement import Judgement
from reviews.models import Pause, Release, Verdict
from reviews.repositories.gate.dossier import collect
from reviews.stages.adjudicate import look_again, settle_flag
from reviews.stages.gate import gate_conditions, may_sign_instead, signable, waive_condition, why_not_sign
from reviews.stages.pause import lift_pause
from reviews.stages.release import release_run
from reviews.stages.review import claim_record, judge_record
from synthportal.errors import NotPermitted
from synthportal.jobs.here import work_through
from synthportal.models import Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role
from tests import cast
from tests.cast import World, agree_limits
from tests.reviews.calibrated import world_with
from tests.reviews.conftest import judge_all
from tests.reviews.signing import all_seen

People = dict[str, Person]
Act = Callable[[World, Person], object]
REASON = "The pilot needs its format alone."


def waive(world: World, by: Person) -> None:
    short = {line.name for line in gate_conditions(world.run) if not line.met}
    for condition in short.intersection(WAIVABLE):
        waive_condition(world.run, condition, reason=REASON, by=by)


def settle(world: World, by: Person) -> None:
    flag = Verdict.objects.get(decision="leakage")
    look_again(flag, Judgement("clean"), by=by)
    settle_flag(flag, is_leak=False, by=by)


def lift(world: World, by: Person) -> None:
    pause = Pause.objects.create(review=world.review, person=Person.objects.get(username="bea"), found=0, judged=5)
    lift_pause(pause, reason="We spoke.", by=by)


def let_stay(world: World, by: Person) -> None:
    write_exception(world.dataset, "c0", reason="The partner knows these codes.", by=by)


def change_rules(world: World, by: Person) -> None:
    agree_limits("training", {"minimum_cell": 7}, reason="Smaller groups turned up.", by=by)
    submit_evaluation(world.run, by=world.run.requested_by)
    work_through(world.run.pk)


def judged_with_a_flag(people: People) -> World:
    """The world judged by ben, who flagged one record."""

    def build() -> None:
        world = cast.world()
        record = claim_record(world.review, by=people["ben"])
        judge_record(record, Judgement("leakage", ["near_copy"]), token=record.token, by=people["ben"])
        judge_all(world, people["ben"])

    cast.made_once("judged with a flag", build)
    return cast.the_world()


@pytest.fixture
def zara(people: People) -> Person:
    """A third steward, who does what the path in question is not about."""
    person = Person.objects.create(username="zara")
    grant(person, Role.STEWARD)
    return person


PATHS: dict[str, tuple[Act, str]] = {
    "settled": (settle, "settled a leak flag"),
    "waived": (waive, "waived a condition"),
    "lifted": (lift, "lifted a pause"),
    "excepted": (let_stay, "let direct identifiers"),
}


@pytest.mark.parametrize("path", PATHS)
def test_who_shaped_the_evidence_is_refused_and_one_other_steward_signs(path, people, zara):
    world, (act, words) = judged_with_a_flag(people), PATHS[path]
    act(world, people["cora"])
    for other, (rest, _) in PATHS.items():
        if other != path and other in ("settled", "waived"):
            rest(world, zara)
    assert [words in why for why in why_not_sign(people["cora"], world.run)] == [True]
    with pytest.raises(NotPermitted, match=words):
        release_run(world.run, by=people["cora"], **all_seen(world.run))
    assert signable(people["cora"], [world.review]) == []
    assert people["cora"] not in may_sign_instead(collect(world.run))
    assert release_run(world.run, by=people["cleo"], **all_seen(world.run)).released_by == people["cleo"]


def test_one_steward_does_all_of_it_and_one_other_signs(people):
    world = judged_with_a_flag(people)
    for act, _ in PATHS.values():
        act(world, people["cora"])
    assert len(why_not_sign(people["cora"], world.run)) == len(PATHS)
    assert release_run(world.run, by=people["cleo"], **all_seen(world.run))


def test_a_flag_that_an_annotator_settled_leaves_both_stewards_free(people, zara):
    world = judged_with_a_flag(people)
    settle(world, people["bea"])
    waive(world, zara)
    for steward in (people["cleo"], people["cora"]):
        assert why_not_sign(steward, world.run) == []


def test_a_waiver_of_evidence_that_no_longer_counts_bars_nobody(people, zara):
    world = judged_with_a_flag(people)
    waive(world, people["cora"])
    assert why_not_sign(people["cora"], world.run)
    newest = world.run.evaluations.latest("number")
    newest.pk, newest.number, newest.digest = None, newest.number + 1, "ab" * 32
    newest.save(force_insert=True)
    assert why_not_sign(people["cora"], world.run) == []


@pytest.mark.slow
def test_who_wrote_the_policy_or_the_limits_is_refused_and_who_confirmed_them_signs(people, zara):
    world = world_with(hunt_records=0, ltpd=0.3, confidence=0.8, min_annotators=1, realism_limit=0.99)
    assert "wrote the review policy" in " ".join(why_not_sign(people["cora"], world.run))
    assert why_not_sign(people["cleo"], world.run) == []
    judge_all(world, people["ben"])
    change_rules(world, zara)
    waive(world, people["cora"])
    assert "wrote the limits" in " ".join(why_not_sign(zara, world.run))
    with pytest.raises(NotPermitted, match="wrote the limits"):
        release_run(world.run, by=zara, **all_seen(world.run))
    assert release_run(world.run, by=people["cleo"], **all_seen(world.run))
    assert Release.objects.count() == 1
