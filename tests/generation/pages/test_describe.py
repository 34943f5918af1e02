"""What an owner says of a dataset and calls a run, changed after the upload."""

from __future__ import annotations

import errno
import html
import re

import pytest
from django.urls import reverse

from generation.models import Dataset, GenerationRun
from generation.repositories.plans import latest_plan
from generation.repositories.tables import read_sealed
from generation.stages import ingest
from synthportal.jobs.here import JobFailed, work_through
from synthportal.models import AuditEvent
from tests.generation.door import confirm, table
from tests.generation.siblings import sibling
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


def test_an_owner_sees_twenty_rows_of_a_table_as_they_were_read_and_that_is_written_down(world, client_of):
    url = reverse("dataset_parsed", args=[world.dataset.pk])
    assert url in client_of("ana").get(reverse("dataset", args=[world.dataset.pk])).content.decode()
    page = client_of("ana").get(url).content.decode()
    assert "20 records as they were read" in page
    assert page.count("<tr>") == 21
    assert page.count('<th scope="col">') == len(world.dataset.file_facts["columns"])
    assert AuditEvent.objects.get(action="parsed records shown").facts["records"] == 20
    assert client_of("cleo").get(url).status_code == 403


def test_an_owner_sees_twenty_synthetic_rows_always_the_same_and_that_is_written_down(world, client_of):
    url = reverse("run_records", args=[world.run.pk])
    assert url in client_of("ana").get(reverse("run", args=[world.run.pk])).content.decode()
    page = client_of("ana").get(url).content.decode()
    made = read_sealed(world.dataset.key_id, world.run.artefact_sha256)
    shown = re.findall(r"<td>([^<]*)</td>", page)
    assert len(shown) == 20 * len(made.columns)
    first = [html.unescape(cell) for cell in shown[:: len(made.columns)]]
    assert first == list(made[made.columns[0]][:20].astype(str))
    assert client_of("ana").get(url, {"page": 2}).content.decode().count(shown[0]) == page.count(shown[0])
    told = AuditEvent.objects.filter(action="synthetic records shown", subject_id=str(world.run.pk))
    assert [event.facts["records"] for event in told] == [20, 20]


@pytest.mark.parametrize(("name", "status"), [("cleo", 403), ("eve", 403), ("ben", 404), ("dan", 404), ("root", 404)])
def test_nobody_but_an_owner_sees_synthetic_rows_before_a_release(world, client_of, name, status):
    url = reverse("run_records", args=[world.run.pk])
    assert client_of(name).get(url).status_code == status
    assert url not in client_of(name).get(reverse("run", args=[world.run.pk])).content.decode()
    assert not AuditEvent.objects.filter(action="synthetic records shown").exists()


def test_of_a_run_without_an_artefact_there_are_no_rows_to_see(world, client_of):
    run = sibling(world, artefact_sha256="", status=GenerationRun.Status.FAILED)
    assert client_of("ana").get(reverse("run_records", args=[run.pk])).status_code == 409


# ---- Target and person column, chosen from the columns that the file has --------------------------------------------


def people_of(dataset, key: str) -> list[set[str]]:
    """Who stands in the training records, and who in the holdout."""
    digests = (dataset.training_sha256, dataset.holdout_sha256)
    name = next(column["name"] for column in dataset.file_facts["columns"] if column["label"] == key)
    return [set(read_sealed(dataset.key_id, digest)[name].astype(str)) for digest in digests]


@pytest.fixture
def read(upload):
    """A file that was read without a target or a person column: seventy visits of fourteen people."""
    dataset = upload(table(70, who=lambda row: f"P{row % 14:02d}"))
    work_through(dataset.pk)
    return Dataset.objects.get()


