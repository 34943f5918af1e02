"""The way from a file to an open review in one call, with the proposed plan: for the command line and the demo.

It never exports: what comes out is a summary, and a review that people still have to do.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from generation.models import Dataset, GenerationRun
from generation.repositories.compositions import read_composition
from generation.stages.declare import declare_rules
from generation.stages.ingest import Upload
from generation.stages.request import RunRequest
from generation.tasks import submit_confirmation, submit_dataset, submit_run
from reviews.models import Review
from synthportal.jobs.here import work_through
from synthportal.jobs.progress import Progress
from synthportal.models import Job, Person
from synthportal.storage.keys import create_key
from synthportal.storage.vault import READ_BYTES, write_sealed

NOTHING_SAID: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Piped:
    """What the pipeline made, and how long each job took. No review opens where the evidence does not allow one."""

    dataset: Dataset
    run: GenerationRun
    review: Review | None
    seconds: dict[str, float]


def run_pipeline(
    path: Path,
    stated: dict[str, Any],
    wanted: RunRequest,
    *,
    by: Person,
    plain: Mapping[str, object] = NOTHING_SAID,
    echo: Progress | None = None,
) -> Piped:
    """Ingest to sample. `stated` are the fields of Upload other than the file's own; `plain` may hold the `rules` that
    are declared before the run, and its `composition`, in their plain forms.

    Raises OSError for an unreadable file, DomainError or JobFailed with sentences for everything else.
    """
    began, jobs = time.monotonic(), list[Job]()
    dataset = submit_dataset(_upload(path, stated), by=by)
    jobs += work_through(dataset.pk, echo=echo)
    submit_confirmation(dataset, by=by)
    jobs += work_through(dataset.pk, *dataset.plans.values_list("pk", flat=True), echo=echo)
    dataset.refresh_from_db()
    if rules := plain.get("rules"):
        declare_rules(dataset, rules, by=by)
    composition = read_composition(dataset, plain.get("composition"))
    run = submit_run(dataset, replace(wanted, composition=composition), by=by)
    jobs += work_through(run.pk, echo=echo)
    run.refresh_from_db()
    seconds = {job.kind: _seconds(job) for job in jobs} | {"total": round(time.monotonic() - began, 2)}
    return Piped(dataset, run, Review.objects.filter(run=run).first(), seconds)


def _upload(path: Path, stated: dict[str, Any]) -> Upload:
    key = create_key()
    with path.open("rb") as source, write_sealed(key.pk) as draft:
        for piece in iter(lambda: source.read(READ_BYTES), b""):
            draft.file.write(piece)
    return Upload(key_id=key.pk, blob=draft.written, file_name=path.name, **stated)


def _seconds(job: Job) -> float:
    if job.started_at is None or job.finished_at is None:
        return 0.0
    return round((job.finished_at - job.started_at).total_seconds(), 2)


def summary(piped: Piped) -> dict[str, Any]:
    """The result as plain data: ids, digests, counts and the evidence, no record."""
    evaluation = piped.run.evaluations.latest("number")
    return {
        "dataset": _dataset(piped.dataset, piped.run.plan.report),
        "run": _run(piped.run),
        "evaluation": {"digest": evaluation.digest, "metrics": evaluation.metrics},
        "review": _review(piped.review) if piped.review else None,
        "seconds": piped.seconds,
    }


def _dataset(dataset: Dataset, report: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": str(dataset.pk),
        "rows": dataset.rows,
        "training_rows": dataset.training_rows,
        "holdout_rows": dataset.holdout_rows,
        "columns": dataset.columns.count(),
        "notes": dataset.file_facts.get("notes", []),
        "smallest_group_before": report["groups_before"]["smallest"],
        "smallest_group_after": report["groups_after"]["smallest"],
    }


def _run(run: GenerationRun) -> dict[str, Any]:
    return {
        "id": str(run.pk),
        "synthesizer": run.synthesizer,
        "seed": run.seed,
        "rows": run.artefact_rows,
        "artefact_sha256": run.artefact_sha256,
        "artefact_bytes": run.artefact_size,
        "notes": run.notes,
    }


def _review(review: Review) -> dict[str, Any]:
    return {
        "id": str(review.pk),
        "n": review.required,
        "c": review.accept,
        "p0": review.ltpd,
        "confidence": review.confidence,
        "records": review.records.count(),
    }
