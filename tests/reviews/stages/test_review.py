"""Holds, skips, reservations and undo: nothing that was said is lost, and nothing that was not said counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from reviews.engine.reading.judgement import Judgement
from reviews.models import Review, ReviewRecord, Skip, Verdict
from reviews.repositories.progress import progress_of
from reviews.stages.review import ask_why, claim_record, hold_record, judge_record, reserve_next, skip_record
from reviews.stages.undo import last_action, take_back_skip, undo_verdict
from synthportal.errors import Conflict, NotPermitted
from synthportal.models import AuditEvent, Person
from synthportal.transitions import move
from tests.cast import World
from tests.reviews.waiting import waiting_for

People = dict[str, Person]
pytestmark = pytest.mark.both


def held(world: World, person: Person) -> ReviewRecord:
    record = claim_record(world.review, by=person)
    assert record is not None
    return record


def run_out(record: ReviewRecord) -> None:
    ReviewRecord.objects.filter(pk=record.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_skipped_record_goes_to_somebody_else_and_does_not_count(world: World, people: People) -> None:
    record = held(world, people["ben"])
    before = waiting_for(people["ben"], world.review)
    skip = skip_record(record, "known_person", note="my street", token=record.token, by=people["ben"])
    assert progress_of(world.review).total_judged == 0
    assert waiting_for(people["ben"], world.review) == before - 1
    assert held(world, people["ben"]) != record
    assert held(world, people["bea"]) == record
    assert (skip.reason, skip.note) == ("known_person", "my street")
    where = {"review": str(world.review.pk), "record": str(record.pk)}
    assert AuditEvent.objects.get(action="skipped").facts == where | {"reason": "known_person"}


def test_a_skip_has_a_reason_and_sent_twice_is_one(world: World, people: People) -> None:
    record = held(world, people["ben"])
    with pytest.raises(Conflict, match="choose a reason"):
        skip_record(record, "bored", token=record.token, by=people["ben"])
    first, second = (skip_record(record, "cannot_tell", token=record.token, by=people["ben"]) for _ in range(2))
    assert first == second


def test_undo_takes_back_the_last_act_verdict_or_skip(world: World, people: People) -> None:
    one = held(world, people["ben"])
    judge_record(one, Judgement("clean"), token=one.token, by=people["ben"])
    two = held(world, people["ben"])
    skip_record(two, "cannot_tell", token=two.token, by=people["ben"])
    assert isinstance(last_action(world.review, people["ben"]), Skip)
    assert undo_verdict(world.review, by=people["ben"]) == two
    assert undo_verdict(world.review, by=people["ben"]) == one
    assert held(world, people["ben"]) == one
    with pytest.raises(Conflict, match="nothing to undo"):
        undo_verdict(world.review, by=people["ben"])
    assert Skip.objects.get().undone_at is not None
    assert Verdict.objects.get().undone_at is not None


def test_nothing_is_undone_in_a_review_that_was_closed_since_it_was_read(world: World, people: People) -> None:
    one, read_before = held(world, people["ben"]), Review.objects.get()
    judge_record(one, Judgement("clean"), token=one.token, by=people["ben"])
    move(world.review, Review.Status.REJECTED, by=people["cleo"])
    with pytest.raises(Conflict, match="rejected"):
        undo_verdict(read_before, by=people["ben"])
    assert Verdict.objects.get().undone_at is None


def test_what_was_undone_while_somebody_else_judges_the_record_stays_with_them(world: World, people: People) -> None:
    record = held(world, people["ben"])
    skip_record(record, "needs_expert", token=record.token, by=people["ben"])
    assert held(world, people["bea"]) == record
    back = undo_verdict(world.review, by=people["ben"])
    assert back.claimed_by == people["bea"]


def test_a_heartbeat_holds_a_record_for_longer(world: World, people: People) -> None:
    record = held(world, people["ben"])
    run_out(record)
    until = hold_record(record, token=record.token, by=people["ben"])
    assert until > timezone.now()
    assert held(world, people["bea"]) != record


def test_a_hold_that_ran_out_and_went_to_somebody_else_is_refused_in_words(world: World, people: People) -> None:
    record = held(world, people["ben"])
    run_out(record)
    assert held(world, people["bea"]) == record
    for act in (
        lambda: hold_record(record, token=record.token, by=people["ben"]),
        lambda: judge_record(record, Judgement("clean"), token=record.token, by=people["ben"]),
        lambda: skip_record(record, "cannot_tell", token=record.token, by=people["ben"]),
    ):
        with pytest.raises(Conflict, match="ran out and it went to somebody else"):
            act()
    assert not Verdict.objects.exists()


def test_a_late_verdict_is_saved_when_nobody_else_has_the_record(world: World, people: People) -> None:
    record = held(world, people["ben"])
    run_out(record)
    verdict = judge_record(record, Judgement("clean"), token=record.token, by=people["ben"])
    assert verdict.record == record


def test_the_time_of_a_verdict_runs_from_the_claim_through_every_heartbeat(world: World, people: People) -> None:
    record = held(world, people["ben"])
    ReviewRecord.objects.filter(pk=record.pk).update(claimed_at=timezone.now() - timedelta(seconds=90))
    hold_record(record, token=record.token, by=people["ben"])
    verdict = judge_record(record, Judgement("clean"), token=record.token, by=people["ben"])
    assert 90 <= verdict.seconds < 100


def test_a_reserved_record_waits_in_every_count_and_goes_to_nobody_else(world: World, people: People) -> None:
    mine = held(world, people["ben"])
    waiting = waiting_for(people["bea"], world.review)
    reserved = reserve_next(world.review, by=people["ben"])
    assert reserved is not None
    assert (reserved.state, reserved.position) == ("waiting", mine.position + 1)
    assert reserve_next(world.review, by=people["ben"]) == reserved
    assert waiting_for(people["bea"], world.review) == waiting - 1
    assert held(world, people["bea"]).position == mine.position + 2
    judge_record(mine, Judgement("clean"), token=mine.token, by=people["ben"])
    claimed = held(world, people["ben"])
    assert (claimed, claimed.token) == (reserved, reserved.token)


def test_the_reservation_of_somebody_who_left_runs_out(world: World, people: People) -> None:
    held(world, people["ben"])
    reserved = reserve_next(world.review, by=people["ben"])
    assert reserved is not None
    run_out(reserved)
    assert held(world, people["bea"]) == reserved
    with pytest.raises(Conflict):
        judge_record(reserved, Judgement("clean"), token=reserved.token, by=people["ben"])


def test_the_last_record_has_no_next(world: World, people: People) -> None:
    last = world.review.records.order_by("-position")[0]
    world.review.records.exclude(pk=last.pk).update(state="judged")
    assert held(world, people["ben"]) == last
    assert reserve_next(world.review, by=people["ben"]) is None


def test_why_a_record_is_here_is_told_to_who_holds_it_and_the_question_is_recorded(
    world: World, people: People
) -> None:
    hunted = world.review.records.filter(lane="hunt")[0]
    world.review.records.filter(position__lt=hunted.position).update(state="judged")
    record = held(world, people["ben"])
    assert record == hunted
    with pytest.raises(Conflict, match="that you hold"):
        ask_why(record, by=people["bea"])
    assert ask_why(record, by=people["ben"]) == hunted.reasons
    assert AuditEvent.objects.filter(action="asked_why", subject_id=str(record.pk)).count() == 1


def test_nobody_skips_or_reserves_in_a_review_of_their_own(world: World, people: People) -> None:
    with pytest.raises(NotPermitted):
        reserve_next(world.review, by=people["ana"])
    with pytest.raises(NotPermitted):
        reserve_next(world.review, by=people["cleo"])


def test_the_api_holds_skips_and_tells_why(world: World, people: People) -> None:
    client = Client()
    client.force_login(people["ben"], backend="django.contrib.auth.backends.ModelBackend")
    record = client.post(f"/api/v1/reviews/{world.review.pk}/claim/").json()
    at = f"/api/v1/records/{record['id']}"
    token = {"token": record["token"]}
    assert client.post(f"{at}/hold/", token, "application/json").json()["lease_until"] > record["lease_until"]
    assert client.post(f"{at}/why/").json()["reasons"]
    assert client.post(f"{at}/skip/", token, "application/json").status_code == 400
    assert client.post(f"{at}/skip/", token | {"reason": "upsetting"}, "application/json").status_code == 201
    assert client.post(f"/api/v1/reviews/{world.review.pk}/undo/").json()["id"] == record["id"]


def test_a_skip_taken_back_after_somebody_else_judged_the_record_opens_nothing_again(
    world: World, people: People
) -> None:
    record = held(world, people["ben"])
    skip_record(record, "needs_expert", token=record.token, by=people["ben"])
    taken = held(world, people["bea"])
    judge_record(taken, Judgement("clean"), token=taken.token, by=people["bea"])
    back = undo_verdict(world.review, by=people["ben"])
    assert (back, back.state, back.claimed_by) == (record, "judged", None)
    assert progress_of(world.review).total_judged == 1


def test_one_takes_back_any_skip_of_ones_own_whatever_was_said_since(world: World, people: People) -> None:
    first = held(world, people["ben"])
    skip_record(first, "cannot_tell", token=first.token, by=people["ben"])
    for _ in range(2):
        record = held(world, people["ben"])
        judge_record(record, Judgement("clean"), token=record.token, by=people["ben"])
    in_hand = held(world, people["ben"])
    with pytest.raises(Conflict, match="no skip of yours"):
        take_back_skip(in_hand, by=people["ben"])
    assert take_back_skip(first, by=people["ben"]).claimed_by == people["ben"]
    assert held(world, people["ben"]) == first
    assert held(world, people["bea"]) == in_hand
    assert Skip.objects.get().undone_at is not None
    assert Verdict.objects.filter(undone_at__isnull=True).count() == 2
    assert AuditEvent.objects.get(action="undone").facts == {"record": str(first.pk)}


def test_the_api_takes_a_skip_back_by_its_record(world: World, people: People) -> None:
    client, record = Client(), held(world, people["ben"])
    client.force_login(people["ben"], backend="django.contrib.auth.backends.ModelBackend")
    skip_record(record, "cannot_tell", token=record.token, by=people["ben"])
    assert client.delete(f"/api/v1/records/{record.pk}/skip/").json()["id"] == str(record.pk)
    assert client.delete(f"/api/v1/records/{record.pk}/skip/").status_code == 409
