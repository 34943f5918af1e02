"""report: a reader of released bytes says that a record gives somebody away; a steward looks at these bytes again."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from reviews.models import RecordReport, Release
from reviews.permissions import held_releases_for
from reviews.repositories.catalogue.access import OWN_REPORT, SETTLED
from reviews.stages.release import withdraw_release
from synthportal.errors import Conflict, NotPermitted
from synthportal.models import Person
from synthportal.roles import Role, require
from synthportal.storage.vault import open_value, seal_value
from synthportal.trail.audit import record
from synthportal.transitions import move


def report_record(release: Release, *, row: int | None, words: str, by: Person) -> RecordReport:
    """Tell that a record (its row in the Parquet file, from 0; None where it is not known) gives somebody away.

    What is said is sealed with the dataset's key. The release goes on until a steward suspends it. Raises NotPermitted
    for somebody who cannot hold the release, Conflict with what is missing.
    """
    if not held_releases_for(by).filter(pk=release.pk).exists():
        raise NotPermitted("You have no access to this release.")
    if not words.strip():
        raise Conflict("Say what you recognised, and how.")
    if row is not None and not 0 <= row < (release.run.artefact_rows or 0):
        raise Conflict(f"This release has the rows 0 to {(release.run.artefact_rows or 1) - 1:,}.")
    with transaction.atomic():
        told = RecordReport(release=release, artefact_sha256=release.artefact_sha256, row=row, by=by)
        told.words = seal_value(release.run.dataset.key_id, words.strip()[:4000].encode(), told.pk.bytes)
        told.save(force_insert=True)
        record("reported", told, by=by, release=str(release.pk), has_row=row is not None)
    return told


def words_of(report: RecordReport) -> str:
    """What was reported, for stewards. Raises Conflict when the dataset was erased meanwhile."""
    key_id = report.release.run.dataset.key_id
    return open_value(key_id, bytes(report.words), report.pk.bytes).decode()


def suspend_release(report: RecordReport, *, is_on: bool, by: Person) -> None:
    """Stop downloads while the report is looked at, or let them go on. Raises NotPermitted or Conflict."""
    require(by, Role.STEWARD)
    with transaction.atomic():
        waiting = RecordReport.objects.filter(pk=report.pk, status=RecordReport.Status.OPEN)
        if not waiting.update(suspends=is_on):
            raise Conflict(SETTLED)
        record("suspended" if is_on else "resumed", report.release, by=by, report=str(report.pk))
    report.suspends = is_on


def settle_report(report: RecordReport, *, is_leak: bool, reason: str, by: Person) -> None:
    """Confirm, which withdraws the release, or dismiss, which ends a suspension. Raises NotPermitted or Conflict."""
    require(by, Role.STEWARD)
    if report.by_id == by.pk:
        raise Conflict(OWN_REPORT)
    if not reason.strip():
        raise Conflict("Say why: who reported it reads it.")
    to = RecordReport.Status.CONFIRMED if is_leak else RecordReport.Status.DISMISSED
    words, now = reason.strip()[:2000], timezone.now()
    with transaction.atomic():
        move(report, to, by=by, settled_by=by, settled_at=now, settled_reason=words)
        report.release.refresh_from_db()
        if is_leak and report.release.status == Release.Status.RELEASED:
            withdraw_release(report.release, reason=f"A reported record gives somebody away. {reason.strip()}", by=by)
