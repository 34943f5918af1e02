"""Plans with several looks, several people per record, and attempts: what is decided, and from which records."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from reviews.engine.acceptance.plans import required_n, three_look_plan
from reviews.engine.policy.policy import QUICK
from reviews.engine.reading.judgement import Judgement
from reviews.models import Review, ReviewRecord, Verdict
from reviews.repositories.progress import progress_of
from reviews.repositories.samples import plan_of
from reviews.stages.adjudicate import look_again, settle_flag
from reviews.stages.gate import gate_conditions
from reviews.stages.review import claim_record
from reviews.stages.undo import undo_verdict
from synthportal.errors import Conflict
from synthportal.models import Person
from tests.cast import World
from tests.reviews.calibrated import by_an_expert, judge, judge_as_an_expert, world_with
from tests.reviews.waiting import waiting_for

People = dict[str, Person]


@pytest.fixture
def three_looks(db: None) -> World:
    return world_with(plan_kind="three_look", hunt_records=3)


def confirm(verdict: Verdict, people: People, *, is_leak: bool = True) -> None:
    look_again(verdict, Judgement("leakage", ["near_copy"]), by=people["cleo"])
    settle_flag(verdict, is_leak=is_leak, note="the same house", by=people["cleo"])


def claim(world: World, person: Person) -> ReviewRecord:
    record = claim_record(world.review, by=person)
    assert record is not None
    return record


def flag_next_of_sample(world: World, person: Person) -> Verdict:
    while (record := claim(world, person)).lane != "random":
        judge(record, by_an_expert(record), person)
    return judge(record, Judgement("leakage", ["near_copy"]), person)


def condition(world: World, name: str) -> str:
    return next(line for line in gate_conditions(world.run) if line.name == name).why


def evidence(world: World, name: str) -> str:
    return next(line for line in gate_conditions(world.run) if line.name == name).evidence


def judge_sample(world: World, person: Person, most: int) -> None:
    """Judge until this many records of the random lane are done."""
    while progress_of(world.review).judged < most:
        record = claim(world, person)
        judge(record, by_an_expert(record), person)


@pytest.mark.slow
def test_a_clean_sample_is_accepted_at_the_first_look_and_the_rest_is_no_longer_needed(
    three_looks: World, people: People
) -> None:
    plan = three_look_plan(1_000, 0.05, 0.95)
    assert plan_of(three_looks.review) == plan
    judge_as_an_expert(three_looks.review, people["ben"])
    found = progress_of(three_looks.review)
    assert found.decision.outcome == "accept"
    assert found.decision.reviewed == found.judged == plan.looks[0].n
    assert found.unneeded == plan.n - plan.looks[0].n
    assert found.is_complete
    assert waiting_for(people["bea"], three_looks.review) == 0
    states = three_looks.review.records.filter(lane="random", state="waiting").count()
    assert states == found.unneeded
    assert condition(three_looks, "review") == ""


@pytest.mark.slow
def test_only_the_longest_completed_prefix_is_decided_on(three_looks: World, people: People) -> None:
    plan = plan_of(three_looks.review)
    held = claim(three_looks, people["bea"])  # the first of the queue stays open
    judge_sample(three_looks, people["ben"], plan.looks[0].n)
    found = progress_of(three_looks.review)
    assert (found.decision.outcome, found.decision.reviewed) == ("continue", 0)
    judge(held, Judgement("clean"), people["bea"])
    assert progress_of(three_looks.review).decision.reviewed == plan.looks[0].n


def test_an_undone_verdict_opens_an_accepted_prefix_again(three_looks: World, people: People) -> None:
    judge_as_an_expert(three_looks.review, people["ben"])
    assert progress_of(three_looks.review).decision.outcome == "accept"
    while undo_verdict(three_looks.review, by=people["ben"]).lane != "random":
        pass
    assert progress_of(three_looks.review).decision.outcome == "continue"
    assert waiting_for(people["bea"], three_looks.review) > 0


@pytest.mark.parametrize("plan", [{"plan_kind": "three_look"}, {"plan_kind": "sequential", "accept": 3}, {"accept": 2}])
def test_one_confirmed_leak_closes_the_review_whatever_its_plan_could_bear(
    db: None, people: People, plan: dict[str, Any]
) -> None:
    world = world_with(**plan, hunt_records=0)
    confirm(flag_next_of_sample(world, people["ben"]), people)
    assert Review.objects.get(pk=world.review.pk).status == Review.Status.REJECTED
    assert "1 confirmed leak; one is enough to keep these bytes back." in evidence(world, "leaks")
    world.review.refresh_from_db()
    with pytest.raises(Conflict, match="rejected"):
        claim_record(world.review, by=people["ben"])


@pytest.mark.slow
def test_a_sequential_plan_accepts_early_and_its_claim_is_its_limit(db: None, people: People) -> None:
    world = world_with(plan_kind="sequential", accept=3, hunt_records=0)
    plan = plan_of(world.review)
    judge_as_an_expert(world.review, people["ben"])
    found = progress_of(world.review)
    first = min(look.n for look in plan.looks if look.accept >= 0)
    assert (found.decision.outcome, found.decision.reviewed, found.judged) == ("accept", first, first)
    assert first < plan.n
    assert found.claim.bound == 0.05


def test_a_verdict_of_somebody_else_comes_too_late_when_a_leak_has_closed_the_review(db: None, people: People) -> None:
    world = world_with(hunt_records=0)
    held = claim(world, people["bea"])
    confirm(flag_next_of_sample(world, people["ben"]), people)
    assert Review.objects.get(pk=world.review.pk).status == Review.Status.REJECTED
    with pytest.raises(Conflict):
        judge(held, Judgement("clean"), people["bea"])


@pytest.mark.slow
def test_a_record_waits_until_two_different_people_have_judged_it(db: None, people: People) -> None:
    world = world_with(reviews_per_record=2, hunt_records=0)
    first = claim(world, people["ben"])
    judge(first, Judgement("clean"), people["ben"])
    assert progress_of(world.review).judged == 0
    judge_as_an_expert(world.review, people["ben"])
    assert progress_of(world.review).judged == 0
    assert claim(world, people["bea"]) == first
    judge_as_an_expert(world.review, people["bea"])
    found = progress_of(world.review)
    assert found.judged == found.required == required_n(1_000, 0.05, 0.95)
    assert not world.review.records.exclude(needed=2).exists()


def test_the_gate_asks_for_as_many_people_as_the_policy_names(db: None, people: People) -> None:
    world = world_with(min_annotators=2)
    judge_as_an_expert(world.review, people["ben"], 40)
    assert "Too few people judged records: 1, and the policy asks for 2" in condition(world, "annotators")
    judge_as_an_expert(world.review, people["bea"])
    assert condition(world, "annotators") == ""


def test_stewards_see_how_far_two_people_agree(db: None, people: People, client_of) -> None:
    world = world_with(reviews_per_record=2, hunt_records=0)
    for said in (
        ("leakage", "leakage"),
        ("leakage", "clean"),
        ("clean", "clean"),
        ("unrealistic", "unrealistic"),
        ("unrealistic", "clean"),
    ):
        for name, decision in zip(("ben", "bea"), said, strict=True):
            reasons = {"leakage": ["near_copy"], "unrealistic": ["too_generic"]}.get(decision, [])
            judge(claim(world, people[name]), Judgement(decision, reasons), people[name])
    page = client_of("cleo").get(reverse("review_people", args=[world.review.pk])).content.decode()
    # 2a / (2a + b + c) = 2 / 3; alpha by hand: D_o = 2/10, D_e = 2 * 3 * 7 / 90, 1 - D_o / D_e = 0.571...
    assert "0.67" in page
    assert "0.57" in page


def test_the_second_review_of_a_dataset_may_spend_a_quarter_of_the_risk(db: None) -> None:
    world = world_with(spend_attempts=True, hunt_records=0)
    # The first review is the world's own, on another run of the dataset: this is attempt 2, with 0.05 / 4 to spend.
    assert world.review.confidence == 0.9875
    assert world.review.required == required_n(1_000, 0.05, 0.9875)
    assert "Review 2 of this source" in evidence(world, "attempts")
    assert "98.75 % instead of 95 %" in evidence(world, "attempts")


@pytest.mark.slow
def test_attempts_are_counted_where_they_cost_nothing_too(db: None) -> None:
    world = world_with()
    assert (world.review.confidence, world.review.required) == (QUICK.confidence, required_n(1_000, 0.05, 0.95))
    assert "Review 2 of this source." in evidence(world, "attempts")
