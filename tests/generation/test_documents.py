"""Documents in, questions with exact answers and their evidence out: the kind `documents` goes the way of the data."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfWriter

from generation.models import GenerationRun
from generation.stages.evaluate import read_artefact
from synthportal.jobs.here import JobFailed, work_through
from tests.generation.door import confirm, page, start_run

pytestmark = pytest.mark.django_db
HANDBOOK = Path("docs/examples/travel-handbook.html")


@pytest.fixture
def handbook(ana, upload):
    """The example's handbook, its plan confirmed."""
    stated = {"kind": "documents", "purpose": "knowledge_testing"}
    return confirm(ana, upload(HANDBOOK.read_bytes(), HANDBOOK.name, **stated))


def asked(ana, dataset, **changes):
    run = start_run(ana, dataset, **({"synthesizer": "questions", "rows": "25", "questions-may_leave": "on"} | changes))
    work_through(run.pk)
    run.refresh_from_db()
    return run


def test_a_handbook_becomes_as_many_questions_with_their_evidence(ana, handbook):
    assert handbook.status == "minimised", handbook.error
    assert handbook.holdout_rows == 0
    tree = page(ana.get(reverse("passages", args=[handbook.pk])))
    assert "Daily allowance" in tree
    assert "Receipts are kept for eight years" in tree
    assert "Marco Ruiz" not in tree
    run = asked(ana, handbook)
    assert run.status == GenerationRun.Status.EVALUATED, run.error
    made = read_artefact(run)
    assert len(made) == 25
    for record in made.to_dict("records"):
        passages = {one["id"]: one["text"] for one in json.loads(record["contexts"])}
        passage, _, start, end = json.loads(record["evidence"])["spans"][0]
        if record["answer"]:
            assert passages[passage][start:end] == record["answer"]
        else:
            assert record["form"] == "unanswerable"
    found = {metric["name"]: metric["status"] for metric in run.evaluations.get().metrics}
    assert found["grounded"] == found["answerable"] == found["contamination"] == "pass"


def pdf(**how):
    """A PDF with an empty page; with a password if one is given."""
    writer, sink = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    if how:
        writer.encrypt(**how)
    writer.write(sink)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("scan.pdf", pdf(), "The PDF holds pictures and no text"),
        ("locked.pdf", pdf(user_password="open sesame"), "The PDF needs a password"),
        ("blank.md", b"\n\n  \n", "The document holds no words."),
        ("picture.png", b"\x89PNG\x00\x00", "The file holds no text"),
    ],
)
def test_a_file_that_is_no_document_is_refused_in_one_sentence(name, data, sentence, ana, upload):
    dataset = upload(data, name, kind="documents", purpose="knowledge_testing")
    with suppress(JobFailed):
        work_through(dataset.pk)
    shown = page(ana.get(reverse("dataset", args=[dataset.pk])))
    assert sentence in shown


def test_what_cannot_be_read_of_an_archive_is_told_and_the_others_go_on(ana, upload):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(HANDBOOK, HANDBOOK.name)
        archive.writestr("scan.pdf", pdf())
    dataset = upload(packed.getvalue(), "all.zip", kind="documents", purpose="knowledge_testing")
    work_through(dataset.pk)
    shown = page(ana.get(reverse("dataset", args=[dataset.pk])))
    assert "Read 1 document in" in shown
    assert "Not read: scan.pdf. The PDF holds pictures and no text" in shown


def test_documents_are_not_taken_for_a_purpose_that_they_do_not_serve(ana):
    file = SimpleUploadedFile("handbook.md", b"# Travel\n\nTrips are booked by the office.")
    stated = {"purpose": "training", "kind": "documents", "name": "travel", "prohibited_uses": "None.", "file": file}
    refused = ana.post(reverse("dataset_new"), stated)
    assert refused.status_code == 422
    assert "Documents become questions: choose the purpose evaluation or knowledge testing." in page(refused)


def test_no_question_is_asked_before_the_owner_states_that_the_documents_may_leave(ana, handbook):
    refused = ana.post(
        reverse("run_new", args=[handbook.pk]), {"synthesizer": "questions", "rows": "25", "tier": "quick"}
    )
    assert refused.status_code == 422
    assert "I state that these documents may be released" in page(refused)
    assert not handbook.runs.exists()
