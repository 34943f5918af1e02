"""ingest: an upload becomes a dataset; it is parsed in a limited child, and the holdout is cut before anything else."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.conf import settings
from django.db import transaction

from generation.models import Dataset, Purpose
from generation.parsing import Parsed, parse_and_split
from synthportal.audit import record
from synthportal.errors import Conflict
from synthportal.jobs.limited import run_limited
from synthportal.jobs.progress import Report
from synthportal.jobs.worker import Worker
from synthportal.models import Person
from synthportal.roles import Role, require
from synthportal.storage.vault import Blob, remove_sealed
from synthportal.transitions import move

HOLDOUT_SHARE = 0.2


def receive_dataset(
    *, name: str, purpose: str, key_id: UUID, blob: Blob, file_name: str, by: Person, **stated: object
) -> Dataset:
    """Make the dataset of an upload that already lies sealed in the vault.

    `stated` are the dataset's other fields as the form or API checked them (description, legal_basis, retain_until,
    target, person_column, kind). Raises NotPermitted unless `by` is an owner, Conflict for an unusable purpose.
    """
    require(by, Role.OWNER)
    if purpose not in Purpose.values:
        raise Conflict("State what the synthetic data is for: choose one of the purposes.")
    if not blob.size:
        raise Conflict("The file is empty (0 bytes). Check that it was written completely, and upload it again.")
    with transaction.atomic():
        dataset = Dataset.objects.create(
            name=name, purpose=purpose, key_id=key_id, sha256=blob.sha256, size=blob.size,
            file_name=file_name[:255], owner=by, **stated,
        )  # fmt: skip
        record("uploaded", dataset, by=by, sha256=blob.sha256, bytes=blob.size, purpose=purpose)
    return dataset


def ingest_dataset(dataset_id: UUID, *, by: Worker, report: Report) -> None:
    """Parse the upload strictly and cut the holdout; the upload itself is removed once its records are sealed."""
    dataset = Dataset.objects.get(pk=dataset_id)
    if dataset.status != Dataset.Status.UPLOADED:
        return
    parsed = run_limited(
        parse_and_split,
        (dataset.key_id, dataset.sha256, dataset.person_column, HOLDOUT_SHARE, split_seed(dataset)),
        memory=settings.PARSE_MEMORY_BYTES,
        cpu=settings.PARSE_CPU_SECONDS,
        report=report,
    )
    move(
        dataset,
        Dataset.Status.INGESTED,
        by=by,
        facts={"rows": parsed.facts.rows, "holdout": parsed.holdout.sha256, "training": parsed.training.sha256},
        **_changes(parsed),
    )
    if dataset.sha256 not in {parsed.training.sha256, parsed.holdout.sha256}:
        remove_sealed(dataset.key_id, dataset.sha256)


def refuse_dataset(dataset_id: UUID, *, by: Worker, reason: str) -> None:
    """The upload cannot be used: keep the reason."""
    dataset = Dataset.objects.get(pk=dataset_id)
    if dataset.status == Dataset.Status.UPLOADED:
        move(dataset, Dataset.Status.REFUSED, by=by, error=reason)


def split_seed(dataset: Dataset) -> int:
    """The holdout's seed follows from the upload's bytes, so the same file is always cut the same way."""
    return int(dataset.sha256[:12], 16)


def _changes(parsed: Parsed) -> dict[str, object]:
    facts = asdict(parsed.facts)
    return {
        "rows": parsed.facts.rows,
        "training_rows": parsed.split.training_rows,
        "holdout_rows": parsed.split.holdout_rows,
        "training_sha256": parsed.training.sha256,
        "holdout_sha256": parsed.holdout.sha256,
        "file_facts": {**facts, "notes": [note for note in (*parsed.facts.notes, parsed.split.note) if note]},
    }
