"""A page as one file: whole without the portal, without a form, and written down."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from synthportal.models import AuditEvent
from tests.cast import World

SignIn = Callable[[str], Client]
KEPT = [("run_evidence", "ana", "evidence exported", "Privacy"), ("dossier", "cleo", "dossier exported", "Conditions")]


@pytest.mark.parametrize(("page", "name", "action", "heading"), KEPT)
def test_what_is_kept_needs_nothing_from_the_portal_and_can_do_nothing(
    world: World, client_of: SignIn, page: str, name: str, action: str, heading: str
) -> None:
    answer = client_of(name).get(reverse(page, args=[world.run.pk]))
    kept = answer.content.decode()
    assert answer["Content-Disposition"].startswith("attachment")
    assert heading in kept
    assert "<style>" in kept
    assert '<symbol id="met"' in kept
    assert not re.search(r"<form|<script|<link|csrfmiddlewaretoken|hx-get", kept)
    assert set(re.findall(r'(?:href|src)="(.)', kept)) <= {"#", "h"}  # within the file, or the portal's whole address
    assert set(re.findall(r'<use href="(.)', kept)) == {"#"}
    assert not re.search(r"<details(?![^>]* open)", kept)
    assert " ago<" not in kept
    assert AuditEvent.objects.filter(action=action, subject_id=str(world.run.pk)).count() == 1


@pytest.mark.parametrize(("page", "name"), [("run_evidence", "eve"), ("dossier", "eve")])
def test_an_auditor_keeps_it_too_and_an_annotator_finds_nothing(
    world: World, client_of: SignIn, page: str, name: str
) -> None:
    assert client_of(name).get(reverse(page, args=[world.run.pk])).status_code == 200
    assert client_of("ben").get(reverse(page, args=[world.run.pk])).status_code == 404


def test_the_pages_offer_their_file(world: World, client_of: SignIn) -> None:
    assert (
        reverse("run_evidence", args=[world.run.pk])
        in client_of("ana").get(reverse("run", args=[world.run.pk])).content.decode()
    )
    assert (
        reverse("dossier", args=[world.run.pk])
        in client_of("cleo").get(reverse("gate", args=[world.run.pk])).content.decode()
    )
