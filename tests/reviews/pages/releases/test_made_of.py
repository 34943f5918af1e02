"""What was made from a release: told when that is closed, and kept from its own release while that does not stand."""

from __future__ import annotations

import copy
import hashlib
from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from generation.models import Dataset
from reviews.models import Attestation, Derived, Download, Release, SignedFile
from reviews.repositories.catalogue.upstream import upstream_of
from reviews.repositories.gate.dossier import collect
from reviews.repositories.trust.attestations import attested
from reviews.repositories.trust.lineage import closed_upstream, downstream_of
from reviews.stages.derive import tell_derived
from reviews.stages.release import withdraw_release
from reviews.tasks import (
    submit_attestation,
    submit_release,
    submit_report,
    submit_settlement,
    submit_suspension,
    submit_withdrawal,
)
from synthportal.errors import Conflict
from synthportal.jobs.here import work_through
from synthportal.jobs.queue import reap
from synthportal.models import Delivery, Notice, Person
from synthportal.people.messages.webhooks import add_webhook
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role
from synthportal.storage.keys import create_key
from tests.cast import World, without_triggers
from tests.generation.siblings import sibling
from tests.reviews.pages.door import SignIn, text
from tests.reviews.signing import all_seen, publish

People = dict[str, Person]
REASON = "A person recognised herself."


def another(dataset: Dataset, **changes: Any) -> Dataset:
    """A dataset of another file, with a key of its own."""
    made = copy.copy(dataset)
    made._state = copy.copy(dataset._state)
    made._state.adding, made._state.fields_cache = True, dict(made._state.fields_cache)
    made.pk, made.key, made.source = uuid4(), create_key(), None
    for name, value in ({"sha256": uuid4().hex * 2, "name": "made"} | changes).items():
        setattr(made, name, value)
    made.save(force_insert=True)
    return made


def released_from(world: World, dataset: Dataset, number: int, people: People) -> Release:
    """A release of a run of this dataset, as if one had been reviewed and signed."""
    run = sibling(world, dataset=dataset, artefact_sha256=uuid4().hex * 2)
    review = copy.copy(world.review)
    review._state = copy.copy(world.review._state)
    review._state.adding, review._state.fields_cache = True, {}
    review.pk, review.run, review.artefact_sha256 = uuid4(), run, run.artefact_sha256
    review.status, review.dossier_hash, review.closed_at = review.Status.RELEASED, "0" * 64, timezone.now()
    with without_triggers():
        review.save(force_insert=True)
        return Release.objects.create(
            number=number, run=run, review=review, artefact_sha256=run.artefact_sha256, dossier_hash="0" * 64,
            requested_by=people["ana"], released_by=people["cora"], claim="x", certificate={}, card={},
        )  # fmt: skip


@pytest.fixture
def above(reviewed: World, people: People) -> Release:
    """A release of another source, of which the reviewed world's dataset was made."""
    found = released_from(reviewed, another(reviewed.dataset, name="above"), 1, people)
    tell_derived(found, name="", by=people["ana"], dataset=reviewed.dataset)
    return found


@pytest.mark.parametrize("path", ["data/train.parquet", "data/test.parquet", "release-1.csv"])
def test_a_dataset_that_is_a_file_of_a_bundle_is_known_to_be_made_of_it_and_told_of_its_withdrawal(
    release: Release, world: World, people: People, client_of: SignIn, path: str
) -> None:
    submit_attestation(release, by=people["cleo"], test_share=0.2)
    publish(release)
    sent: Any = client_of("dan").get(reverse("release_file", args=[release.pk, path]))
    made = another(release.run.dataset, sha256=hashlib.sha256(b"".join(sent.streaming_content)).hexdigest())
    assert upstream_of(made) == [release]
    below = released_from(world, made, 2, people)
    assert downstream_of(release) == [below]
    assert "Made from release 1 (released)." in text(client_of("cleo").get(reverse("gate", args=[below.run.pk])))
    submit_withdrawal(release, reason=REASON, by=people["cleo"])
    assert closed_upstream(below) == [release]
    assert "made was made from it" in text(client_of("ana").get(reverse("notices")))


def test_files_that_were_signed_before_their_digests_were_kept_are_known_after_the_migration(release: Release) -> None:
    known = set(SignedFile.objects.values_list("release", "sha256"))
    assert len(known) == len(attested(release).roots)  # type: ignore[union-attr]
    with without_triggers():
        SignedFile.objects.all().delete()
    import_module("reviews.migrations.0022_signed_files").fill(apps, None)
    assert set(SignedFile.objects.values_list("release", "sha256")) == known


def withdrawn(release: Release, people: People) -> None:
    withdraw_release(release, reason=REASON, by=people["cora"])


