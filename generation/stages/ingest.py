"""ingest: an upload becomes a dataset; it is parsed in a limited child, and the holdout is cut before anything else."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction

from generation.models import Calibration, Dataset, Purpose
from synthportal.audit import record
from synthportal.errors import Conflict
from synthportal.jobs.limited import Refused, run_limited
from synthportal.jobs.progress import Report
from synthportal.jobs.queue import cancel
from synthportal.jobs.worker import Worker
from synthportal.models import Job, Person
from synthportal.roles import Role, require
from synthportal.storage.keys import destroy_key, unwrap
from synthportal.storage.vault import Blob, erase, remove_sealed
from synthportal.transitions import move

if TYPE_CHECKING:
    from generation.parsing import Parsed

HOLDOUT_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that already lies sealed in the vault, with what its owner states about it."""

    key_id: UUID
    blob: Blob
    file_name: str
    name: str
    purpose: str
    kind: str = Dataset.Kind.TABLE
    description: str = ""
    prohibited_uses: str = ""
    legal_basis: str = ""
    retain_until: date | None = None
    target: str = ""
    person_column: str = ""

    def faults(self) -> list[str]:
        """What is missing or cannot be, as sentences."""
        wrong = []
        if self.purpose not in Purpose.values:
            wrong.append(f"State what the synthetic data is for: one of {', '.join(Purpose.values)}.")
        if self.kind != Dataset.Kind.TABLE:
            wrong.append("This portal takes tables: CSV, Parquet, JSON Lines or XLSX.")
        if not self.name.strip():
            wrong.append("Give the dataset a name.")
        if not self.blob.size:
            wrong.append("The file is empty (0 bytes). Check that it was written completely, and upload it again.")
        return wrong


def receive_dataset(upload: Upload, *, by: Person) -> Dataset:
    """Make the dataset of an upload; the caller queues the job.

    Raises NotPermitted unless `by` is an owner, Conflict with everything that is missing.
    """
    require(by, Role.OWNER)
    if wrong := upload.faults():
        erase(upload.key_id)
        raise Conflict(*wrong)
    stated = {
        field: getattr(upload, field)
        for field in ("purpose", "kind", "description", "legal_basis", "retain_until", "target", "person_column")
    }
    if upload.prohibited_uses.strip():
        stated["prohibited_uses"] = upload.prohibited_uses
    with transaction.atomic():
        dataset = Dataset.objects.create(
            name=upload.name.strip(),
            key_id=upload.key_id,
            sha256=upload.blob.sha256,
            size=upload.blob.size,
            file_name=upload.file_name[:255],
            owner=by,
            **stated,
        )
        record("uploaded", dataset, by=by, sha256=dataset.sha256, bytes=dataset.size, purpose=dataset.purpose)
    return dataset


def ingest_dataset(dataset_id: UUID, *, by: Worker, report: Report) -> None:
    """Parse the upload strictly and cut the holdout; the upload itself is removed once its records are sealed."""
    dataset = Dataset.objects.get(pk=dataset_id)
    if dataset.status != Dataset.Status.UPLOADED:
        return
    try:
        parsed = _parsed(dataset, report)
    except Refused as refused:
        move(dataset, Dataset.Status.REFUSED, by=by, error=refused.sentence)
        raise
    move(
        dataset,
        Dataset.Status.INGESTED,
        by=by,
        facts={"rows": parsed.facts.rows, "holdout": parsed.holdout.sha256, "training": parsed.training.sha256},
        **_changes(parsed),
    )
    if dataset.sha256 not in {parsed.training.sha256, parsed.holdout.sha256}:
        remove_sealed(dataset.key_id, dataset.sha256)


def _parsed(dataset: Dataset, report: Report) -> Parsed:
    from generation.parsing import Named, parse_and_split  # the web process never reads a table

    named = Named(dataset.target, dataset.person_column)
    return run_limited(
        parse_and_split,
        (unwrap(dataset.key_id), dataset.sha256, named, HOLDOUT_SHARE, split_seed(dataset)),
        memory=settings.PARSE_MEMORY_BYTES,
        cpu=settings.PARSE_CPU_SECONDS,
        report=report,
    )


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


def why_not_erase(person: Person, dataset: Dataset) -> list[str]:
    """Why this person cannot erase this dataset; empty when they can."""
    if dataset.owner_id != person.pk:
        return ["Only the owner of this dataset can erase it."]
    if dataset.status == Dataset.Status.ERASED:
        return ["This dataset is erased already."]
    return []


def erase_dataset(dataset: Dataset, *, by: Person) -> None:
    """Destroy the dataset's key: source, models and unreleased artefacts can never be read again. Releases stay."""
    if reasons := why_not_erase(by, dataset):
        raise Conflict(*reasons)
    subjects = [dataset.pk]
    for about_it in (dataset.runs, dataset.plans, Calibration.objects.filter(run__dataset=dataset)):
        subjects += about_it.values_list("pk", flat=True)
    with transaction.atomic():
        for job in Job.objects.filter(subject_id__in=subjects, state__in=[Job.State.QUEUED, Job.State.RUNNING]):
            cancel(job, by=by)
        move(dataset, Dataset.Status.ERASED, by=by)
        destroy_key(dataset.key_id)
    erase(dataset.key_id)
