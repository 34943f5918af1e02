"""ingest: an upload becomes a dataset; it is parsed in a limited child, and the holdout is cut before anything else."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from generation.engine.errors import PlanError
from generation.engine.kinds.catalogue import kind_of, why_not_for, why_not_offered
from generation.engine.kinds.table import TABLE
from generation.engine.parameters import folders_of
from generation.engine.tables.cut.sources import Sketch
from generation.engine.tables.facts import Place
from generation.engine.tables.spellings.choice import ColumnChoice
from generation.models import Dataset, NewerVersion, Purpose
from generation.permissions import owned_by
from generation.repositories.room import room_for
from generation.repositories.sensitive.cells import CELLS
from generation.repositories.tables import source_of
from synthportal.errors import Conflict
from synthportal.jobs.limited import Refused, run_limited
from synthportal.jobs.progress import Report
from synthportal.jobs.worker import Worker
from synthportal.models import Person
from synthportal.roles import Role, require
from synthportal.storage.keys import create_key, unwrap
from synthportal.storage.vault import Blob, erase, lend_sealed, scratch, seal_value, take_over, write_sealed
from synthportal.trail.audit import record
from synthportal.transitions import move

if TYPE_CHECKING:
    from generation.engine.tables.cut.splitting import Split
    from generation.engine.tables.facts import TableFacts

HOLDOUT_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Parsed:
    """What came of an upload: its facts, the two sealed tables, and the sketch that tells its source again."""

    facts: TableFacts
    split: Split
    training: Blob
    holdout: Blob
    sketch: Sketch | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that already lies sealed in the vault, with what its owner states about it. `cut` is nobody's to state:
    the demo's holdout alone follows from its file, so that every demo shows the same. `version_of` is the dataset of
    which this is a newer version, or None.
    """

    key_id: UUID
    blob: Blob
    file_name: str
    name: str
    purpose: str
    kind: str = TABLE.name
    description: str = ""
    prohibited_uses: str = ""
    legal_basis: str = ""
    retain_until: date | None = None
    target: str = ""
    person_column: str = ""
    choices: Mapping[str, object] = field(default_factory=dict)
    sheet: str = ""
    header_row: int = 0
    cut: int | None = Dataset.KEYED
    version_of: UUID | None = None

    def stated(self) -> dict[str, Any]:
        """What the dataset holds as it was stated; prohibited uses that were left out are the usual ones."""
        names = (
            "purpose", "kind", "description", "legal_basis", "retain_until", "target", "person_column", "choices",
            "sheet", "header_row", "cut",
        )  # fmt: skip
        own = {"prohibited_uses": self.prohibited_uses} if self.prohibited_uses.strip() else {}
        return {name: getattr(self, name) for name in names} | own

    def faults(self) -> list[str]:
        """What is missing or cannot be, as sentences."""
        wrong = []
        if self.purpose not in Purpose.values:
            wrong.append(f"State what the synthetic data is for: one of {', '.join(Purpose.values)}.")
        if why := why_not_offered(self.kind) or why_not_for(self.kind, self.purpose):
            wrong.append(why)
        if not self.name.strip():
            wrong.append("Give the dataset a name.")
        if not self.blob.size:
            wrong.append("The file is empty (0 bytes). Check that it was written completely, and upload it again.")
        try:
            choices_from(self.choices)
        except PlanError as error:
            wrong.append(error.sentence)
        return wrong


def sealed_upload(content: bytes, file_name: str, **stated: Any) -> Upload:
    """An upload of what was written in the portal itself, sealed under a key of its own; `stated` as of any upload."""
    key = create_key()
    with write_sealed(key.pk) as draft:
        draft.file.write(content)
    return Upload(key_id=key.pk, blob=draft.written, file_name=file_name, **stated)


def receive_dataset(upload: Upload, *, by: Person) -> Dataset:
    """Make the dataset of an upload; the caller queues the job.

    Raises NotPermitted unless `by` is an owner, Conflict with everything that is missing.
    """
    require(by, Role.OWNER)
    earlier, why_not = _earlier(upload, by)
    if wrong := upload.faults() + why_not:
        erase(upload.key_id)
        raise Conflict(*wrong)
    with transaction.atomic():
        _require_room(upload, by)
        dataset = Dataset.objects.create(
            name=upload.name.strip(),
            key_id=upload.key_id,
            sha256=upload.blob.sha256,
            size=upload.blob.size,
            file_name=upload.file_name[:255],
            owner=by,
            **upload.stated(),
        )
        said = {"version_of": str(earlier.pk)} if earlier else {}
        record("uploaded", dataset, by=by, sha256=dataset.sha256, bytes=dataset.size, purpose=dataset.purpose, **said)
        if earlier:
            NewerVersion.objects.create(dataset=dataset, earlier=earlier)
    return dataset


