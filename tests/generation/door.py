"""The public door as the tests of bad input use it: what is sent, and what a person and a program are told."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from generation.models import Dataset, GenerationRun
from generation.repositories.plans import latest_plan
from synthportal.jobs.here import work_through
from tests.markup import markup


def page(response: Any) -> str:
    """The text of an answer, a page without its layout."""
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    return markup(response) if is_page else response.content.decode()


def told(client: Client, dataset: Dataset) -> tuple[str, dict[str, Any]]:
    """What a person and a program are told of a dataset: (page, API)."""
    shown = client.get(reverse("dataset", args=[dataset.pk]))
    said = client.get(f"/api/v1/datasets/{dataset.pk}/")
    assert (shown.status_code, said.status_code) == (200, 200)
    return page(shown), said.json()


def table(rows: int, **more: Callable[[int], object]) -> bytes:
    """A small CSV with a number, a category and a target, and whatever else; a column is a function of the row."""
    columns = {
        "age": lambda row: 20 + row * 7 % 50,
        "city": lambda row: ("north", "south", "east")[row % 3],
        "income": lambda row: "high" if row * 7 % 50 > 25 else "low",
        **more,
    }
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow(columns)
    writer.writerows([cell(row) for cell in columns.values()] for row in range(rows))
    return sink.getvalue().encode()


def confirm(ana: Client, dataset: Dataset) -> Dataset:
    """Ingest, profile and preview; confirm the proposed plan on the page; minimise."""
    work_through(dataset.pk)
    work_through(*dataset.plans.values_list("pk", flat=True))
    ana.post(reverse("plan_confirm", args=[dataset.pk]), {"version": latest_plan(dataset).version})
    work_through(dataset.pk)
    dataset.refresh_from_db()
    return dataset


def start_run(ana: Client, dataset: Dataset, **changes: str) -> GenerationRun:
    """Start a run on the page; the run that its answer leads to."""
    posted = {"synthesizer": "copula", "rows": "60", "seed": "3", "tier": "quick"} | changes
    response = ana.post(reverse("run_new", args=[dataset.pk]), posted)
    return GenerationRun.objects.get(pk=response["Location"].split("/")[-2])
