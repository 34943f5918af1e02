"""export: the only function that lets bytes out. It hashes them again, and records who took them."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID

from django.db import IntegrityError, transaction

from generation.engine.tables.rendering import Kind, render
from reviews.models import Download, Release, ReleasedFile
from reviews.repositories.catalogue.access import why_not_hold
from reviews.repositories.files import TYPES, Format, file_name, formats_of, formats_to_lay_out
from synthportal.audit import record
from synthportal.errors import Conflict, DomainError, NotPermitted
from synthportal.jobs.progress import Report
from synthportal.models import Person
from synthportal.storage.shelf import has_released, open_released, write_released
from synthportal.storage.vault import READ_BYTES, holds, open_sealed, sha256_of

log = logging.getLogger(__name__)
RENDERED: dict[Format, Kind] = {
    Format.CSV: "csv",
    Format.JSONL: "jsonl",
    Format.XLSX: "xlsx",
    Format.PLAIN_CSV: "plain_csv",
    Format.SPREADSHEET: "spreadsheet_csv",
}


class Gone(DomainError):
    """It was here and is not any more: 410."""

    status = 410


@dataclass(frozen=True, slots=True)
class Export:
    """Bytes on their way out: an open file at its start, and what they are."""

    file: BinaryIO
    size: int
    sha256: str
    name: str
    content_type: str


def why_not_export(person: Person, release: Release) -> list[str]:
    """Why this person cannot download this release; empty when they can."""
    return why_not_hold(person, release)


@contextmanager
def records_path(release: Release, *, by: Person) -> Iterator[str]:
    """Where the Parquet file lies on this machine, for the viewer: for who may download it, while it is looked at.

    Raises NotPermitted, Gone or Conflict as a download does.
    """
    release.refresh_from_db()
    if reasons := why_not_export(by, release):
        raise (Gone if release.status != Release.Status.RELEASED else NotPermitted)(*reasons)
    with open_released(prepare_file(release, Format.PARQUET).sha256) as file:
        if isinstance(path := getattr(file, "name", None), str):
            yield path
            return
        with tempfile.NamedTemporaryFile(suffix=".parquet") as copy:
            shutil.copyfileobj(file, copy, READ_BYTES)
            copy.flush()
            yield copy.name


def file_to_export(release: Release, fmt: str, *, by: Person) -> ReleasedFile | None:
    """The rendering that `export_release` would open, to tell its size and digest; None where it would refuse."""
    if fmt not in formats_of(release) or why_not_export(by, release):
        return None
    return prepare_file(release, Format(fmt))


def export_release(release: Release, fmt: str, *, by: Person, span: tuple[int, int] | None = None) -> Export:
    """Open a released rendering for download. `span` are the first and last byte asked for, the whole file if None.

    Raises NotPermitted, Gone after a withdrawal, Conflict when the bytes are not the released ones any more.
    """
    if fmt not in (offered := formats_of(release)):
        raise Conflict(f"Choose one of the formats {', '.join(offered)}.")
    release.refresh_from_db()
    if reasons := why_not_export(by, release):
        raise (Gone if release.status != Release.Status.RELEASED else NotPermitted)(*reasons)
    kept = prepare_file(release, Format(fmt))
    with open_released(kept.sha256) as file:
        if sha256_of(file) != kept.sha256:
            log.error("Released bytes of release %s do not hash to their name; export refused.", release.pk)
            raise Conflict("The released bytes were changed on disk. Nothing was sent; tell a steward.")
    first, last = span or (0, max(kept.size - 1, 0))
    with transaction.atomic():
        Download.objects.create(
            release=release, by=by, format=fmt, sha256=kept.sha256, first_byte=first, last_byte=last
        )
        record("exported", release, by=by, format=fmt, sha256=kept.sha256, first=first, last=last)
    return Export(
        open_released(kept.sha256), kept.size, kept.sha256, file_name(release.number, Format(fmt)), TYPES[Format(fmt)]
    )


def publish_release(release_id: UUID, *, report: Report) -> None:
    """Lay out every rendering ahead of the first download."""
    release = Release.objects.get(pk=release_id)
    wanted = formats_to_lay_out(release)
    for done, fmt in enumerate(wanted):
        report("rendering files", done, len(wanted))
        if release.status == Release.Status.RELEASED:
            prepare_file(release, fmt)


def prepare_file(release: Release, fmt: Format) -> ReleasedFile:
    """The rendering on the plain shelf, made now if it is not there yet. The same artefact always gives the same bytes.

    Parquet is the artefact itself, and must hash to what was released.
    """
    kept = release.files.filter(format=fmt).first()
    if kept and has_released(kept.sha256):
        return kept
    if not holds(release.run.dataset.key_id, release.artefact_sha256):
        raise Conflict("The bytes in the vault are not the released ones any more. Nothing was sent; tell a steward.")
    with open_sealed(release.run.dataset.key_id, release.artefact_sha256) as artefact, write_released() as draft:
        if fmt is Format.PARQUET:
            while piece := artefact.read(READ_BYTES):
                draft.file.write(piece)
        else:
            render(artefact, draft.file, RENDERED[fmt])
    blob = draft.written
    expected = release.artefact_sha256 if fmt is Format.PARQUET else (kept.sha256 if kept else blob.sha256)
    if blob.sha256 != expected:
        raise Conflict("The bytes in the vault are not the released ones any more. Nothing was sent; tell a steward.")
    return kept or _keep(release, fmt, blob.sha256, blob.size)


def _keep(release: Release, fmt: Format, sha256: str, size: int) -> ReleasedFile:
    try:
        with transaction.atomic():
            return ReleasedFile.objects.create(release=release, format=fmt, sha256=sha256, size=size)
    except IntegrityError:
        return release.files.get(format=fmt)
