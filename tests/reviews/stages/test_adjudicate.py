"""Adjudication: the second person says what they see before they read what the first one said."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from reviews.engine.reading.judgement import Judgement
from reviews.models import Adjudication, Review, SecondLook, Verdict
from reviews.stages.adjudicate import flags_for, look_again, settle_flag
from reviews.stages.review import claim_record, judge_record
from synthportal.errors import Conflict
from synthportal.models import AuditEvent, Person
from tests.cast import World
from tests.reviews.calibrated import world_with

People = dict[str, Person]
COPY = Judgement("leakage", ["near_copy"], [0], "the same house as my aunt's")


def flag(world: World, person: Person) -> Verdict:
    record = claim_record(world.review, by=person)
    assert record is not None
    return judge_record(record, COPY, token=record.token, by=person)


def client_for(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.both
def test_nobody_settles_before_they_have_looked_themselves(world: World, people: People) -> None:
    verdict = flag(world, people["ben"])
    with pytest.raises(Conflict, match="Look at the record yourself first"):
        settle_flag(verdict, is_leak=False, by=people["bea"])
    look_again(verdict, Judgement("clean"), by=people["bea"])
    settled = settle_flag(verdict, is_leak=True, note="on reading the note", by=people["bea"])
    assert (settled.is_leak, settled.flagged_by, settled.by) == (True, people["ben"], people["bea"])
    assert SecondLook.objects.get().decision == "clean"
    actions = list(AuditEvent.objects.order_by("seq").values_list("action", flat=True))
    assert [action for action in actions if action in {"judged", "second look", "adjudicated"}] == [
        "judged",
        "second look",
        "adjudicated",
    ]


def test_the_api_refuses_to_settle_blind_and_tells_the_first_verdict_after_the_look(
    world: World, people: People
) -> None:
    verdict = flag(world, people["ben"])
    bea, at = client_for(people["bea"]), f"/api/v1/records/{verdict.record_id}"
    refused = bea.post(f"{at}/adjudicate/", {"is_leak": True}, "application/json")
    assert refused.status_code == 409
    assert "yourself first" in refused.content.decode()
    assert bea.post(f"{at}/second-look/", {"verdict": "leakage"}, "application/json").status_code == 409
    look = bea.post(f"{at}/second-look/", {"verdict": "clean"}, "application/json")
    assert look.status_code == 201
    assert look.json()["first"]["reasons"] == ["near_copy"]
    for note in ({}, {"note": " "}):
        unfounded = bea.post(f"{at}/adjudicate/", {"is_leak": True, **note}, "application/json")
        assert unfounded.status_code == 400
        assert "a confirmed leak needs a note (note)" in unfounded.json()["detail"]
    assert not Adjudication.objects.exists()
    settled = bea.post(f"{at}/adjudicate/", {"is_leak": True, "note": "her house"}, "application/json")
    assert settled.status_code == 201
    assert Adjudication.objects.get().note == "her house"


def test_the_page_shows_nothing_of_the_flag_before_the_look(world: World, people: People) -> None:
    verdict = flag(world, people["ben"])
    bea, page = client_for(people["bea"]), reverse("flags", args=[world.review.pk])
    blind = bea.get(page).content.decode()
    assert "Step 1 of 2" in blind
    assert all(word not in blind for word in ("First: ben", "Flagged by", "my aunt", "is-marked"))
    answer = bea.post(reverse("look", args=[verdict.pk]), {"verdict": "leakage"})
    assert answer.status_code == 409
    assert "choose at least one reason" in answer.content.decode()
    bea.post(reverse("look", args=[verdict.pk]), {"verdict": "unrealistic", "reasons": ["too_generic"]})
    seen = bea.get(page).content.decode()
    assert "Step 2 of 2" in seen
    assert all(word in seen for word in ("First: ben", "my aunt", "is-marked", "too generic", "near copy"))


def test_a_second_look_is_given_once_and_never_changed(world: World, people: People) -> None:
    verdict = flag(world, people["ben"])
    first = look_again(verdict, Judgement("clean"), by=people["bea"])
    assert look_again(verdict, COPY, by=people["bea"]) == first
    with pytest.raises(Conflict, match="Somebody else has begun"):
        look_again(verdict, COPY, by=people["cleo"])


def test_what_one_person_looks_at_is_not_offered_to_another_but_a_steward_can_finish_it(
    world: World, people: People
) -> None:
    extra = Person.objects.create(username="carl")
    extra.groups.add(*people["bea"].groups.all())
    verdict = flag(world, people["ben"])
    look_again(verdict, Judgement("clean"), by=people["bea"])
    assert not flags_for(extra, world.review).exists()
    with pytest.raises(Conflict):
        settle_flag(verdict, is_leak=False, by=extra)
    assert flags_for(people["cleo"], world.review).get() == verdict
    settle_flag(verdict, is_leak=False, by=people["cleo"])
    assert Adjudication.objects.get().by == people["cleo"]


def test_the_first_person_cannot_be_the_second(world: World, people: People) -> None:
    verdict = flag(world, people["ben"])
    for act in (
        lambda: look_again(verdict, COPY, by=people["ben"]),
        lambda: settle_flag(verdict, is_leak=False, by=people["ben"]),
    ):
        with pytest.raises(Conflict, match="by a second person"):
            act()


def test_who_judged_the_record_settles_no_flag_on_it_and_one_decision_settles_every_flag(
    db: None, people: People
) -> None:
    world = world_with(reviews_per_record=2)
    first, second = flag(world, people["ben"]), flag(world, people["bea"])
    assert first.record == second.record
    assert not flags_for(people["bea"], world.review).exists()
    with pytest.raises(Conflict, match="You have judged this record yourself"):
        look_again(first, COPY, by=people["bea"])
    look_again(first, Judgement("clean"), by=people["cleo"])
    settle_flag(first, is_leak=False, by=people["cleo"])
    assert Adjudication.objects.filter(is_leak=False, by=people["cleo"]).count() == 2
    assert not flags_for(people["cleo"], world.review).exists()


@pytest.mark.both
def test_second_looks_are_frozen_when_the_review_is_closed(world: World, people: People) -> None:
    verdict = flag(world, people["ben"])
    look_again(verdict, Judgement("clean"), by=people["bea"])
    Review.objects.filter(pk=world.review.pk).update(status="rejected")
    with pytest.raises(DatabaseError), transaction.atomic():
        SecondLook.objects.update(decision="leakage")
    with pytest.raises(DatabaseError), transaction.atomic():
        SecondLook.objects.all().delete()
