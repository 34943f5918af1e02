"""attest: lay out every file of a release, then sign them all. A steward asks for it, a worker does it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from generation.engine.kinds.catalogue import kind_of
from generation.engine.tables.row_groups import records_in_common
from generation.models import Dataset
from reviews.engine.attestation.dsse import envelope_bytes, seal
from reviews.engine.bundle.catalogue import write_documents
from reviews.engine.bundle.material import FileFacts, Material, notes_of
from reviews.engine.bundle.statement import Signing, build_statement
from reviews.models import Attestation, Release, ReleasedFile, SignedFile
from reviews.repositories.catalogue.standing import is_over
from reviews.repositories.files import TYPES, Format, formats_to_lay_out, rendering
from reviews.repositories.trust.attestations import material_of
from reviews.repositories.trust.keys import open_key
from reviews.repositories.trust.lineage import lineage_of, siblings_of
from reviews.stages.lay_out import (
    TEST,
    TRAIN,
    column_types,
    keep,
    lay_out,
    lay_out_labelled,
    lay_out_part,
    measure_kept,
    parts_of,
)
from synthportal.errors import Conflict, DomainError
from synthportal.jobs.progress import Report
from synthportal.jobs.worker import Worker
from synthportal.models import Person
from synthportal.roles import Role, has_role, require
from synthportal.storage.vault import Blob, open_sealed
from synthportal.trail.audit import record
from synthportal.transitions import move

MOST_COMPARED_ROWS = 1_000_000  # of a sibling, to count what is in both


def why_not_attest(person: Person, release: Release) -> list[str]:
    """Why this person cannot ask for a new signature over the files; empty when they can."""
    if not has_role(person, Role.STEWARD):
        return ["A release is attested by a steward."]
    if release.status != Release.Status.RELEASED or is_over(release):
        return ["This release is closed: nothing more is signed of it."]
    if release.run.dataset.status == Dataset.Status.ERASED:
        return ["The source was erased, and with it what the files are made from."]
    return []


def ask_attestation(release: Release, *, by: Person, days: int | None = None, test_share: float = 0.0) -> Attestation:
    """Ask for every file to be laid out and signed; the release then expires after so many days (0: never).

    `test_share` of the records go into a test split of the bundle. Raises DomainError for what cannot be, NotPermitted,
    Conflict.
    """
    require(by, Role.STEWARD)
    if reasons := why_not_attest(by, release):
        raise Conflict(*reasons)
    days = settings.RELEASE_DAYS if days is None else days
    if not 0 <= days <= 3650:
        raise DomainError("A release expires after 1 to 3,650 days, or never (0).")
    if not 0 <= test_share <= 0.5:
        raise DomainError("A test split takes at most half of the records (0 to 0.5).")
    made = kind_of(release.run.dataset.kind).makes
    if test_share and made is not None and not made.split_by:
        raise DomainError("Such records hold one world between them: they cannot be split.")
    with transaction.atomic():
        number = (release.attestations.aggregate(last=Max("number"))["last"] or 0) + 1
        ends = timezone.now() + timedelta(days=days) if days else None
        asked = Attestation.objects.create(
            release=release, number=number, asked_by=by, expires_at=ends, test_share=test_share
        )
        record("attestation asked", release, by=by, number=number, expires=_time(ends), test_share=test_share)
    return asked


def sign_attestations(release_id: UUID, *, by: Worker, report: Report) -> None:
    """Lay out and sign what is asked for, in order. Done again after a kill, it goes on with what is not signed."""
    release = Release.objects.select_related("run__dataset", "run__plan", "review").get(pk=release_id)
    for asked in release.attestations.filter(signed_at=None).order_by("number"):
        if release.status == Release.Status.RELEASED:
            _attest(release, asked, by, report)


def _attest(release: Release, asked: Attestation, by: Worker, report: Report) -> None:
    key = open_key()
    material = material_of(release, lineage_of(release, _in_common(release)))
    renderings = _laid_out(release, report)
    splits = _splits(release, asked.test_share, notes_of(material.facts, material.address))
    report("signing", 0, 1)
    material = replace(_with_records(material, [*renderings, *splits]), types=column_types(splits[0].sha256))
    material, contents = write_documents(material)
    for content in contents:
        keep(content)
    signed_at = timezone.now()
    roots = {file.path: str(material.pieces[file.sha256]["root"]) for file in [*renderings, *splits]}
    signing = Signing(
        asked.number, _time(signed_at), _time(asked.expires_at), key.public_key(), asked.asked_by.display_name
    )
    envelope = seal(build_statement(material, roots, signing), key)
    _write_down(release, asked, [*renderings, *splits], envelope, signed_at, by)


def _write_down(
    release: Release,
    asked: Attestation,
    records: Sequence[FileFacts],
    envelope: dict[str, Any],
    signed_at: datetime,
    by: Worker,
) -> None:
    """The signature and the files it makes downloadable, in one transaction: of `records` the formats come first, then
    the splits. Nothing is signed of a release that was closed while its files were laid out.
    """
    digest = hashlib.sha256(envelope_bytes(envelope)).hexdigest()
    with transaction.atomic():
        by.hold()
        if Release.objects.select_for_update().get(pk=release.pk).status != Release.Status.RELEASED:
            return
        for fmt, file in zip(formats_to_lay_out(release), records, strict=False):
            kept, _ = ReleasedFile.objects.get_or_create(
                release=release, format=fmt, defaults={"sha256": file.sha256, "size": file.size}
            )
            if kept.sha256 != file.sha256:
                raise Conflict(f"{file.title} no longer comes out as it was released. Nothing was signed.")
        digests = sorted({file.sha256 for file in records})
        SignedFile.objects.bulk_create(
            [SignedFile(release=release, sha256=one) for one in digests], ignore_conflicts=True
        )
        asked.envelope, asked.statement_sha256, asked.signed_at = envelope, digest, signed_at
        asked.key_id = envelope["signatures"][0]["keyid"]
        asked.save()
        record("attested", release, by=by, number=asked.number, attestation=digest, key=asked.key_id)


def _laid_out(release: Release, report: Report) -> list[FileFacts]:
    """The records in every format; Parquet, the artefact itself, comes first."""
    wanted, found = formats_to_lay_out(release), []
    for done, fmt in enumerate(wanted):
        report("rendering files", done, len(wanted))
        blob = lay_out(release, fmt)
        found.append(rendering(release, fmt, blob.sha256, blob.size))
    return found


def _splits(release: Release, test_share: float, notes: Mapping[str, str]) -> list[FileFacts]:
    """The records in the bundle: the artefact with a label behind it, or a train and a test part of it; what all
    belongs together stays whole.
    """
    train, test = parts_of(release, test_share) if test_share else ([], [])
    if not test:
        return [_split(TRAIN, "Records", lay_out_labelled(release, notes), release.run.artefact_rows or 0)]
    named = ((TRAIN, "Records to train on", train), (TEST, "Records to test on", test))
    return [_split(path, title, lay_out_part(release, rows, notes), len(rows)) for path, title, rows in named]


def _split(path: str, title: str, blob: Blob, rows: int) -> FileFacts:
    return FileFacts(path, title, TYPES[Format.PARQUET], blob.size, blob.sha256, rows=rows)


def _with_records(material: Material, files: list[FileFacts]) -> Material:
    pieces = {
        file.sha256: measure_kept(file.sha256, is_parquet=file.media_type == TYPES[Format.PARQUET]) for file in files
    }
    return replace(material, files=tuple(files), pieces=pieces)


def _in_common(release: Release) -> dict[int, int]:
    """Records that this release shares with others of its source, by their number, where both can still be read."""
    found = {}
    for other in siblings_of(release):
        if max(other.run.artefact_rows or 0, release.run.artefact_rows or 0) > MOST_COMPARED_ROWS:
            continue
        try:
            with (
                open_sealed(release.run.dataset.key_id, release.artefact_sha256) as mine,
                open_sealed(other.run.dataset.key_id, other.artefact_sha256) as theirs,
            ):
                found[other.number] = records_in_common(mine, theirs)
        except Conflict:  # erased since
            continue
    return found


def expire_release(release_id: UUID, *, by: Worker) -> Release | None:
    """Close a release whose day has come; one that was attested anew meanwhile, or is closed already, stays: None."""
    release = Release.objects.select_related("run__dataset", "requested_by").get(pk=release_id)
    if release.status != Release.Status.RELEASED or not is_over(release):
        return None
    move(release, Release.Status.EXPIRED, by=by)
    return release


def _time(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
