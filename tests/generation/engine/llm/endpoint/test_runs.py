"""A run that asks an endpoint: its model draws where there is no network, and the worker asks in its place."""

from __future__ import annotations

import csv
import io

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