def expired(release: Release, people: People) -> None:
    """Its day was yesterday, and no worker has noticed yet."""
    yesterday = timezone.now() - timedelta(days=1)
    Attestation.objects.create(
        release=release, number=1, asked_by=people["cora"], expires_at=yesterday, signed_at=yesterday,
        envelope={"payload": ""}, statement_sha256="0" * 64, key_id="0" * 16,
    )  # fmt: skip


def suspended(release: Release, people: People) -> None:
    report = submit_report(release, row=3, words="My neighbour.", by=people["dan"])
    submit_suspension(report, is_on=True, by=people["cora"])


CLOSED = [(withdrawn, "was withdrawn"), (expired, "has expired"), (suspended, "is suspended")]


# --- The gate ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("close", "said"), CLOSED)
def test_what_was_made_from_a_closed_release_passes_no_gate(
    above: Release, reviewed: World, people: People, client_of: SignIn, close: Any, said: str
) -> None:
    run, cleo = reviewed.run, client_of("cleo")
    before = all_seen(run)
    assert "Made from release 1 (released)." in text(cleo.get(reverse("gate", args=[run.pk])))
    close(above, people)
    page = text(cleo.get(reverse("gate", args=[run.pk])))
    assert f"Release 1, which the source was made from, {said}" in page
    told = cleo.get(f"/api/v1/runs/{run.pk}/gate/").json()
    line = next(one for one in told["conditions"] if one["name"] == "made_from")
    assert (line["met"], said in line["why"]) == (False, True)
    assert "which the source was made from" in text(cleo.get(reverse("dossier", args=[run.pk])))
    with pytest.raises(Conflict, match="which the source was made from"):
        submit_release(run, by=people["cleo"], **before)
    refused = cleo.post(f"/api/v1/runs/{run.pk}/release/", before, content_type="application/json")
    assert (refused.status_code, said in refused.content.decode()) == (409, True)
    assert Release.objects.count() == 1


def test_it_is_signed_while_that_stands_and_after_a_report_was_dismissed(
    above: Release, reviewed: World, people: People
) -> None:
    report = submit_report(above, row=3, words="My neighbour.", by=people["dan"])
    submit_suspension(report, is_on=True, by=people["cora"])
    assert [line.name for line in collect(reviewed.run).unmet] == ["made_from"]
    submit_settlement(report, is_leak=False, reason="Nobody is in it.", by=people["cora"])
    release = submit_release(reviewed.run, by=people["cleo"], **all_seen(reviewed.run))
    assert release.card["record"]["gate"]["made_from"] == [{"number": 1, "standing": "released"}]


def test_it_is_kept_back_through_another_release_and_when_its_file_was_uploaded_unchanged(
    above: Release, reviewed: World, people: People
) -> None:
    first = released_from(reviewed, another(reviewed.dataset, name="first"), 2, people)
    tell_derived(first, name="", by=people["ana"], dataset=above.run.dataset)
    withdrawn(first, people)
    assert [line.name for line in collect(reviewed.run).unmet] == ["made_from"]
    same = another(reviewed.dataset, name="same bytes", sha256=above.artefact_sha256)
    run = sibling(reviewed, dataset=same, artefact_sha256="ef" * 32)
    found = {line.name: line for line in collect(run).conditions}["made_from"]
    assert found.evidence == "Made from release 1 (released), release 2 (withdrawn)."


def test_lists_say_that_its_gate_is_shut_in_as_many_queries(
    above: Release, reviewed: World, people: People, client_of: SignIn
) -> None:
    cleo = client_of("cleo")
    assert "waits for a signature" in text(cleo.get(reverse("runs")))
    withdrawn(above, people)
    assert "judged, the gate is shut" in text(cleo.get(reverse("runs")))
    with CaptureQueriesContext(connection) as asked:
        cleo.get(reverse("gate", args=[reviewed.run.pk]))
    assert len(asked) < 30


# --- Who is told ------------------------------------------------------------------------------------------------------


def words_to(person: Person, event: str) -> list[str]:
    return list(Notice.objects.filter(person=person, event=event).order_by("at").values_list("words", flat=True))


def take(client: Any, release: Release) -> None:
    b"".join(client.get(reverse("export", args=[release.pk])).streaming_content)


@pytest.fixture
def ada(people: People) -> Person:
    """An owner of her own."""
    person = Person.objects.create(username="ada")
    grant(person, Role.OWNER)
    return person


