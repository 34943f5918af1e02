"""The gate's page: what is missing, what is waived, and what exactly is signed."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.urls import reverse

from reviews.models import Release, Waiver
from reviews.repositories.gate.dossier import collect
from tests.cast import World, the_world
from tests.generation.siblings import sibling
from tests.markup import markup
from tests.reviews.pages.door import People, SignIn, text

SAID = "Good enough for a first pilot."


def test_a_shut_gate_says_what_is_missing_and_offers_no_signature(
    world: World, client_of: SignIn, people: People
) -> None:
    page = markup(client_of("cleo").get(reverse("gate", args=[world.run.pk])))
    assert "The sample review is not complete" in page
    assert "ana owns this dataset or asked for this run" in text(page)
    assert "These stewards may sign: cleo, cora." in text(page)
    assert 'id="release"' not in page
    assert world.run.artefact_sha256 in page


def test_a_waiver_without_a_reason_is_refused_beside_its_field(world: World, client_of: SignIn, people: People) -> None:
    answer = client_of("cleo").post(reverse("waive", args=[world.run.pk]), {"condition": "utility", "reason": " "})
    assert answer.status_code == 409
    assert "A waiver needs a reason" in text(answer)
    assert (
        client_of("ana")
        .post(reverse("waive", args=[world.run.pk]), {"condition": "utility", "reason": "please"})
        .status_code
        == 403
    )
    client_of("cleo").post(reverse("waive", args=[world.run.pk]), {"condition": "utility", "reason": SAID})
    assert Waiver.objects.get().reason == SAID


def test_the_steward_signs_what_the_page_showed(reviewed: World, client_of: SignIn) -> None:
    client, gate = client_of("cleo"), reverse("gate", args=[reviewed.run.pk])
    page = markup(client.get(gate))
    seen = re.search(r'name="dossier" value="([0-9a-f]{64})"', page)
    assert seen is not None
    ticked = re.findall(r'name="seen"\s+value="(\w+)"', page)
    answer = client.post(reverse("release_run", args=[reviewed.run.pk]), {"dossier": seen[1], "seen": ticked})
    signed = Release.objects.get()
    assert answer.headers["Location"] == reverse("release", args=[signed.pk])
    assert signed.claim in unescape(page)
    assert signed.dossier_hash == seen[1]


def test_what_is_met_but_needs_eyes_is_open_counted_apart_and_ticked_before_anything_is_signed(
    reviewed: World, client_of: SignIn
) -> None:
    client, dossier = client_of("cleo"), collect(reviewed.run)
    eyes = dossier.needing_eyes
    assert eyes
    page = markup(client.get(reverse("gate", args=[reviewed.run.pk])))
    met, need = len(dossier.conditions) - len(eyes), "needs" if len(eyes) == 1 else "need"
    assert f"Conditions: {met} met, {len(eyes)} {need} your eyes" in text(page)
    assert re.findall(r'name="seen"\s+value="(\w+)"', page) == eyes
    assert page.count('<details class="unfold condition" open') == len(eyes)
    answer = client.post(reverse("release_run", args=[reviewed.run.pk]), {"dossier": dossier.hash, "seen": eyes[1:]})
    assert answer.status_code == 400
    refused = markup(answer)
    assert refused.count("Read this and tick it: nothing is signed before.") == 1
    assert refused.count(" checked") == len(eyes) - 1
    assert f"({eyes[0]})" in text(refused)
    assert not Release.objects.exists()


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({"dossier": "0" * 64}, 409, "changed since you opened this page"),
        ({"dossier": ""}, 400, "say which dossier you had before you"),
        ({}, 400, "say which dossier you had before you"),
    ],
)
def test_an_approval_of_anything_else_releases_nothing(
    sent: dict[str, str], status: int, words: str, reviewed: World, client_of: SignIn
) -> None:
    answer = client_of("cleo").post(reverse("release_run", args=[reviewed.run.pk]), sent)
    assert answer.status_code == status
    assert words in text(answer)
    assert not Release.objects.exists()


def test_only_a_steward_without_a_part_in_it_releases(reviewed: World, client_of: SignIn) -> None:
    seen = collect(reviewed.run).hash
    for name, status in (("ana", 403), ("eve", 403), ("ben", 404), ("dan", 404), ("root", 404)):
        answer = client_of(name).post(reverse("release_run", args=[reviewed.run.pk]), {"dossier": seen})
        assert answer.status_code == status, name
    assert "Sign and release" not in text(client_of("ana").get(reverse("gate", args=[reviewed.run.pk])))


def test_a_steward_reads_what_a_release_would_change_since_the_last_one(release: Release, client_of: SignIn) -> None:
    world = the_world()
    first = text(client_of("cleo").get(reverse("gate", args=[world.run.pk])))
    assert "Since the last release" not in first
    changed = {"artefact_rows": 1_500, "columns": world.run.columns[1:], "synthesizer": "copula", "tier": "strict"}
    gone = next(one["label"] for one in world.run.plan.schema if one["name"] == world.run.columns[0])
    run = sibling(world, artefact_sha256="a1" * 32, **changed)
    shown = text(client_of("cleo").get(reverse("gate", args=[run.pk])))
    assert (
        f"Since the last release 1,500 records instead of 2,000; columns gone: {gone}; made by copula instead of "
        "gaussian_copula; reviewed by the policy strict instead of quick, compared with release 1"
    ) in shown
