"""scan: what a dropped file holds that is sensitive. Neither the file nor a value of it is kept.

It lies sealed under a key of its own until it was read, in a limited child as an upload is. Kinds and places stay
sealed until the person forgets them, at the latest until somebody scans a file an hour after.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from generation.models import FileScan
from synthportal.errors import Conflict
from synthportal.jobs.limited import run_limited
from synthportal.jobs.progress import Report
from synthportal.jobs.queue import cancel
from synthportal.jobs.worker import Worker
from synthportal.models import DataKey, Job, Person
from synthportal.storage.keys import unwrap
from synthportal.storage.uploads import Most, SealedUpload
from synthportal.storage.vault import erase, lend_sealed, open_value, remove_sealed, seal_value

# Somebody waits for the answer: what takes longer is for the command.
MOST_BYTES = 64 * 2**20
MOST = Most(MOST_BYTES, f"A page scans at most {MOST_BYTES // 2**20} MiB. Use the command: python manage.py scan FILE.")
CPU_SECONDS = 300
KEPT_SECONDS = 3_600
_CONTEXT = b"scan"


def why_not_scan(upload: SealedUpload) -> list[str]:
    """Why a dropped file is not scanned; empty when it can be."""
    if not upload.size:
        return ["The file is empty (0 bytes). Check that it was written completely, and drop it again."]
    return []


def request_scan(upload: SealedUpload, *, by: Person) -> FileScan:
    """Take over the upload; the caller queues the job. Raises Conflict with the reasons. Old answers are forgotten."""
    if reasons := why_not_scan(upload):
        raise Conflict(*reasons)
    for old in FileScan.objects.filter(created_at__lt=timezone.now() - timedelta(seconds=KEPT_SECONDS)):
        forget_scan(old, by=by)
    name = (upload.name or "file")[:255]
    return FileScan.objects.create(key_id=upload.key_id, by=by, file_name=name, sha256=upload.sha256)


def scan_dropped(scan_id: UUID, *, by: Worker, report: Report) -> None:
    """Read the file, keep kinds and places sealed, and drop the file. One that was forgotten meanwhile stays so."""
    scan = FileScan.objects.filter(pk=scan_id).first()
    if scan is None or scan.finished_at:
        return
    report("looking at the file", 0, 0)
    found = _look(scan, report)
    sealed = seal_value(scan.key_id, json.dumps(found).encode(), _CONTEXT + scan.pk.bytes)
    with transaction.atomic():
        by.hold()
        FileScan.objects.filter(pk=scan_id).update(report=sealed, finished_at=timezone.now())
    drop_file(scan_id)


def _look(scan: FileScan, report: Report) -> dict[str, Any]:
    # Imported here: the web process has none of the libraries that read files.
    from generation.stages.children.scan import scan_sealed

    key = unwrap(scan.key_id)
    with lend_sealed(key, scan.sha256) as file:
        return run_limited(
            scan_sealed,
            (key, file, scan.file_name, 16 * MOST_BYTES),
            memory=settings.PARSE_MEMORY_BYTES,
            cpu=CPU_SECONDS,
            report=report,
        )


def drop_file(scan_id: UUID) -> None:
    """The file itself goes: it was read, or cannot be."""
    for scan in FileScan.objects.filter(pk=scan_id):
        remove_sealed(scan.key_id, scan.sha256)


def report_of(scan: FileScan) -> dict[str, Any]:
    """What was found, as `manage.py scan --json` prints it; only of a scan that is finished."""
    found: dict[str, Any] = json.loads(open_value(scan.key_id, bytes(scan.report or b""), _CONTEXT + scan.pk.bytes))
    return found


def forget_scan(scan: FileScan, *, by: Person) -> None:
    """Nothing of it is left: its job is stopped, its row deleted, its key destroyed."""
    key_id = scan.key_id
    with transaction.atomic():
        for job in Job.objects.filter(subject_id=scan.pk, state__in=[Job.State.QUEUED, Job.State.RUNNING]):
            cancel(job, by=by)
        scan.delete()
        DataKey.objects.filter(pk=key_id).delete()
    erase(key_id)
