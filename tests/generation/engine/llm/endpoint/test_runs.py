"""A run that asks an endpoint: its model draws where there is no network, and the worker asks in its place."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from generation.models import Dataset, EndpointAnswer, GenerationRun
from generation.stages.evaluate import read_artefact
from synthportal.jobs.here import work_through
from synthportal.models import AuditEvent
from tests.generation.door import confirm, page, start_run
from tests.generation.engine.llm.messages import messages

pytestmark = pytest.mark.django_db
ROWS = 40
CANARY = "quokka-7741"


@pytest.fixture
def texts(client_of):
    corpus, sink = messages(900, 4), io.StringIO()
    said = [f"{text} {CANARY}" if place == 3 else text for place, text in enumerate(corpus.texts)]
    csv.writer(sink).writerows([("message", "wish"), *zip(said, corpus.labels, strict=True)])
    file = SimpleUploadedFile("messages.csv", sink.getvalue().encode())
    stated = {"name": "wishes", "purpose": "fine_tuning", "kind": "text", "target": "wish", "prohibited_uses": "None."}
    ana = client_of("ana")
    assert ana.post(reverse("dataset_new"), {**stated, "file": file}).status_code == 302
    return confirm(ana, Dataset.objects.get())


def asked_for(ana, dataset):
    run = start_run(ana, dataset, synthesizer="endpoint_texts", rows=str(ROWS), tier="quick")
    work_through(run.pk)
    run.refresh_from_db()
    assert run.status == GenerationRun.Status.EVALUATED, run.error
    return run


def test_a_run_gets_what_it_asks_for_keeps_each_answer_sealed_and_sends_nothing_of_the_source(
    texts, client_of, model_server, settings
):
    served = model_server()
    settings.ENDPOINT_URL = served.url
    run = asked_for(client_of("ana"), texts)
    assert len(read_artefact(run)) == ROWS
    sent = "\n".join(one["prompt"] for one in served.asked())
    assert sent
    assert CANARY not in sent
    answers = EndpointAnswer.objects.filter(run=run)
    assert answers.count() == len({one["prompt"] for one in served.asked()})
    written = [text.encode() for text in read_artefact(run)["c0"]]
    assert not any(text in bytes(one.sealed) for one in answers for text in written)
    event = AuditEvent.objects.get(action="endpoint connected")
    assert event.facts["host"] == "127.0.0.1"


def test_without_an_endpoint_such_a_run_is_refused_in_words(texts, client_of):
    refused = client_of("ana").post(
        reverse("run_new", args=[texts.pk]), {"synthesizer": "endpoint_texts", "rows": "10", "tier": "quick"}
    )
    assert refused.status_code in {409, 422}
    assert "SYNTHPORTAL_ENDPOINT_URL" in page(refused)
    assert not GenerationRun.objects.exists()


@pytest.fixture
def handbook(client_of):
    path = Path("docs/examples/travel-handbook.html")
    stated = {"name": "travel", "purpose": "knowledge_testing", "kind": "documents", "prohibited_uses": "None."}
    file, ana = SimpleUploadedFile(path.name, path.read_bytes()), client_of("ana")
    assert ana.post(reverse("dataset_new"), {**stated, "file": file}).status_code == 302
    return confirm(ana, Dataset.objects.get())


QUESTIONS = {"synthesizer": "questions", "rows": "25", "tier": "quick", "questions-may_leave": "on"}


def test_questions_are_worded_by_the_endpoint_where_that_was_ticked_and_keep_their_answers(
    handbook, client_of, model_server, settings
):
    served, ana = model_server("--faults"), client_of("ana")
    settings.ENDPOINT_URL, settings.ENDPOINT_SECONDS = served.url, 0.5
    made = {}
    for ticked in ({}, {"questions-by_endpoint": "on"}):
        run = start_run(ana, handbook, seed="7", **QUESTIONS, **ticked)
        work_through(run.pk)
        run.refresh_from_db()
        assert run.status == GenerationRun.Status.EVALUATED, run.error
        made[bool(ticked)] = read_artefact(run)
        assert bool(run.answers.count()) is bool(ticked)
    assert len(made[True]) == len(made[False]) == 25
    assert (made[True]["evidence"] == made[False]["evidence"]).all()
    changed = (made[True]["question"] != made[False]["question"]).sum()
    assert changed > 0
    shown = page(ana.get(reverse("run", args=[run.pk])))
    assert f"{changed} of 25 questions are in the endpoint" in shown
    assert "questions are answered without the documents" in shown
    found = {metric["name"]: metric["status"] for metric in run.evaluations.get().metrics}
    checks = ("grounded", "answerable", "closed_book", "repeated_questions", "personal_data")
    assert [found[name] for name in checks] == ["pass"] * len(checks)
    assert AuditEvent.objects.filter(action="endpoint connected").count() == 1


def test_without_an_endpoint_the_option_is_not_offered_and_a_run_that_wants_it_is_refused_in_words(
    handbook, client_of, settings
):
    ana = client_of("ana")
    asked = {**QUESTIONS, "questions-by_endpoint": "on"}
    assert "Worded by the endpoint" not in page(ana.get(reverse("run_new", args=[handbook.pk])))
    refused = ana.post(reverse("run_new", args=[handbook.pk]), asked)
    assert refused.status_code in {409, 422}
    assert "SYNTHPORTAL_ENDPOINT_URL" in page(refused)
    assert not GenerationRun.objects.exists()
    settings.ENDPOINT_URL = "http://127.0.0.1:9/v1"
    assert "Worded by the endpoint" in page(ana.get(reverse("run_new", args=[handbook.pk])))
