"""A table through the public doors: uploaded over the API, kept by its plan, generated, and rendered as an export."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from generation.engine.tables.rendering import Kind, render
from generation.models import Dataset, GenerationRun
from synthportal.jobs.child import run_claimed
from synthportal.jobs.here import work_through
from synthportal.jobs.queue import claim
from synthportal.models import Job
from synthportal.storage.vault import open_sealed


@dataclass(frozen=True)
class Trip:
    """A dataset and the artefact of a run of it."""

    dataset: Dataset
    artefact: bytes

    @property
    def table(self) -> pa.Table:
        return pq.read_table(io.BytesIO(self.artefact))

    def rendered(self, kind: Kind) -> bytes:
        sink = io.BytesIO()
        render(io.BytesIO(self.artefact), sink, kind)
        return sink.getvalue()

    @property
    def facts(self) -> dict[str, dict[str, Any]]:
        """What is known of each column, by its label."""
        return {column["label"]: column for column in self.dataset.file_facts["columns"]}

    @property
    def notes(self) -> str:
        return "\n".join(self.dataset.file_facts["notes"])


def send(ana: Client, data: bytes, name: str, **stated: object) -> Dataset:
    """Upload and profile."""
    fields = {"name": "trip", "purpose": "testing", "file": SimpleUploadedFile(name, data)} | stated
    response = ana.post("/api/v1/datasets/", fields)
    assert response.status_code == 201, response.content
    work_through(response.json()["id"])
    return Dataset.objects.get(pk=response.json()["id"])


def treatments_with(ana: Client, dataset: Dataset, treat: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The proposed plan: columns named by label treated as said, numbers, dates and categories kept as they are."""
    proposed = ana.get(f"/api/v1/datasets/{dataset.pk}/plan/").json()["treatments"]
    labels = {column.name: column.label for column in dataset.columns.all()}
    loose = {"generalise", "suppress_rare", "top_code"}
    changed = []
    for one in proposed:
        kept = one | {"kind": "keep", "parameters": {}} if one["kind"] in loose else one
        changed.append(kept | dict(treat.get(labels[one["column"]], {})))
    return changed


def round_trip(
    ana: Client,
    data: bytes,
    name: str = "table.csv",
    treat: Mapping[str, Mapping[str, Any]] | None = None,
    roles: Mapping[str, str] | None = None,
    rows: int | None = None,
    synthesizer: str = "trees",
    **stated: object,
) -> Trip:
    """Upload, keep, run, and give the artefact."""
    dataset = send(ana, data, name, **stated)
    names = {column.label: column.name for column in dataset.columns.all()}
    changed = {
        "treatments": treatments_with(ana, dataset, treat or {}),
        "roles": {names[label]: role for label, role in (roles or {}).items()},
    }
    answer = ana.put(f"/api/v1/datasets/{dataset.pk}/plan/", changed, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert ana.post(f"/api/v1/datasets/{dataset.pk}/minimise/").status_code == 202
    work_through(dataset.pk)
    wanted = {"synthesizer": synthesizer, "tier": "quick", "seed": 5} | ({"rows": rows} if rows else {})
    asked = ana.post(f"/api/v1/datasets/{dataset.pk}/runs/", wanted, content_type="application/json")
    assert asked.status_code == 201, asked.content
    return generated(dataset, asked.json()["id"])


def generated(dataset: Dataset, run_id: str) -> Trip:
    """Work until the artefact is there; what follows it is not waited for."""
    worker = claim(Job.objects.get(subject_id=run_id, kind="generate").pk)
    assert worker is not None
    run_claimed(worker, None)
    run = GenerationRun.objects.get(pk=run_id)
    with open_sealed(dataset.key_id, run.artefact_sha256) as source:
        return Trip(Dataset.objects.get(pk=dataset.pk), source.read())


ToTrip = Callable[..., Trip]
