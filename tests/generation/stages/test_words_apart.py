"""Words among numbers, from the owner's choice to the released CSV: one column in, one column out."""

from __future__ import annotations

import csv
import io

import pytest

from generation.engine.tables.loading import load_table
from generation.engine.tables.rendering import render
from generation.models import Dataset, GenerationRun
from generation.repositories.plans import latest_plan
from generation.stages.request import RunRequest
from generation.tasks import submit_run
from synthportal.jobs.here import claim, run_claimed, work_through
from synthportal.models import Job
from synthportal.storage.vault import open_sealed

pytestmark = pytest.mark.django_db

ROWS = 400


def prices() -> bytes:
    lines = ["shop,price,size"]
    lines += [f"shop {row % 4},{'on request' if row % 20 == 3 else f'{row % 37}.5'},{row % 9}" for row in range(ROWS)]
    return "\n".join([*lines, ""]).encode()


def test_they_go_through_plan_minimise_and_trees_and_stand_in_their_cells_again(upload, ana):
    found = upload(prices(), "prices.csv")
    work_through(found.pk)
    said = ana.put(
        f"/api/v1/datasets/{found.pk}/columns/", {"price": {"foreign": "own"}}, content_type="application/json"
    )
    assert said.status_code == 202
    work_through(found.pk)
    labels = [column.label for column in Dataset.objects.get().columns.all()]
    assert labels == ["shop", "price", "size", "price: words"]
    plan = latest_plan(Dataset.objects.get())
    keeps = [{"column": f"c{at}", "kind": "keep"} for at in range(4)]
    body = {"treatments": keeps, "roles": {f"c{at}": "other" for at in range(4)}}
    assert ana.put(f"/api/v1/datasets/{found.pk}/plan/", body, content_type="application/json").status_code == 200
    assert ana.post(f"/api/v1/datasets/{found.pk}/minimise/").status_code == 202
    work_through(found.pk)
    assert plan.version < latest_plan(found).version
    run = submit_run(Dataset.objects.get(), RunRequest("trees", 300, {}, "quick", 3), by=found.owner)
    run_claimed(claim(Job.objects.get(subject_id=run.pk).pk), None)
    run = GenerationRun.objects.get()
    with open_sealed(run.dataset.key_id, run.artefact_sha256) as artefact:
        made = load_table(artefact)
        assert not (made["price"].notna() & made["price: words"].notna()).any()
        out = io.BytesIO()
        render(artefact, out, "csv")
    rows = list(csv.DictReader(io.StringIO(out.getvalue().decode())))
    assert list(rows[0]) == ["shop", "price", "size"]
    words = [row["price"] for row in rows if not row["price"].replace(".", "").isdigit()]
    assert set(words) == {"on request"}
    assert 0.01 < len(words) / len(rows) < 0.12
