"""Who misses too many controls is paused; what they found clean is judged anew; stewards see how well people see."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from scipy.stats import beta

from reviews.engine.reading.judgement import Judgement
from reviews.models import Pause, Requeue, ReviewRecord, Verdict
from reviews.repositories.progress import progress_of
from reviews.stages.pause import requeue_verdicts
from reviews.stages.review import claim_record, hold_record
from synthportal.errors import Conflict
from synthportal.models import AuditEvent, Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role
from tests.cast import World
from tests.markup import markup
from tests.reviews.calibrated import by_an_expert, judge, judge_as_an_expert, judge_until, world_with
from tests.reviews.waiting import waiting_for

SignIn = Callable[[str], Client]
People = dict[str, Person]


@pytest.fixture
def calibrated(db: None) -> World:
    return world_with(control_rate=0.1, missable_controls=2, min_annotators=2)


def text(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def see_nothing(world: World, person: Person) -> list[ReviewRecord]:
    """Find everything clean until nothing comes any more."""
    seen = []
    while record := claim_record(world.review, by=person):
        judge(record, Judgement("clean"), person)
        seen.append(record)
    return seen


def test_who_finds_less_than_the_floor_of_five_controls_gets_nothing_more_and_is_told_so(
    calibrated: World, client_of: SignIn, people: People
) -> None:
    seen = see_nothing(calibrated, people["ben"])
    assert sum(record.lane == "control" for record in seen) == 5
    pause = Pause.objects.get()
    assert (pause.person, pause.found, pause.judged) == (people["ben"], 0, 5)
    answer = client_of("ben").post(f"/api/v1/reviews/{calibrated.review.pk}/claim/")
    assert answer.status_code == 204
    assert "a steward will speak to you" in answer.headers["X-Why"]
    assert "a steward will speak to you" in text(client_of("ben").get(reverse("desk", args=[calibrated.review.pk])))
    assert waiting_for(people["ben"], calibrated.review) == 0
    assert AuditEvent.objects.filter(action="paused", subject_id=str(pause.pk)).count() == 1


def test_four_of_five_is_the_floor_and_no_pause(calibrated: World, people: People) -> None:
    controls = 0
    while controls < 5 and (record := claim_record(calibrated.review, by=people["ben"])):
        is_first = record.lane == "control" and controls == 0
        controls += record.lane == "control"
        judge(record, Judgement("clean") if is_first else by_an_expert(record), people["ben"])
    assert not Pause.objects.exists()
    assert claim_record(calibrated.review, by=people["ben"]) is not None


def test_what_a_paused_person_found_clean_waits_for_others_and_their_flags_stand(
    calibrated: World, people: People
) -> None:
    first = judge_until(calibrated.review, people["ben"], "random")
    judge(first, Judgement("leakage", ["near_copy"]), people["ben"])
    seen = see_nothing(calibrated, people["ben"])
    standing = Verdict.objects.filter(undone_at__isnull=True)
    assert [verdict.record for verdict in standing] == [first]
    assert Requeue.objects.count() == Verdict.objects.count() - 1
    states = set(ReviewRecord.objects.filter(pk__in=[record.pk for record in seen]).values_list("state", flat=True))
    assert states == {"waiting"}
    again = claim_record(calibrated.review, by=people["bea"])
    assert again is not None
    assert again.verdicts.filter(by=people["ben"], requeue__isnull=False).exists()


@pytest.mark.slow
def test_the_claim_rests_on_those_who_go_on(calibrated: World, people: People) -> None:
    see_nothing(calibrated, people["ben"])
    judge_as_an_expert(calibrated.review, people["bea"])
    found = progress_of(calibrated.review)
    assert (found.leak_controls.judged, found.leak_controls.found, found.annotators) == (20, 20, 1)
    assert found.decision.outcome == "accept"


def test_a_steward_lifts_a_pause_with_a_reason_and_what_was_set_aside_never_comes_back(
    calibrated: World, client_of: SignIn, people: People
) -> None:
    seen = see_nothing(calibrated, people["ben"])
    pause = Pause.objects.get()
    lift = reverse("lift_pause", args=[pause.pk])
    for name in ("ben", "bea", "eve", "ana"):
        assert client_of(name).post(lift, {"reason": "please"}).status_code == 404
    assert client_of("cleo").post(lift, {"reason": " "}).status_code == 409
    assert client_of("cleo").post(lift, {"reason": "We went through the guidelines."}).status_code == 302
    assert client_of("cleo").post(lift, {"reason": "again"}).status_code == 409
    pause.refresh_from_db()
    assert (pause.lifted_by, pause.lifted_reason) == (people["cleo"], "We went through the guidelines.")
    again = claim_record(calibrated.review, by=people["ben"])
    assert again is not None
    assert again not in seen
    assert AuditEvent.objects.filter(action="pause lifted").count() == 1


def test_stewards_see_each_hit_rate_with_its_interval_and_nobody_else_does(
    calibrated: World, client_of: SignIn, people: People
) -> None:
    judge_as_an_expert(calibrated.review, people["ben"], 60)
    found = sum(record.lane == "control" for record in calibrated.review.records.filter(state="judged"))
    page = reverse("review_people", args=[calibrated.review.pk])
    shown = text(client_of("cleo").get(page))
    assert f"{found} of {found}" in shown
    assert f"{100 * beta.ppf(0.025, found, 1):.1f}" in shown.replace("\u202f", " ")
    for name in ("ana", "ben", "bea", "dan", "eve"):
        assert client_of(name).get(page).status_code == 404
    grant(people["cleo"], Role.ANNOTATOR)
    assert client_of("cleo").get(page).status_code == 404


def test_a_paused_person_holds_nothing_and_settles_nothing(calibrated: World, people: People) -> None:
    see_nothing(calibrated, people["ben"])
    assert not calibrated.review.records.filter(claimed_by=people["ben"]).exists()
    record = claim_record(calibrated.review, by=people["bea"])
    assert record is not None
    with pytest.raises(Conflict, match="paused"):
        hold_record(record, token=record.token, by=people["ben"])


def test_clean_verdicts_are_re_queued_with_a_reason_and_go_to_somebody_else(
    world: World, client_of: SignIn, people: People
) -> None:
    records = [claim_and_judge(world, people["ben"], "clean") for _ in range(3)]
    chosen = Verdict.objects.filter(record__in=records[:2]).values_list("pk", flat=True)
    url = reverse("requeue", args=[world.review.pk])
    sent = {"verdicts": [str(pk) for pk in chosen], "reason": "Judged in two seconds each."}
    assert client_of("eve").post(url, sent).status_code == 403
    assert client_of("ben").post(url, sent).status_code == 404
    assert client_of("cleo").post(url, sent | {"reason": ""}).status_code == 409
    assert client_of("cleo").post(url, sent).status_code == 302
    assert claim_record(world.review, by=people["ben"]) not in records
    assert claim_record(world.review, by=people["bea"]) == records[0]
    listed = text(client_of("cleo").get(reverse("review_verdicts", args=[world.review.pk]), {"state": "undone"}))
    assert listed.count("set aside: Judged in two seconds each.") == 2


def claim_and_judge(world: World, person: Person, decision: str, *reasons: str) -> ReviewRecord:
    record = claim_record(world.review, by=person)
    assert record is not None
    judge(record, Judgement(decision, reasons, [0]), person)
    return record


def test_a_flag_an_unrealistic_record_and_a_control_cannot_be_re_queued(calibrated: World, people: People) -> None:
    claim_and_judge(calibrated, people["ben"], "leakage", "near_copy")
    claim_and_judge(calibrated, people["ben"], "unrealistic", "too_generic")
    while True:
        record = claim_record(calibrated.review, by=people["ben"])
        assert record is not None
        judge(record, Judgement("clean"), people["ben"])
        if record.lane == "control":
            break
    kept = Verdict.objects.exclude(decision="clean") | Verdict.objects.filter(record__lane="control")
    with pytest.raises(Conflict, match="A flag is settled, never erased"):
        requeue_verdicts(
            calibrated.review, [str(verdict.pk) for verdict in kept], reason="I disagree", by=people["cleo"]
        )
    assert not Requeue.objects.exists()


def test_the_list_of_verdicts_is_filtered_by_the_address(world: World, client_of: SignIn, people: People) -> None:
    claim_and_judge(world, people["ben"], "leakage", "near_copy")
    claim_and_judge(world, people["bea"], "clean")
    client, url = client_of("cleo"), reverse("review_verdicts", args=[world.review.pk])

    def rows(**query: str) -> int:
        return client.get(url, query).content.decode().count('<td class="nowrap muted">')

    assert rows() == 2
    assert rows(decision="leakage") == rows(reason="near_copy") == rows(annotator=str(people["ben"].pk)) == 1
    assert rows(reason="secret") == rows(decision="unrealistic") == rows(field="11") == 0
    assert rows(field="0") == 2
    assert rows(state="flag open") == rows(decision="leakage", reason="near_copy", state="flag open") == 1
    assert rows(decision="' OR 1=1", annotator="x") == 2
    assert client_of("eve").get(url).status_code == 200
    for name in ("ana", "ben", "dan"):
        assert client_of(name).get(url).status_code == 404


def test_the_list_is_read_to_its_end_without_gap_or_repetition(world: World, client_of: SignIn, people: People) -> None:
    judge_as_an_expert(world.review, people["ben"], 70)
    url, seen = reverse("review_verdicts", args=[world.review.pk]), list[str]()
    while url:
        page = markup(client_of("cleo").get(url))
        seen += re.findall(r'name="verdicts" value="([0-9a-f-]{36})"', page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        url = reverse("review_verdicts", args=[world.review.pk]) + unescape(older[1]) if older else ""
    assert len(seen) == len(set(seen)) == 70


def test_the_export_has_who_said_what_and_no_content(world: World, client_of: SignIn, people: People) -> None:
    record = claim_record(world.review, by=people["ben"])
    assert record is not None
    judge(record, Judgement("leakage", ["near_copy"], [1], "he is my neighbour, Private"), people["ben"])
    url = reverse("review_export", args=[world.review.pk])
    answer = client_of("cleo").get(url)
    told = answer.json()
    assert told["records"][0]["verdicts"][0]["decision"] == "leakage"
    assert len(told["records"]) == world.review.records.count()
    assert "neighbour" not in answer.content.decode()
    assert "Private" not in answer.content.decode()
    assert AuditEvent.objects.filter(action="review exported").count() == 1
    for name in ("ana", "ben", "dan"):
        assert client_of(name).get(url).status_code == 404
