"""The desk without scripts, and what nobody may see or do there."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import ReviewRecord, Skip, Verdict
from reviews.stages.review import Judgement, claim_record, judge_record, reserve_next, skip_record
from synthportal.models import AuditEvent, Person
from tests.cast import World
from tests.reviews.test_pages import desk_of, held_by, post_verdict, text

SignIn = Callable[[str], Client]
People = dict[str, Person]


def judged(world: World, person: Person, decision: str = "clean", *reasons: str) -> Verdict:
    record = held_by(world, person)
    return judge_record(record, Judgement(decision, reasons), token=record.token, by=person)


def test_the_desk_tells_counts_of_all_records_alike_and_never_the_claim(
    world: World, client_of: SignIn, people: People
) -> None:
    judged(world, people["ben"])
    judged(world, people["bea"])
    shown = text(client_of("ben").get(desk_of(world)))
    total = world.review.records.count()
    assert f"2 of {total} 1 by you" in shown
    assert "sure" not in shown
    assert "random" not in shown.lower()


def test_a_record_is_skipped_with_a_reason_and_the_next_one_comes(
    world: World, client_of: SignIn, people: People
) -> None:
    client, record = client_of("ben"), held_by(world, people["ben"])
    url = reverse("skip", args=[record.pk])
    refused = client.post(url, {"token": record.token})
    assert refused.status_code == 409
    assert "Say why you skip" in text(refused)
    assert client.post(url, {"token": record.token, "reason": "upsetting"}).headers["Location"] == desk_of(world)
    assert Skip.objects.get().reason == "upsetting"
    shown = text(client.get(desk_of(world)))
    assert f"Last: record {record.position}, skipped" in shown
    assert f"· record {record.position + 1} " in shown
    assert "0 by you · 1 skipped" in shown


def test_the_time_that_is_left_is_told_from_the_fifth_verdict_on(
    world: World, client_of: SignIn, people: People
) -> None:
    client = client_of("ben")
    for _ in range(4):
        judged(world, people["ben"])
    assert "left" not in text(client.get(desk_of(world))).partition("4 by you")[2][:40]
    judged(world, people["ben"])
    assert re.match(r" · 1 s each · about .* left", text(client.get(desk_of(world))).partition("5 by you")[2])


def test_who_has_not_judged_yet_starts_and_who_has_continues(world: World, client_of: SignIn, people: People) -> None:
    client = client_of("ben")
    for page in ("home", "reviews"):
        assert "Start reviewing" in text(client.get(reverse(page)))
    judged(world, people["ben"])
    for page in ("home", "reviews"):
        assert "Continue reviewing" in text(client.get(reverse(page)))


def test_asking_why_keeps_what_was_chosen_and_typed_without_scripts(
    world: World, client_of: SignIn, people: People
) -> None:
    record = held_by(world, people["ben"])
    typed = {"verdict": "leakage", "reasons": ["secret"], "note": "my doubt", "fields": ["0"], "token": record.token}
    page = client_of("ben").post(reverse("why", args=[record.pk]), typed).content.decode()
    assert "Why this record is here" in page
    assert "my doubt" in page
    assert re.search(r'value="secret"[^>]*checked', page)
    assert re.search(r'name="fields" value="0"[^>]*checked', page)
    assert AuditEvent.objects.filter(action="asked_why", subject_id=str(record.pk)).count() == 1


def test_a_hold_is_made_longer_and_a_stale_one_is_refused_in_words(
    world: World, client_of: SignIn, people: People
) -> None:
    record = held_by(world, people["ben"])
    ReviewRecord.objects.filter(pk=record.pk).update(lease_until="2020-01-01T00:00:00Z")
    url, script = reverse("hold", args=[record.pk]), {"X-Desk": str(record.pk)}
    assert client_of("ben").post(url, {"token": record.token}, headers=script).json()["left"] > 800
    ReviewRecord.objects.filter(pk=record.pk).update(claimed_by=people["bea"], token=record.token + 1)
    refused = client_of("ben").post(url, {"token": record.token}, headers=script)
    assert refused.status_code == 409
    assert "ran out" in refused.json()["reasons"][0]


def test_one_looks_back_at_ones_own_verdicts_in_order_and_at_nobody_elses(
    world: World, client_of: SignIn, people: People
) -> None:
    mine = [judged(world, people["ben"], *said) for said in (("clean",), ("leakage", "near_copy"), ("clean",))]
    page = client_of("ben").get(reverse("my_verdict", args=[mine[1].pk])).content.decode()
    assert "You said: Leakage" in text(page)
    assert "near copy of a real record" in text(page)
    assert reverse("my_verdict", args=[mine[0].pk]) in page
    assert reverse("my_verdict", args=[mine[2].pk]) in page
    assert "Take it back" not in text(page)
    assert "Take it back" in text(client_of("ben").get(reverse("my_verdict", args=[mine[2].pk])))
    for name in ("bea", "cleo", "ana", "eve", "root"):
        assert client_of(name).get(reverse("my_verdict", args=[mine[1].pk])).status_code == 404


def test_after_the_verdict_one_may_ask_why_and_sees_ones_own_verdict_with_it(
    world: World, client_of: SignIn, people: People
) -> None:
    verdict = judged(world, people["ben"])
    shown = text(client_of("ben").post(reverse("why", args=[verdict.record_id])))
    assert "You said: Clean" in shown
    assert "Why this record is here" in shown
    answer = client_of("bea").post(reverse("why", args=[verdict.record_id]))
    assert answer.status_code == 409


def test_the_record_after_is_in_the_page_but_is_not_claimed(world: World, client_of: SignIn, people: People) -> None:
    page = client_of("ben").get(desk_of(world)).content.decode()
    following = world.review.records.order_by("position")[1]
    assert f'data-card="{following.pk}"' in page[page.index("<template data-spare>") :]
    assert following.state == "waiting"
    assert world.review.records.filter(state="claimed").count() == 1
    assert held_by(world, people["bea"]).position == 3


def test_an_empty_desk_tells_what_waits_for_a_second_person(world: World, client_of: SignIn, people: People) -> None:
    record = held_by(world, people["ben"])
    world.review.records.exclude(pk=record.pk).update(state="judged")
    ReviewRecord.objects.filter(pk=record.pk).update(state="waiting", claimed_by=None, lease_until=None)
    Skip.objects.create(record=record, by=people["ben"], reason="cannot_tell")
    assert "1 record waits for somebody else, because you skipped them" in text(client_of("ben").get(desk_of(world)))
    assert f"· record {record.position} " in text(client_of("bea").get(desk_of(world)))


def test_a_prefetched_record_is_judged_with_the_token_it_came_with(
    world: World, client_of: SignIn, people: People
) -> None:
    client, first = client_of("ben"), held_by(world, people["ben"])
    spare = reserve_next(world.review, by=people["ben"])
    assert spare is not None
    for record in (first, spare):
        answer = post_verdict(client, record, "clean")
        assert answer.status_code == 302
    assert claim_record(world.review, by=people["ben"]) not in {first, spare}
    assert Verdict.objects.count() == 2


@pytest.mark.parametrize("token", ["", "x", "-1", "1e9", "٣", "9" * 40])
def test_a_token_that_is_none_is_refused_in_words(token: str, world: World, client_of: SignIn, people: People) -> None:
    record = held_by(world, people["ben"])
    answer: Any = client_of("ben").post(reverse("verdict", args=[record.pk]), {"verdict": "clean", "token": token})
    assert answer.status_code == 409
    assert not Verdict.objects.exists()


def test_after_a_skip_one_still_looks_back_and_undo_is_offered_for_the_skip_only(
    world: World, client_of: SignIn, people: People
) -> None:
    verdict, client = judged(world, people["ben"], "leakage", "near_copy"), client_of("ben")
    record = held_by(world, people["ben"])
    skip_record(record, "upsetting", token=record.token, by=people["ben"])
    address = reverse("my_verdict", args=[verdict.pk])
    page = client.get(desk_of(world))
    assert f"Last: record {record.position}, skipped" in text(page)
    assert f'href="{address}" data-look' in page.content.decode()
    assert "Take it back" not in text(client.get(address))