def test_an_owner_chooses_target_and_person_column_from_a_list_and_the_split_follows(ana, read):
    url = reverse("dataset_names", args=[read.pk])
    assert url in ana.get(reverse("dataset", args=[read.pk])).content.decode()
    assert "income (categorical, 2 different)" in text(ana.get(url))
    training, holdout = people_of(read, "who")
    assert training & holdout
    assert ana.post(url, {"target": "c2", "person_column": "c3"}).status_code == 302
    read.refresh_from_db()
    assert (read.target, read.person_column) == ("", "")  # until the file is read so
    work_through(read.pk)
    read.refresh_from_db()
    assert (read.target, read.person_column, read.named_next) == ("income", "who", {})
    training, holdout = people_of(read, "who")
    assert training
    assert holdout
    assert not training & holdout
    assert read.columns.get(role="target").label == "income"
    assert latest_plan(read).version == 2
    assert AuditEvent.objects.get(action="columns named").facts == {"target": "c2", "person_column": "c3"}
    assert "Nothing changed" in text(ana.post(url, {"target": "c2", "person_column": "c3"}, follow=True))


def test_a_reading_that_fails_leaves_target_person_and_split_as_they_were(ana, read, monkeypatch):
    before = (read.training_sha256, read.holdout_sha256, "", "")
    ana.post(reverse("dataset_names", args=[read.pk]), {"target": "c2", "person_column": "c3"})
    with monkeypatch.context() as broken:
        broken.setattr(ingest, "run_limited", full_disk)
        with pytest.raises(JobFailed):
            work_through(read.pk)
    read.refresh_from_db()
    assert (read.training_sha256, read.holdout_sha256, read.target, read.person_column) == before
    assert ana.post(reverse("dataset_retry", args=[read.pk])).status_code == 302
    work_through(read.pk)
    read.refresh_from_db()
    assert (read.target, read.person_column) == ("income", "who")


def test_choosing_what_holds_takes_back_what_could_not_be_read(ana, read, monkeypatch):
    url = reverse("dataset_names", args=[read.pk])
    ana.post(url, {"target": "c2", "person_column": "c3"})
    with monkeypatch.context() as broken:
        broken.setattr(ingest, "run_limited", full_disk)
        with pytest.raises(JobFailed):
            work_through(read.pk)
    assert "Nothing changed" in text(ana.post(url, {"target": "", "person_column": ""}, follow=True))
    ana.put(f"/api/v1/datasets/{read.pk}/columns/", {"age": {"kind": "category"}}, "application/json")
    work_through(read.pk)
    read.refresh_from_db()
    assert (read.target, read.person_column) == ("", "")


def test_what_was_chosen_and_never_read_is_not_taken_up_after_a_plan_was_applied(ana, read, monkeypatch):
    ana.post(reverse("dataset_names", args=[read.pk]), {"target": "c2", "person_column": "c3"})
    with monkeypatch.context() as broken:
        broken.setattr(ingest, "run_limited", full_disk)
        with pytest.raises(JobFailed):
            work_through(read.pk)
    ana.post(reverse("plan_confirm", args=[read.pk]), {"version": latest_plan(read).version})
    work_through(read.pk)
    read.refresh_from_db()
    assert read.status == "minimised"
    ana.put(f"/api/v1/datasets/{read.pk}/columns/", {"age": {"kind": "category"}}, "application/json")
    work_through(read.pk)
    read.refresh_from_db()
    assert (read.target, read.person_column, read.named_next) == ("", "", {})


def test_target_and_person_stay_once_a_plan_is_applied(ana, client_of, read):
    url, api = reverse("dataset_names", args=[read.pk]), f"/api/v1/datasets/{read.pk}/target/"
    one = ana.put(api, {"target": "income", "person_column": "Income"}, "application/json")
    assert (one.status_code, "cannot both be" in one.content.decode()) == (409, True)
    unknown = ana.put(api, {"target": "incmoe", "person_column": ""}, "application/json")
    assert (unknown.status_code, "are not in the file" in unknown.content.decode()) == (409, True)
    assert client_of("cleo").put(api, {"target": "age", "person_column": ""}, "application/json").status_code == 403
    assert client_of("cleo").get(url).status_code == 404
    confirm(ana, read)
    answer = ana.put(api, {"target": "income", "person_column": ""}, "application/json")
    assert (answer.status_code, "another dataset" in answer.content.decode()) == (409, True)
    page = ana.get(url)
    assert f"?like={read.pk}" in page.content.decode()
    assert ana.post(url, {"target": "c2", "person_column": ""}).status_code == 422


def full_disk(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")
