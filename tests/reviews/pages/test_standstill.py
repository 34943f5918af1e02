"""A review that one person's skip, pause or absence would end in silence: the homes say why, and what to do."""

from __future__ import annotations

from django.urls import reverse

from reviews.models import Pause, Skip
from reviews.stages.review import judge_record, skip_record
from synthportal.models import Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role
from tests.cast import World
from tests.reviews.calibrated import by_an_expert, judge_as_an_expert, judge_until
from tests.reviews.pages.door import People, SignIn, desk_of, flag, held_by, text

STANDS = "Reviews that cannot go on"


def alone(person: Person) -> None:
    """Nobody else can sign in as an annotator: the others have lost the role or their account."""
    others = Person.objects.filter(groups__name=Role.ANNOTATOR).exclude(pk=person.pk)
    others.update(is_active=False)


def skip_first_judge_the_rest(world: World, person: Person) -> int:
    record = judge_until(world.review, person, "random")
    skip_record(record, "cannot_tell", token=record.token, by=person)
    judge_as_an_expert(world.review, person)
    return record.position


def test_nothing_stands_still_while_somebody_else_may_judge(world: World, client_of: SignIn, people: People) -> None:
    skip_first_judge_the_rest(world, people["ben"])
    for name in ("cleo", "ana"):
        assert STANDS not in text(client_of(name).get(reverse("home")))
    assert "nobody else here may judge" not in text(client_of("ben").get(desk_of(world)))


def test_a_skip_by_the_only_annotator_is_told_to_steward_owner_and_annotator_with_what_to_do(
    world: World, client_of: SignIn, people: People
) -> None:
    alone(people["ben"])
    position = skip_first_judge_the_rest(world, people["ben"])
    for name in ("cleo", "ana"):
        home = text(client_of(name).get(reverse("home")))
        assert STANDS in home
        assert "1 record nobody here may judge, because ben skipped it." in home
        assert "Ask ben to take the skip back at the desk" in home
        assert "because ben skipped it" in text(client_of(name).get(desk_of(world)))
    assert "You skipped 1 record" in text(client_of("ben").get(reverse("home")))
    desk = text(client_of("ben").get(desk_of(world)))
    assert "1 record waits for you alone: you skipped it, and nobody else here may judge it." in desk
    assert f"Take my skip back: record {position}" in desk


def test_the_skip_is_taken_back_at_the_empty_desk_and_the_review_goes_on(
    world: World, client_of: SignIn, people: People
) -> None:
    alone(people["ben"])
    skip_first_judge_the_rest(world, people["ben"])
    skip, client = Skip.objects.get(), client_of("ben")
    answer = client.post(reverse("take_back", args=[skip.record_id]), follow=True)
    assert f"· record {skip.record.position} " in text(answer)
    assert STANDS not in text(client_of("cleo").get(reverse("home")))
    again = client.post(reverse("take_back", args=[skip.record_id]))
    assert again.status_code == 409
    assert "no skip of yours stands on this record" in text(again)


def test_without_an_annotator_every_record_stands_still(world: World, client_of: SignIn, people: People) -> None:
    record = held_by(world, people["ben"])
    Person.objects.filter(groups__name=Role.ANNOTATOR).update(is_active=False)
    total = world.review.records.count()
    said = f"{total} records nobody here may judge, because nobody here is an annotator."
    assert said in text(client_of("cleo").get(reverse("home")))
    assert record.claimed_by == people["ben"]


def test_annotators_who_are_paused_or_have_a_part_in_the_run_are_named(
    world: World, client_of: SignIn, people: People
) -> None:
    alone(people["ben"])
    grant(people["ana"], Role.ANNOTATOR)
    Pause.objects.create(review=world.review, person=people["ben"], found=0, judged=5)
    home = text(client_of("cleo").get(reverse("home")))
    assert "because ana owns the dataset or asked for the run and ben is paused." in home
    assert "Speak to ben and lift the pause, or have one more person made an annotator." in home


def test_a_flag_that_nobody_may_settle_is_told(world: World, client_of: SignIn, people: People) -> None:
    alone(people["ben"])
    flag(world, people["ben"])
    assert STANDS not in text(client_of("cleo").get(reverse("home")))  # she may settle it
    people["cleo"].groups.clear()
    people["cora"].groups.clear()
    home = text(client_of("ana").get(reverse("home")))
    assert "1 leak flag nobody here may settle, because ben raised it." in home
    assert "A release nobody here may sign, because nobody here is a steward." in home


def test_a_release_is_told_that_its_only_steward_cannot_sign(world: World, client_of: SignIn, people: People) -> None:
    people["cora"].groups.clear()
    grant(people["cleo"], Role.ANNOTATOR)
    record = held_by(world, people["cleo"])
    judge_record(record, by_an_expert(record), token=record.token, by=people["cleo"])
    said = "A release nobody here may sign, because cleo has judged records of it already."
    assert said in text(client_of("ana").get(reverse("home")))
