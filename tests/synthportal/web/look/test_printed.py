"""The dossier on paper, read by another reader of PDF: what the page says stands in it, and nothing is markup."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from generation.models import Dataset
from reviews.repositories.gate.dossier import collect
from synthportal.models import AuditEvent, Person
from synthportal.web.look.printed import Block, printed_page
from tests.cast import World
from tests.synthportal.web.look.test_kept import SignIn


def words(content: bytes) -> str:
    """The text of all pages; letters that a line break parts stand together again."""
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages))


def same(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_every_condition_with_its_evidence_and_what_is_signed_stand_in_it(world: World, client_of: SignIn) -> None:
    answer = client_of("cleo").get(reverse("dossier_printed", args=[world.run.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].endswith('.pdf"')
    found, dossier = words(answer.content), collect(world.run)
    assert all(same(line.title) in found and same(line.evidence) in found for line in dossier.conditions)
    assert dossier.hash in found
    assert world.run.artefact_sha256 in found
    assert AuditEvent.objects.filter(action="dossier exported", subject_id=str(world.run.pk)).count() == 1
    assert (
        reverse("dossier_printed", args=[world.run.pk])
        in client_of("cleo").get(reverse("gate", args=[world.run.pk])).content.decode()
    )


def test_who_judges_finds_none(world: World, client_of: SignIn) -> None:
    assert client_of("ben").get(reverse("dossier_printed", args=[world.run.pk])).status_code == 404


@pytest.mark.parametrize("name", ['<img src="/etc/passwd">', "<b>bold", "A & B", "Łódź, Ελλάδα, Москва", "x" * 120])
def test_a_name_is_printed_as_it_is_typed(
    world: World, people: dict[str, Person], client_of: SignIn, name: str
) -> None:
    Dataset.objects.filter(pk=world.dataset.pk).update(name=name)
    answer = client_of("cleo").get(reverse("dossier_printed", args=[world.run.pk]))
    assert answer.status_code == 200
    assert same(name) in words(answer.content)


def test_a_line_of_many_pages_goes_on_and_pages_are_numbered() -> None:
    texts = [f"sentence {number} of a long note." for number in range(400)]
    answer = printed_page("Long", [], [Block("Notes", [("Found", texts)])], name="long.pdf")
    reader = PdfReader(BytesIO(answer.content))
    assert len(reader.pages) > 5
    found = words(answer.content)
    assert all(same(text) in found for text in texts)
    assert f"Page{len(reader.pages)}" in found