def _earlier(upload: Upload, person: Person) -> tuple[Dataset | None, list[str]]:
    """The dataset that the upload is a newer version of, and why it cannot be that of one."""
    if upload.version_of is None:
        return None, []
    found = Dataset.objects.filter(owned_by(person), pk=upload.version_of).first()
    if found is None:
        return None, ["The earlier version is not there, or is not yours. Upload the file as a dataset of its own."]
    if found.kind != upload.kind:
        was, now = kind_of(found.kind).title, kind_of(upload.kind).title
        return None, [f"{found.name} is of the kind {was.lower()}, this file {now.lower()}: no version of it."]
    return found, []


def _require_room(upload: Upload, person: Person) -> None:
    """Of several uploads at once each had all of the room when it began: they are counted one after the other here."""
    Person.objects.select_for_update(no_key=True).filter(pk=person.pk).values_list("pk").first()
    room, what_to_do = room_for(person)
    if upload.blob.size > room:
        erase(upload.key_id)
        raise Conflict(what_to_do)


def ingest_dataset(dataset_id: UUID, *, by: Worker, report: Report) -> None:
    """Parse the upload strictly and cut the holdout. The upload stays sealed, to be read again as its owner decides."""
    dataset = Dataset.objects.get(pk=dataset_id)
    if dataset.status != Dataset.Status.UPLOADED:
        return
    try:
        parsed = parse_upload(dataset, dataset.choices, report)
    except Refused as refused:
        move(dataset, Dataset.Status.REFUSED, by=by, error=refused.sentence)
        raise
    with transaction.atomic():
        source = source_of(dataset, parsed.sketch)
        move(
            dataset,
            Dataset.Status.INGESTED,
            by=by,
            facts={"rows": parsed.facts.rows, "holdout": parsed.holdout.sha256, "training": parsed.training.sha256},
            source=source,
            sketch=parsed.sketch.as_json() if parsed.sketch else None,
            **changes_by(dataset, parsed),
        )


def choices_from(given: object) -> dict[str, ColumnChoice]:
    """What an owner says of columns, by name or label; PlanError with a sentence for what cannot be."""
    if not isinstance(given, Mapping):
        raise PlanError("choice", "What is said of columns is an object with their names or labels.")
    return {str(name): ColumnChoice.from_json(chosen) for name, chosen in given.items()}


def parse_upload(dataset: Dataset, choices: object, report: Report) -> Parsed:
    """Read the sealed upload in a limited child. Raises Refused or Conflict with the reason."""
    from generation.stages.children.parse import Cut, Files, Stated, parse_and_split

    if why := why_not_offered(dataset.kind):
        raise Conflict(why)
    place = Place(dataset.sheet, dataset.header_row)
    kind = kind_of(dataset.kind)
    name = dataset.file_name if kind.needs_name else ""
    stated = Stated(dataset.target, dataset.person_column, kind.reader, choices_from(choices), place, name)
    share = HOLDOUT_SHARE if kind.holds_out else 0.0
    cut = Cut(share, split_seed(dataset), derived_key(b"sketches of sources"))
    key = unwrap(dataset.key_id)
    with lend_sealed(key, dataset.sha256) as upload, scratch() as whole, scratch() as training, scratch() as holdout:
        files = Files(upload, whole, training, holdout)
        found = run_limited(
            parse_and_split,
            (key, files, stated, cut),
            memory=settings.PARSE_MEMORY_BYTES,
            cpu=settings.PARSE_CPU_SECONDS,
            report=report,
            readable=folders_of(kind.reader),
        )
        return Parsed(found.facts, found.split, take_over(key, training), take_over(key, holdout), found.sketch)


def split_seed(dataset: Dataset) -> int | bytes:
    """What the holdout is cut by: the server's key, so that nobody chooses a cut by a byte of the file. A dataset from
    before keeps its cut, which followed from the upload's digest.
    """
    return derived_key(b"holdouts") if dataset.cut == Dataset.KEYED else int(dataset.sha256[:12], 16)


def derived_key(purpose: bytes) -> bytes:
    """A key of the server for one purpose, 32 bytes."""
    return hmac.digest(settings.SAMPLE_KEY, b"synthportal: " + purpose, "sha256")


def changes_by(dataset: Dataset, parsed: Parsed) -> dict[str, object]:
    """The fields of a dataset that reading it has found."""
    facts = asdict(parsed.facts)
    samples = json.dumps(facts.pop("samples"), ensure_ascii=False).encode()
    names = {column.label: column.name for column in parsed.facts.columns}
    return {
        "rows": parsed.facts.rows,
        "choices": {names.get(name, name): chosen for name, chosen in dataset.choices.items()},
        "training_rows": parsed.split.training_rows,
        "holdout_rows": parsed.split.holdout_rows,
        "cells": seal_value(dataset.key_id, samples, CELLS + dataset.pk.bytes),
        "training_sha256": parsed.training.sha256,
        "holdout_sha256": parsed.holdout.sha256,
        "file_facts": {**facts, "notes": [note for note in (*parsed.facts.notes, parsed.split.note) if note]},
    }
