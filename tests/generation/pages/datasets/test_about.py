"""What people know of a source: asked at the upload and later, kept in versions, refused in words."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from generation.models import About, Dataset
from generation.repositories.tables import dictionary_of
from synthportal.jobs.here import work_through
from synthportal.models import AuditEvent
from tests.generation.door import page

pytestmark = pytest.mark.django_db
DICTIONARY = "column;description;unit\nage;At the interview;years\nheight;Without shoes;cm\n"


def test_terms_and_dictionary_of_the_upload_are_kept_and_a_line_that_names_no_column_is_told(people, ana):
    rows = "".join(f"{20 + at % 60},{at % 7}\n" for at in range(400))
    file = SimpleUploadedFile("people.csv", f"age,visits\n{rows}".encode(), content_type="text/csv")
    stated = {"purpose": "training", "prohibited_uses": "None.", "name": "people", "file": file}
    more = {"legal_basis": "CC BY 4.0", "retain_until": "2030-01-31", "dictionary": DICTIONARY}
    assert ana.post(reverse("dataset_new"), stated | more).status_code == 302
    dataset = Dataset.objects.get()
    work_through(dataset.pk)
    dataset.refresh_from_db()
    assert dataset.choices["c0"] == {"description": "At the interview", "unit": "years"}
    assert dataset.about["legal_basis"] == "CC BY 4.0"
    assert "2030-01-31" in dataset.about["retention"]
    shown = page(ana.get(reverse("about", args=[dataset.pk])))
    assert "1 line of the dictionary named no column of the file" in " ".join(shown.split())
    assert "CC BY 4.0" in shown
    assert "age,At the interview,years," in dictionary_of(dataset)


def test_a_dictionary_that_is_none_is_refused_beside_its_field_and_nothing_typed_is_lost(ana):
    file = SimpleUploadedFile("people.csv", b"a,b\n1,2\n", content_type="text/csv")
    stated = {"purpose": "training", "prohibited_uses": "None.", "name": "people", "file": file, "dictionary": "a,b\nc"}
    refused = ana.post(reverse("dataset_new"), stated)
    assert refused.status_code == 422
    assert "The first line of a data dictionary" in page(refused)
    assert not Dataset.objects.exists()


def test_each_change_is_a_version_that_is_recorded_and_never_changes(world, ana, client_of):
    url = reverse("about", args=[world.dataset.pk])
    ana.post(url, {"origin": "A census."})
    ana.post(url, {"origin": "A census."})
    ana.post(url, {"origin": "A census of 1994.", "expires": "2030-01-31"})
    assert [(one.version, one.answers["origin"]) for one in world.dataset.abouts.order_by("version")] == [
        (1, "A census."), (2, "A census of 1994."),
    ]  # fmt: skip
    assert AuditEvent.objects.filter(action="about stated").count() == 2
    refused = ana.post(url, {"origin": "Another.", "expires": "soon"})
    assert refused.status_code == 422
    assert "Another." in page(refused)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        About.objects.update(answers={})
    assert client_of("cleo").post(url, {"origin": "Mine."}).status_code == 403
    assert "A census of 1994." in page(client_of("cleo").get(url))


def test_the_dictionary_is_typed_or_pasted_and_what_else_was_said_of_a_column_stays(world, ana):
    url = reverse("dictionary", args=[world.dataset.pk])
    name = next(c["name"] for c in world.dataset.file_facts["columns"] if c["label"] == "age")
    Dataset.objects.filter(pk=world.dataset.pk).update(choices={name: {"missing": ["unknown"]}})
    ana.post(url, {f"{name}-description": "At the interview", f"{name}-unit": "years", f"{name}-allowed": ""})
    ana.post(url, {"dictionary": "column,allowed\nAGE,17 to 90\n"})
    world.dataset.refresh_from_db()
    assert world.dataset.choices[name] == {"missing": ["unknown"], "allowed": "17 to 90"}
    refused = ana.post(url, {"dictionary": "column,unit\nno such column,cm\n"})
    assert refused.status_code == 422
    assert "1 of the columns named are not in the file" in page(refused)
