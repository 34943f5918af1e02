"""The second try: wrong names corrected, clicks doubled, tabs gone stale, disks full and brokers down."""

from __future__ import annotations

import errno
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from kombu.exceptions import OperationalError

from generation.repositories.plans import latest_plan
from generation.stages import ingest
from generation.stages.changes.retry import try_again
from synthportal.celery import run_job
from synthportal.errors import NotPermitted
from synthportal.jobs.here import JobFailed, work_through
from synthportal.models import AuditEvent, Job
from synthportal.storage.sealing import SealingWriter
from synthportal.storage.vault import store
from tests.generation.door import confirm, page, start_run, table, told

pytestmark = pytest.mark.django_db


# ---- A wrong name, and trying again ---------------------------------------------------------------------------------


def test_a_misspelled_target_is_told_at_ingest_and_can_be_corrected(ana, upload, people):
    dataset = upload(table(60), target="incmoe", person_column="who")
    with pytest.raises(JobFailed):
        work_through(dataset.pk)
    shown, said = told(ana, dataset)
    sentence = "no column of the name given as target and as column that names a person"
    assert sentence in shown
    assert sentence in said["error"]
    assert 'value="incmoe"' in shown
    assert said["status"] == "uploaded"
    retry = reverse("dataset_retry", args=[dataset.pk])
    assert ana.post(retry, {"target": " Income ", "person_column": ""}).status_code == 302
    work_through(dataset.pk)
    shown, said = told(ana, dataset)
    assert (said["status"], said["target"], said["error"]) == ("profiled", "Income", "")
    assert dataset.columns.get(role="target").label == "income"
    assert AuditEvent.objects.filter(action="retried").count() == 1
    again = ana.post(retry, {"target": "age"})
    assert again.status_code == 409
    assert "Nothing is left to try again" in page(again)


def test_only_the_owner_tries_again(upload, people, client_of):
    dataset = upload(table(60), target="incmoe")
    with pytest.raises(JobFailed):
        work_through(dataset.pk)
    assert "Try again" not in page(client_of("cleo").get(reverse("dataset", args=[dataset.pk])))
    assert client_of("cleo").post(reverse("dataset_retry", args=[dataset.pk])).status_code == 403
    assert client_of("ben").post(reverse("dataset_retry", args=[dataset.pk])).status_code == 404
    with pytest.raises(NotPermitted):
        try_again(dataset, by=people["cleo"])


@pytest.mark.parametrize("target", ["n" * 256, "in\0come"])
def test_a_name_that_no_column_can_have_is_refused_and_the_job_stays_as_it_was(ana, upload, target):
    dataset = upload(table(60), target="incmoe")
    with pytest.raises(JobFailed):
        work_through(dataset.pk)
    assert ana.post(reverse("dataset_retry", args=[dataset.pk]), {"target": target}).status_code == 409
    assert 'value="incmoe"' in told(ana, dataset)[0]


# ---- The same thing twice -------------------------------------------------------------------------------------------


@pytest.fixture
def minimised(ana, upload):
    return confirm(ana, upload(table(60), target="income"))


def test_two_uploads_make_two_datasets(upload):
    assert upload(table(30)).pk != upload(table(30)).pk


def test_a_plan_is_confirmed_once_and_the_second_click_says_so(ana, upload):
    dataset = upload(table(60))
    work_through(dataset.pk)
    confirm_url = reverse("plan_confirm", args=[dataset.pk])
    assert ana.post(confirm_url, {"version": "1"}).status_code == 302
    second = ana.post(confirm_url, {"version": "1"})
    assert second.status_code == 409
    assert "The plan is confirmed and being applied" in page(second)
    assert Job.objects.filter(kind="minimise").count() == 1


def test_a_stale_tab_confirms_nothing(ana, upload):
    dataset = upload(table(60))
    work_through(dataset.pk)
    ana.post(reverse("plan", args=[dataset.pk]), {"kind-c1": "drop"})
    stale = ana.post(reverse("plan_confirm", args=[dataset.pk]), {"version": "1"})
    assert stale.status_code == 409
    assert "changed in another window" in page(stale)
    assert latest_plan(dataset).confirmed_at is None
    assert not Job.objects.filter(kind="minimise").exists()


def test_start_run_pressed_twice_starts_one_run_and_other_settings_start_another(ana, minimised):
    assert 'type="hidden" name="form_key"' in page(ana.get(reverse("run_new", args=[minimised.pk])))
    key = str(uuid4())
    first, second = (start_run(ana, minimised, form_key=key, seed="").pk for _ in range(2))
    assert first == second
    assert Job.objects.filter(kind="generate").count() == 1
    assert start_run(ana, minimised, form_key=key, seed="", rows="61").pk != first
    assert start_run(ana, minimised, form_key=str(uuid4()), seed="").pk != first
    assert minimised.runs.count() == 3


# ---- The machine fails ----------------------------------------------------------------------------------------------


def staged():
    return list((store().root / "staging").iterdir())


@pytest.fixture
def full_disk(monkeypatch):
    """A disk that takes nothing more."""

    def write(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    def fill():
        monkeypatch.setattr(SealingWriter, "write", write)
        # The parser's child would have a disk of its own.
        monkeypatch.setattr(ingest, "run_limited", lambda function, given, *, report, **_: function(*given, report))

    yield fill
    monkeypatch.undo()


def test_a_disk_that_fills_stops_the_ingest_in_words_and_it_can_be_tried_again(ana, upload, full_disk, monkeypatch):
    dataset = upload(table(60))
    full_disk()
    with pytest.raises(JobFailed):
        work_through(dataset.pk)
    shown, said = told(ana, dataset)
    assert "disk is full" in shown
    assert "disk is full" in said["error"]
    assert not staged()
    monkeypatch.undo()
    ana.post(reverse("dataset_retry", args=[dataset.pk]))
    work_through(dataset.pk)
    assert told(ana, dataset)[1]["status"] == "profiled"


def test_a_disk_that_fills_fails_the_run_in_words(ana, minimised, full_disk):
    run = start_run(ana, minimised)
    full_disk()
    with pytest.raises(JobFailed):
        work_through(run.pk)
    assert "disk is full" in page(ana.get(reverse("run", args=[run.pk])))
    assert "disk is full" in ana.get(f"/api/v1/runs/{run.pk}/").json()["error"]
    assert not staged()


def test_an_upload_that_fills_the_disk_keeps_what_was_typed_and_nothing_of_the_file(ana, full_disk):
    full_disk()
    typed = {"purpose": "training", "prohibited_uses": "None.", "name": "claims", "description": "For the team."}
    response = ana.post(reverse("dataset_new"), typed | {"file": SimpleUploadedFile("claims.csv", table(60))})
    assert response.status_code == 422
    assert "disk is full" in page(response)
    assert "For the team." in page(response)
    assert not staged()


def test_with_the_broker_down_an_upload_waits_and_the_page_says_so(
    ana, upload, monkeypatch, django_capture_on_commit_callbacks
):
    def down(*_, **__):
        raise OperationalError("the broker is down")

    monkeypatch.setattr(run_job, "apply_async", down)
    with django_capture_on_commit_callbacks(execute=True):
        dataset = upload(table(60))
    shown, said = told(ana, dataset)
    assert "Ingest waits for a worker" in shown
    assert (said["status"], said["error"]) == ("uploaded", "")
    work_through(dataset.pk)
    assert told(ana, dataset)[1]["status"] == "profiled"
