"""`manage.py demo`: every demo is cut the same, and nothing else is."""

from __future__ import annotations

import pytest

from generation.models import Dataset
from generation.stages.ingest import split_seed
from reviews.management.commands import demo
from reviews.management.commands.demo import Command
from synthportal.models import Person
from tests.generation.door import table
from tests.whole.tables.door import send


@pytest.mark.django_db
def test_the_holdout_of_the_demo_follows_from_its_file_and_that_of_no_upload_does(monkeypatch, settings, client_of):
    uploads = []
    monkeypatch.setattr(demo, "run_pipeline", lambda path, stated, wanted, **_: uploads.append(stated))
    monkeypatch.setattr(demo, "in_words", lambda piped: "")
    Command()._make_dataset(Person.objects.get(username="ana"))
    assert uploads[0]["cut"] is None

    sent = send(client_of("ana"), table(200), "claims.csv", cut="")
    assert sent.cut == Dataset.KEYED
    seed = split_seed(sent)
    settings.SAMPLE_KEY = b"another key of another portal..."
    assert split_seed(sent) != seed
    sent.cut = None
    assert split_seed(sent) == int(sent.sha256[:12], 16)