def test_a_withdrawal_tells_who_took_it_and_who_owns_or_took_what_was_made_from_it(
    release: Release, world: World, people: People, ada: Person, client_of: SignIn
) -> None:
    hook, _ = add_webhook("https://hooks.example.org/x", ["withdrawn"], by=people["root"])
    take(client_of("dan"), release)
    hers = another(world.dataset, owner=ada, name="hers", sha256=release.files.get(format="csv").sha256)
    made = released_from(world, hers, 2, people)
    last = another(world.dataset, owner=ada, name="last", sha256=made.artefact_sha256)
    tell_derived(release, name="a classifier", by=people["eve"])
    submit_withdrawal(release, reason=REASON, by=people["cleo"])
    assert words_to(people["dan"], "withdrawn") == [
        "Release 1 was withdrawn. Do not use it any more, and delete what you downloaded."
    ]
    assert words_to(people["eve"], "withdrawn") == [
        "Release 1 was withdrawn, and you made a classifier from it. Do not use that any more."
    ]
    hers_told = words_to(ada, "withdrawn")
    assert "Release 1 was withdrawn, and hers was made from it. Nothing of that dataset is released." in hers_told
    assert "Release 1 was withdrawn, and last was made from it. Nothing of that dataset is released." in hers_told
    assert any("release 2 was made from it. Do not use release 2 any more." in words for words in hers_told)
    assert words_to(people["cleo"], "withdrawn") == []
    paths = {one.path for one in Notice.objects.filter(person=ada)}
    assert paths == {reverse("dataset", args=[hers.pk]), reverse("dataset", args=[last.pk]),
                     reverse("release", args=[made.pk])}  # fmt: skip
    subjects = [one.body for one in Delivery.objects.filter(webhook=hook)]
    assert sum(str(made.pk) in body for body in subjects) == 1
    assert not any(REASON in body for body in subjects)


def test_who_took_what_was_made_from_it_is_told_too(
    release: Release, world: World, people: People, ada: Person, client_of: SignIn
) -> None:
    lower = another(world.dataset, owner=ada, name="hers")
    Derived.objects.create(release=release, dataset=lower, name="hers", told_by=ada)
    made = released_from(world, lower, 2, people)
    Download.objects.create(release=made, by=people["eve"], format="csv", sha256="0" * 64, first_byte=0, last_byte=9)
    submit_withdrawal(release, reason=REASON, by=people["cleo"])
    assert words_to(people["eve"], "withdrawn") == [
        "Release 1 was withdrawn, and release 2 was made from it. Do not use release 2 any more."
    ]


def test_that_it_was_made_from_a_release_is_not_unsaid_by_deleting_the_row(reviewed, above, people):
    assert collect(reviewed.run).facts.touched == ()
    withdrawn(above, people)
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM reviews_derived")
    dossier = collect(reviewed.run)
    assert "made_from" not in [line.name for line in dossier.conditions]
    assert dossier.facts.touched == ("That the dataset was made from a release was said, and is gone.",)


def test_a_withdrawn_release_whose_row_was_opened_again_feeds_nothing(reviewed, above, people):
    withdrawn(above, people)
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute("UPDATE reviews_release SET status = 'released', withdrawn_reason = ''")
    (line,) = [line for line in collect(reviewed.run).conditions if line.name == "made_from"]
    assert not line.met
    assert "Release 1, which the source was made from, was withdrawn" in line.why


def test_a_suspension_and_its_end_tell_who_made_something_of_the_release(
    release: Release, world: World, people: People, ada: Person, client_of: SignIn
) -> None:
    take(client_of("dan"), release)
    another(world.dataset, owner=ada, name="hers", sha256=release.files.get(format="csv").sha256)
    tell_derived(release, name="a classifier", by=people["eve"])
    report = submit_report(release, row=3, words="My neighbour.", by=people["dan"])
    submit_suspension(report, is_on=True, by=people["cora"])
    submit_suspension(report, is_on=False, by=people["cora"])
    wait = "Release 1 is suspended while a reported record is looked at"
    assert words_to(ada, "reported") == [
        f"{wait}, and hers was made from it. Nothing of that dataset is released meanwhile.",
        "Release 1 can be used again, and hers was made from it.",
    ]
    assert words_to(people["eve"], "reported")[:1] == [f"{wait}, and you made a classifier from it. Wait with it."]


def test_a_leak_that_is_confirmed_after_a_release_expired_is_told_to_everybody_it_concerns(
    release: Release, world: World, people: People, ada: Person, client_of: SignIn
) -> None:
    take(client_of("dan"), release)
    another(world.dataset, owner=ada, name="hers", sha256=release.files.get(format="csv").sha256)
    report = submit_report(release, row=3, words="My neighbour.", by=people["dan"])
    with without_triggers():
        Attestation.objects.filter(release=release).update(expires_at=timezone.now() - timedelta(days=1))
    reap()
    work_through(release.pk)
    page = reverse("release", args=[release.pk])
    assert "confirmed to give somebody away" not in text(client_of("dan").get(page))
    submit_settlement(report, is_leak=True, reason="She is the only one.", by=people["cora"])
    said = "Release 1 was expired before, and a leak was confirmed in it now"
    assert words_to(people["dan"], "withdrawn") == [f"{said}. Do not use it any more, and delete what you downloaded."]
    assert words_to(ada, "withdrawn") == [f"{said}, and hers was made from it. Nothing of that dataset is released."]
    assert "confirmed to give somebody away" in text(client_of("dan").get(page))
