"""What the search named, side by side: only what one has judged, whatever else the review holds, and judged again."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.engine.reading.judgement import Judgement
from reviews.models import Review, ReviewRecord, Verdict
from reviews.repositories.progress import progress_of
from reviews.stages.adjudicate import look_again, settle_flag
from reviews.stages.review import judge_record
from synthportal.models import AuditEvent, Person
from tests.cast import World
from tests.reviews.pages.door import People, SignIn, held_by, text

FLAG = Judgement("leakage", ["near_copy"], [0], "the same house")


def judged_up_to(world: World, person: Person, hunted: int, judgement: Judgement | None = None) -> list[ReviewRecord]:
    """Judge the records in their order until so many searched-out ones are among them; these."""
    found: list[ReviewRecord] = []
    while len(found) < hunted:
        record = held_by(world, person)
        is_hunted = record.lane == ReviewRecord.Lane.HUNT
        said = judgement if judgement and is_hunted else Judgement("clean")
        judge_record(record, said, token=record.token, by=person)
        found += [record] if is_hunted else []
    return found


def page_of(client: Client, review: Review) -> str:
    return text(client.get(reverse("searched", args=[review.pk])))


def test_only_searched_out_records_that_one_has_judged_are_shown_with_why_they_were_picked(
    world: World, client_of: SignIn, people: People
) -> None:
    assert "No record that you have judged was searched out" in page_of(client_of("ben"), world.review)
    mine = judged_up_to(world, people["ben"], 3)
    answer = client_of("ben").get(reverse("searched", args=[world.review.pk]))
    shown = text(answer)
    assert "3 of the records that you have judged" in shown
    assert all(record.reasons[0] in shown for record in mine)
    for record in world.review.records.all():
        is_there = f'aria-label="Judge record {record.position} again"' in answer.content.decode()
        assert is_there == (record.position in {one.position for one in mine})
    event = AuditEvent.objects.get(action="searched records shown")
    assert event.facts["records"] == 3
    assert "No record that you have judged" in page_of(client_of("bea"), world.review)


def test_a_verdict_on_a_searched_out_record_is_taken_back_and_the_record_comes_first(
    world: World, client_of: SignIn, people: People
) -> None:
    first, *_ = judged_up_to(world, people["ben"], 2)
    before = progress_of(world.review)
    answer = client_of("ben").post(reverse("judge_again", args=[first.pk]), follow=True)
    assert f"· record {first.position} " in text(answer)
    assert f"Taken back: record {first.position} is yours again." in text(answer)
    assert progress_of(world.review).hunt_judged == before.hunt_judged - 1
    verdict = Verdict.objects.get(record=first, by=people["ben"])
    assert verdict.undone_at is not None
    assert AuditEvent.objects.filter(action="undone", subject_id=str(verdict.pk)).exists()
    assert "1 of the records that you have judged" in page_of(client_of("ben"), world.review)


def test_a_drawn_record_a_control_and_what_a_second_person_settled_are_not_judged_again(
    world: World, client_of: SignIn, people: People
) -> None:
    (hunted,) = judged_up_to(world, people["ben"], 1, FLAG)
    other = Verdict.objects.filter(by=people["ben"]).exclude(record__lane="hunt").first()
    assert other is not None
    refused = client_of("ben").post(reverse("judge_again", args=[other.record_id]))
    assert refused.status_code == 409
    assert "no verdict of yours stands on a record the search named" in text(refused)
    assert client_of("bea").post(reverse("judge_again", args=[hunted.pk])).status_code == 409
    flag = hunted.verdicts.get()
    look_again(flag, Judgement("clean"), by=people["bea"])
    settle_flag(flag, is_leak=False, note="ordinary", by=people["bea"])
    refused = client_of("ben").post(reverse("judge_again", args=[hunted.pk]))
    assert refused.status_code == 409
    assert "settled by a second person" in text(refused)
    assert "Judge again" not in page_of(client_of("ben"), world.review)


def test_the_page_asks_as_much_for_many_records_as_for_one(world: World, client_of: SignIn, people: People) -> None:
    def asked() -> int:
        client = client_of("ben")
        client.get(reverse("searched", args=[world.review.pk]))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("searched", args=[world.review.pk]))
        return len(queries)

    judged_up_to(world, people["ben"], 1)
    one = asked()
    judged_up_to(world, people["ben"], 3)
    assert asked() == one
