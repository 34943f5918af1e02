"""A word of its own in every cell and text: profiled, steered, minimised and scanned, it is nowhere else."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from generation.models import Dataset
from generation.repositories.plans import latest_plan
from synthportal.jobs.here import work_through
from tests.cast import made_once
from tests.generation.conftest import ana, upload
from tests.generation.door import page

__all__ = ["ana", "upload"]

pytestmark = pytest.mark.django_db

MARK, ROWS = "zqxcanary", 60
LETTERS = "abcdefghijklmnopqrstuvwxyz"
TARGETS = ("name", "email", "note", "code", "town")


def own(kind: str, row: int) -> str:
    """A word that stands in one cell alone."""
    return f"{MARK}{kind}{LETTERS[row // 26]}{LETTERS[row % 26]}"


def source() -> bytes:
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow([*TARGETS, "age", "bought"])
    for row in range(ROWS):
        who, mail = own("note", row).capitalize(), f"{own('mail', row)}@corp.example"
        note = f"please call Anna {who} about {own('matter', row)} at {mail}"
        cells = [f"Anna {own('name', row).capitalize()}", f"{own('email', row)}@corp.example", note, own("code", row)]
        writer.writerow([*cells, own("town", row), 20 + row % 40, "yes" if row % 3 else "no"])
    return sink.getvalue().encode()


@pytest.fixture
def steered(upload, ana):
    """The source, with a plan that treats spans kind by kind, applied."""

    def build():
        found = upload(source(), "cells.csv", target="bought")
        work_through(found.pk)
        work_through(latest_plan(found).pk)
        names = {column["label"]: column["name"] for column in found.__class__.objects.get().file_facts["columns"]}
        wanted = {
            "note": ("redact", {"PERSON": "surrogate", "EMAIL_ADDRESS": "mask", "OTHER": "hash"}),
            "name": ("surrogate", {"style": "person"}),
            "email": ("surrogate", {"style": "email"}),
        }
        plan = {one["column"]: one for one in latest_plan(found).treatments}
        for label, (kind, parameters) in wanted.items():
            plan[names[label]] |= {"kind": kind, "parameters": parameters}
        body = {"treatments": list(plan.values()), "k": 5}
        put = ana.put(f"/api/v1/datasets/{found.pk}/plan/", body, content_type="application/json")
        assert put.status_code == 200, put.content
        work_through(latest_plan(found).pk)
        assert ana.post(f"/api/v1/datasets/{found.pk}/minimise/").status_code == 202
        work_through(found.pk)

    made_once("steered", build)
    dataset = Dataset.objects.get()
    assert dataset.status == "minimised"
    return dataset


def rows_of_the_database() -> Iterator[tuple[str, str]]:
    """Every value of every row, as text."""
    for model in apps.get_models():
        for row in model._default_manager.values_list():
            for value in row:
                told = bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
                yield model.__name__, told


def test_the_database_holds_no_word_of_a_cell_or_text(steered):
    assert [name for name, told in rows_of_the_database() if MARK in told.casefold()] == []


@pytest.mark.parametrize("asked", [{}, {"show": "text"}, {"show": "suggested"}, {"against": 1, "show": "changed"}])
def test_no_page_of_the_plan_shows_one(steered, ana, client_of, asked):
    for client in (ana, client_of("cleo"), client_of("eve")):
        shown = page(client.get(reverse("dataset", args=[steered.pk]), asked))
        assert MARK not in shown.casefold()
        assert "please call" in shown or "show" in asked  # the common words of the examples are read
    ana.post(reverse("plan_new", args=[steered.pk]))
    assert MARK not in page(ana.get(reverse("dataset", args=[steered.pk]), asked)).casefold()


def test_neither_does_the_api(steered, ana):
    for part in ("", "columns/", "plan/", "exceptions/", "rules/"):
        assert MARK not in ana.get(f"/api/v1/datasets/{steered.pk}/{part}").content.decode().casefold()


def test_a_scan_names_places_and_never_what_stands_there(steered, ana, tmp_path, capsys, caplog):
    file = tmp_path / "cells.csv"
    file.write_bytes(source())
    with pytest.raises(SystemExit) as ended:
        call_command("scan", str(file), "--json")
    told = capsys.readouterr()
    assert (ended.value.code, json.loads(told.out) != {}) == (1, True)
    dropped = ana.post(reverse("scan"), {"file": SimpleUploadedFile("cells.csv", source())}, follow=True)
    assert MARK not in (told.out + told.err + page(dropped) + caplog.text).casefold()
