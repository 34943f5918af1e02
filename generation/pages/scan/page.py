"""What the page of a scan shows: where it stands, or what was found where."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from generation.engine.pii.entities import entity_words
from generation.models import FileScan
from generation.pages.status.timeline import is_live, job_words, newest_job
from generation.pages.status.waiting import Waiting
from generation.pages.status.words import VOICES
from generation.stages.scan import report_of
from synthportal.models import Job, Person


def scan_context(scan: FileScan, person: Person) -> dict[str, Any]:
    """The page of one scan."""
    context: dict[str, Any] = {"scan": scan, "crumbs": [{"label": "Scan a file", "url": reverse("scan")}]}
    if scan.finished_at:
        return context | _found(report_of(scan))
    job = newest_job(scan.pk)
    return context | ({"live": live_words(scan, person)} if is_live(job) else {"failed": _failed(job)})


def live_words(scan: FileScan, person: Person) -> dict[str, Any]:
    """The job as one line, and where to ask for news."""
    job = newest_job(scan.pk)
    return {
        "job": job_words(job, Waiting(person), reverse("scan_forget", args=[scan.pk])) if job else None,
        "poll_url": reverse("scan_progress", args=[scan.pk]),
    }


def is_at_work(scan: FileScan) -> bool:
    return scan.finished_at is None and is_live(newest_job(scan.pk))


def _failed(job: Job | None) -> str:
    return (job.error if job else "") or "The file was not read."


def _found(report: dict[str, Any]) -> dict[str, Any]:
    findings = [_line(finding) for finding in report["findings"]]
    counted = [line for line in findings if line["counts"]]
    return {"found": counted, "others": [line for line in findings if not line["counts"]], "is_clean": not counted}


def _line(finding: dict[str, Any]) -> dict[str, Any]:
    rows, more = finding["rows"], finding["places"] - len(finding["rows"])
    places = ", ".join(f"{row:,}" for row in rows) + (f" and {more:,} more" if more else "")
    unit = finding["unit"] + ("s" if finding["places"] > 1 else "")
    voices = [VOICES[voice] for voice in finding["found_by"]]
    return {**finding, "what": entity_words(finding["entity"]), "where": f"{unit} {places}", "found_by": voices}
