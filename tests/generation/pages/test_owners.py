"""Several people own a dataset: each may do what the first may, and none of them judges or signs."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from generation.models import CoOwner
from generation.permissions import datasets_for, owns, runs_for
from generation.stages.changes.share import end_share, share_dataset
from generation.stages.request import why_not_run
from reviews.engine.reading.judgement import Judgement
from reviews.permissions import desk_reviews_for, flag_reviews_for
from reviews.repositories.gate.dossier import collect
from reviews.stages.gate import may_sign_instead, why_not_sign, why_not_waive
from reviews.stages.pause import requeue_verdicts
from reviews.stages.review import claim_record, judge_record
from synthportal.errors import Conflict, NotPermitted
from synthportal.models import Notice, Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role
from tests.cast import World, without_triggers
from tests.generation.door import page
from tests.reviews.pages.door import People, SignIn, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def zoe(world: World, people: People) -> Person:
    """Another owner, who is a steward and an annotator as well."""
    zoe = people["zoe"] = Person.objects.create(username="zoe", first_name="Zoe")
    for role in (Role.OWNER, Role.STEWARD, Role.ANNOTATOR):
        grant(zoe, role)
    return Person.objects.get(pk=zoe.pk)


def again(person: Person) -> Person:
    """As in the next request."""
    return Person.objects.get(pk=person.pk)


def test_an_owner_shares_a_dataset_on_its_page_and_the_other_one_works_on_it(
    world: World, client_of: SignIn, people: People
) -> None:
    ed = people["ed"] = Person.objects.create(username="ed", first_name="Ed")
    grant(ed, Role.OWNER)
    address = reverse("dataset_owners", args=[world.dataset.pk])
    assert client_of("ed").get(reverse("dataset", args=[world.dataset.pk])).status_code == 404
    ana = client_of("ana")
    assert "Share with" in page(ana.get(address))
    assert "owns this dataset with you" in page(ana.post(address, {"person": "ed"}, follow=True))
    assert Notice.objects.get(person=ed).path == reverse("dataset", args=[world.dataset.pk])
    assert client_of("ed").get(reverse("dataset", args=[world.dataset.pk])).status_code == 200
    assert "incomes" in page(client_of("ed").get(reverse("datasets")))
    now = again(ed)
    assert owns(now, world.dataset)
    assert list(datasets_for(now)) == [world.dataset]
    assert world.run in runs_for(now)
    assert why_not_run(now, world.dataset) == []
    told = text(client_of("eve").get(reverse("audit"), {"action": "owner added"}))
    assert "person Ed" in told
    end = reverse("owner_end", args=[CoOwner.objects.get().pk])
    assert client_of("cleo").post(end).status_code == 403
    client_of("ana").post(end)
    assert client_of("ed").get(reverse("dataset", args=[world.dataset.pk])).status_code == 404
    assert not owns(again(ed), world.dataset)


@pytest.mark.both
def test_who_owns_or_owned_a_dataset_with_others_neither_judges_nor_settles_nor_waives_nor_signs(
    world: World, people: People, zoe: Person
) -> None:
    assert world.review in desk_reviews_for(zoe)
    assert zoe in may_sign_instead(collect(world.run))
    shared = share_dataset(world.dataset, zoe, by=people["ana"])
    for is_over in (False, True):
        if is_over:
            end_share(shared, by=people["ana"])
        now = again(zoe)
        assert world.review not in desk_reviews_for(now)
        assert world.review not in flag_reviews_for(now)
        with pytest.raises(NotPermitted):
            claim_record(world.review, by=now)
        assert why_not_sign(now, world.run) == ["A release needs a second person: you owned this dataset with others."]
        assert why_not_waive(now, world.run) == [
            "A waiver needs a second person: you own this dataset or asked for this run."
        ]
        assert now not in may_sign_instead(collect(world.run))
    assert not collect(world.run).facts.touched


@pytest.mark.both
def test_who_owned_a_dataset_stays_known(world: World, people: People, zoe: Person) -> None:
    shared = share_dataset(world.dataset, zoe, by=people["ana"])
    with pytest.raises(DatabaseError, match="stays known"), transaction.atomic():
        CoOwner.objects.all().delete()
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        CoOwner.objects.update(person=people["cleo"])
    with without_triggers():
        CoOwner.objects.filter(pk=shared.pk).delete()
    assert "Who owned the dataset is not what was recorded." in collect(world.run).facts.touched


def test_whoever_had_a_part_in_the_review_does_not_become_an_owner(world: World, people: People, zoe: Person) -> None:
    record = claim_record(world.review, by=zoe)
    judge_record(record, Judgement("clean"), token=record.token, by=zoe)
    with pytest.raises(Conflict, match="Zoe judged records of it, and stays on the other side"):
        share_dataset(world.dataset, zoe, by=people["ana"])


def test_whoever_judged_in_the_moment_when_the_dataset_was_shared_with_them_keeps_the_gate_shut(
    world: World, people: People, zoe: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither of two transactions sees the other's row."""
    record = claim_record(world.review, by=zoe)
    verdict = judge_record(record, Judgement("clean"), token=record.token, by=zoe)
    monkeypatch.setattr("generation.stages.changes.share.took_part", lambda person, dataset: "")
    share_dataset(world.dataset, zoe, by=people["ana"])
    (told,) = collect(world.run).facts.touched
    assert told == "Somebody who owns or owned the dataset judged records of it: set their verdicts aside."
    requeue_verdicts(world.review, [str(verdict.pk)], reason="They own it now.", by=people["cleo"])
    assert not collect(world.run).facts.touched


@pytest.mark.parametrize(
    ("name", "why"), [("ana", "owns this dataset already"), ("dan", "has not the role of an owner"), ("", "Choose")]
)
def test_who_cannot_own_a_dataset_is_said(world: World, client_of: SignIn, name: str, why: str) -> None:
    refused = client_of("ana").post(reverse("dataset_owners", args=[world.dataset.pk]), {"person": name})
    assert refused.status_code == 409
    assert why in page(refused)
    assert not CoOwner.objects.exists()


def test_nobody_but_an_owner_shares(world: World, people: People, zoe: Person) -> None:
    with pytest.raises(NotPermitted):
        share_dataset(world.dataset, zoe, by=people["cleo"])
