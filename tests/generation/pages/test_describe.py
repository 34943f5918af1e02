"""What an owner says of a dataset and calls a run, changed after the upload."""

from __future__ import annotations

from django.urls import reverse

from synthportal.models import AuditEvent
from tests.reviews.pages.door import text

SAID = {"name": "incomes of 1994", "description": "For a course.", "prohibited_uses": "None.", "retain_until": ""}


def test_an_owner_changes_what_is_said_of_a_dataset_and_the_trail_names_what(world, client_of):
    url = reverse("dataset_describe", args=[world.dataset.pk])
    answer = client_of("ana").post(url, SAID, follow=True)
    assert "incomes of 1994" in text(answer)
    event = AuditEvent.objects.get(action="described")
    assert event.facts["changed"] == ["name", "description", "prohibited_uses"]
    assert client_of("ana").post(url, SAID | {"name": " "}).status_code == 422
    assert client_of("ben").post(url, SAID).status_code == 404


def test_only_the_owner_changes_what_is_said(world, client_of):
    url = reverse("dataset_describe", args=[world.dataset.pk])
    assert "Only the owner of this dataset" in text(client_of("cleo").get(url))
    assert client_of("cleo").post(url, SAID).status_code in (403, 422)
    world.dataset.refresh_from_db()
    assert world.dataset.name == "incomes"


def test_a_run_has_a_name_and_a_note_that_others_read(world, client_of):
    url = reverse("run_describe", args=[world.run.pk])
    client_of("ana").post(url, {"title": "finer ages", "remark": "Against run 0."})
    page = text(client_of("cleo").get(reverse("run", args=[world.run.pk])))
    assert "Run 1: finer ages" in page
    assert "Against run 0." in page
    assert "finer ages" in text(client_of("ana").get(reverse("runs")))
    assert client_of("cleo").post(url, {"title": "mine"}).status_code == 403


def test_a_new_dataset_may_begin_with_what_was_stated_of_the_last(world, client_of):
    url = reverse("dataset_new")
    assert f"?like={world.dataset.pk}" in client_of("ana").get(url).content.decode()
    filled = client_of("ana").get(url, {"like": str(world.dataset.pk)}).content.decode()
    assert "To estimate incomes." in filled
