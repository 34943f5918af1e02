"""The desk without scripts, and what nobody may see or do there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reviews.engine.reading.judgement import Judgement
from reviews.models import ReviewRecord, Skip, Verdict
from reviews.repositories.samples import content_of
from reviews.stages.review import claim_record, judge_record, reserve_next, skip_record
from synthportal.models import AuditEvent, Person
from tests.cast import World, put_as_made
from tests.markup import markup
from tests.reviews.pages.door import SCRIPT, People, SignIn, desk_of, flag, held_by, post_verdict, text


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
    page = markup(client_of("ben").post(reverse("why", args=[record.pk]), typed))
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
    page = markup(client_of("ben").get(reverse("my_verdict", args=[mine[1].pk])))
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
    page = markup(client_of("ben").get(desk_of(world)))
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
    assert "1 record waits for somebody else, because you skipped it" in text(client_of("ben").get(desk_of(world)))
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
    assert f'href="{address}" data-look' in markup(page)
    assert "Take it back" not in text(client.get(address))


def test_the_width_of_bins_stands_beside_a_coarse_column_and_whole_numbers_in_bins_of_one_are_not_coarse(
    world: World, client_of: SignIn
) -> None:
    plan = world.run.plan
    steps = {"age": 5, "education-num": 1}
    plan.schema = [
        column | {"spelling": {"written": "number", "type": "int64", "step": steps.get(column["label"], 0)}}
        for column in plan.schema
    ]
    put_as_made(plan)
    shown = text(client_of("ben").get(desk_of(world)))
    assert "age bins of 5" in shown
    assert "bins of 1 " not in shown


def test_the_desk_shows_the_held_record_and_nothing_of_its_lane(
    world: World, client_of: SignIn, people: People
) -> None:
    hunted = world.review.records.filter(lane="hunt").first()
    assert hunted is not None
    for _ in range(hunted.position - 1):
        record = held_by(world, people["bea"])
        judge_record(record, Judgement("clean"), token=record.token, by=people["bea"])
    # A coarsened column says the width of its bins beside its name.
    shown = re.sub(r"bins of [\d.]+ ", "", text(client_of("ben").get(desk_of(world))))
    hunted.refresh_from_db()
    assert hunted.claimed_by == people["ben"]
    assert all(f"{label} {value}" in shown for label, value in content_of(hunted) if value is not None)
    assert f"· record {hunted.position} {hunted.position - 1} of {world.review.records.count()} " in shown
    assert "hunt" not in shown
    assert not any(reason in shown for reason in hunted.reasons)
    post_and_follow(client_of("ben"), hunted, "clean")
    after = text(client_of("ben").post(reverse("why", args=[hunted.pk])))
    assert all(reason in after for reason in hunted.reasons)
    asked = AuditEvent.objects.get(action="asked_why")
    assert (asked.subject_id, asked.actor) == (str(hunted.pk), f"person:{people['ben'].pk}")


def post_and_follow(client: Client, record: ReviewRecord, verdict: str) -> Any:
    return client.post(reverse("verdict", args=[record.pk]), {"verdict": verdict, "token": record.token}, follow=True)


def test_a_verdict_is_saved_and_the_next_record_comes(world: World, client_of: SignIn, people: People) -> None:
    client, first = client_of("ben"), held_by(world, people["ben"])
    assert post_verdict(client, first, "clean").headers["Location"] == desk_of(world)
    assert Verdict.objects.get().record == first
    assert f"· record {first.position + 1} " in text(client.get(desk_of(world)))


def test_a_double_click_saves_once(world: World, client_of: SignIn, people: People) -> None:
    client, record = client_of("ben"), held_by(world, people["ben"])
    answers = [post_verdict(client, record, "clean").status_code for _ in range(2)]
    assert answers == [302, 302]
    assert Verdict.objects.count() == 1


def test_the_script_gets_the_record_to_go_on_with_the_one_after_it_and_words_for_the_screen_reader(
    world: World, client_of: SignIn, people: People
) -> None:
    record, following = held_by(world, people["ben"]), world.review.records.order_by("position")[1]
    data = {"verdict": "clean", "token": record.token}
    url = reverse("verdict", args=[record.pk])
    step = client_of("ben").post(url, data, headers=SCRIPT).json()
    assert step["record"] == str(following.pk)
    total = world.review.records.count()
    assert step["saved"] == f"Saved record {record.position} as clean. Record {following.position} of {total}."
    assert f'data-card="{following.pk}"' in step["card"]
    assert 'data-position="3"' in step["spare"]
    again = client_of("ben").post(url, data, headers={"X-Desk": str(following.pk)}).json()
    assert (again["record"], again["card"]) == (str(following.pk), "")


def test_a_flag_without_a_reason_comes_back_with_everything_typed(
    world: World, client_of: SignIn, people: People
) -> None:
    record = held_by(world, people["ben"])
    answer = post_verdict(client_of("ben"), record, "leakage", note="looks like my neighbour", fields=["2"])
    page = markup(answer)
    assert answer.status_code == 409
    assert "Say why it is leakage" in page
    assert "looks like my neighbour" in page
    assert re.search(r'name="fields" value="2" form="flag" data-sign="3" checked', page)
    assert re.search(r'name="verdict" value="leakage"[^>]*checked', page)
    assert not Verdict.objects.exists()


def test_a_stale_tab_is_refused_in_words_and_what_was_typed_stays(
    world: World, client_of: SignIn, people: People
) -> None:
    record = held_by(world, people["ben"])
    ReviewRecord.objects.filter(pk=record.pk).update(claimed_by=people["bea"], token=record.token + 1)
    data = {"verdict": "leakage", "reasons": ["near_copy"], "token": record.token, "note": "too close"}
    url = reverse("verdict", args=[record.pk])
    answer = client_of("ben").post(url, data)
    assert answer.status_code == 409
    assert all(words in text(answer) for words in ("ran out", "near copy of a real record", "too close"))
    answer = client_of("ben").post(url, data, headers=SCRIPT)
    assert answer.status_code == 409
    assert "ran out" in answer.json()["reasons"][0]
    assert not answer.json()["is_held"]
    assert not Verdict.objects.exists()
    assert AuditEvent.objects.filter(action="refused").count() == 2


def test_undo_brings_the_record_back_with_its_note(world: World, client_of: SignIn, people: People) -> None:
    client, record = client_of("ben"), held_by(world, people["ben"])
    post_verdict(client, record, "unrealistic", reasons=["too_generic"], note="seen it before")
    page = markup(client.post(reverse("undo", args=[world.review.pk]), follow=True))
    assert f"· record {record.position} " in text(page)
    assert "seen it before" in page
    assert re.search(r'value="too_generic"[^>]*checked', page)


def test_an_empty_desk_says_who_holds_what(world: World, client_of: SignIn, people: People) -> None:
    held = world.review.records.count()
    world.review.records.update(state="claimed", claimed_by=people["bea"], lease_until="2100-01-01T00:00:00Z")
    assert f"{held} records are held by others" in text(client_of("ben").get(desk_of(world)))


def test_an_empty_desk_says_that_a_flag_waits_for_a_second_person(
    world: World, client_of: SignIn, people: People
) -> None:
    flag(world, people["ben"])
    world.review.records.filter(state="waiting").update(state="judged")
    assert "cannot be you, you raised them" in text(client_of("ben").get(desk_of(world)))
    assert "that can be you" in text(client_of("bea").get(desk_of(world)))
