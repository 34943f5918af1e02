"""Documents in, questions with exact answers and their evidence out: the kind `documents` goes the way of the data."""

from __future__ import annotations

import io
import json
import re
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfWriter

from generation.engine.tables import loading
from generation.models import Dataset, GenerationRun
from generation.repositories.plans import latest_plan
from generation.repositories.tables import labels_of
from generation.stages.evaluate import read_artefact
from generation.stages.minimise import change_plan
from synthportal.jobs.here import JobFailed, work_through
from tests.generation.door import confirm, page, start_run
from tests.generation.engine.llm.documents.pdf_file import Placed, pdf_file

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


def test_real_questions_in_the_archive_are_measured_beside_ours_and_the_run_tells_what_was_left_out(ana, upload):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(HANDBOOK, HANDBOOK.name)
        archive.writestr("own-questions.txt", "How long do we keep receipts?\teight years\nMay I fly first class?\n")
    dataset = confirm(ana, upload(packed.getvalue(), "all.zip", kind="documents", purpose="knowledge_testing"))
    # Of a handbook of one page 60 questions are more than it allows in every form.
    run = asked(ana, dataset, rows="60")
    assert run.status == GenerationRun.Status.EVALUATED, run.error
    found = {metric["name"]: metric for metric in run.evaluations.get().metrics}
    assert "half of the owner's 2 share" in found["wording_overlap"]["sentence"]
    assert found["wording_overlap"]["ceiling"] is not None
    assert found["found_first"]["sentence"].endswith("of the owner's 1 whose answer stands in one passage.")
    assert found["sections_covered"]["status"] == found["clusters_covered"]["status"] == "informational"
    shown = page(ana.get(reverse("run", args=[run.pk])))
    assert "comparison questions: the documents hold no more pairs of events with different years." in shown
    assert "Candidates left out: " in shown
    assert "because their answer stands in several passages" in shown


def pdf(**how):
    """A PDF with an empty page; with a password if one is given."""
    writer, sink = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    if how:
        writer.encrypt(**how)
    writer.write(sink)
    return sink.getvalue()


def test_every_document_of_many_is_on_one_of_the_pages_and_no_page_reads_the_others(ana, upload, monkeypatch):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("own-questions.txt", "Who opened the bridge?\n")
        for at in range(45):
            text = f"# Bridge {at}\n\nThe bridge was opened in {1800 + at} by the county."
            archive.writestr(f"bridge-{at:02}.md", f"{text}\n\n- steel\n- stone" if at % 2 else text)
    dataset = confirm(ana, upload(packed.getvalue(), "all.zip", kind="documents", purpose="knowledge_testing"))
    address = reverse("passages", args=[dataset.pk])
    read, rows_at = [], loading.rows_at
    monkeypatch.setattr(loading, "rows_at", lambda source, rows: read.append(len(rows)) or rows_at(source, rows))
    shown = [page(ana.get(address, {"page": at})) for at in (1, 2, 3)]
    # A heading and a paragraph each, and of every second a list.
    assert read == [50, 50, 12]
    assert ["1 to 20 of 45 documents" in shown[0], "21 to 40 of 45" in shown[1], "41 to 45 of 45" in shown[2]] == [
        True
    ] * 3
    found = [sorted(map(int, re.findall(r"opened in (\d{4}) by", one))) for one in shown]
    assert found == [[*range(1800, 1820)], [*range(1820, 1840)], [*range(1840, 1845)]]
    assert [one.count("- stone") for one in shown] == [10, 10, 2]
    assert 'rel="next" href="?page=3"' in shown[1]
    assert "told among the documents of one page" in shown[1]
    assert 'rel="next"' not in shown[2]
    assert "Who opened the bridge?" not in "".join(shown)
    # A page that is not there is the last one, as in every list.
    assert "41 to 45 of 45 documents" in page(ana.get(address, {"page": 99}))


def test_documents_that_the_plan_takes_apart_are_refused_in_one_sentence(ana, upload):
    dataset = upload(HANDBOOK.read_bytes(), HANDBOOK.name, kind="documents", purpose="knowledge_testing")
    work_through(dataset.pk)
    (number,) = [name for name, label in labels_of(Dataset.objects.get(pk=dataset.pk)).items() if label == "number"]
    plan = latest_plan(dataset).treatments
    without = [one | {"kind": "drop", "parameters": {}} if one["column"] == number else one for one in plan]
    change_plan(dataset, treatments=without, by=dataset.owner)
    confirm(ana, dataset)
    refused = ana.get(reverse("passages", args=[dataset.pk]))
    assert refused.status_code == 409
    assert "The plan leaves out what documents are made of: number. Keep it." in page(refused)


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
        words: list[Placed] = [(72, 700, 11, "Claims are handed in within 30 days.")]
        archive.writestr("half.pdf", pdf_file([words, [(72, 700, 11, "")]]))
    dataset = upload(packed.getvalue(), "all.zip", kind="documents", purpose="knowledge_testing")
    work_through(dataset.pk)
    shown = page(ana.get(reverse("dataset", args=[dataset.pk])))
    assert "Read 2 documents in" in shown
    assert "Read in part: half.pdf. 1 of 2 pages holds no text (2)" in shown
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
