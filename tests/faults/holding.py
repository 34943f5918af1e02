"""Holds a job's child at the place where a test wants to kill it; nothing else of the portal is changed."""

from __future__ import annotations

import json
from pathlib import Path

from django.apps import AppConfig

SETTINGS = "tests.faults.held_settings"


def hold(home: Path, job_id: str, phase: str, done: int) -> Path:
    """Let the child of the job (32 hex digits) stop when it reports this; the file that is there once it has."""
    where = home / f"hold-{job_id}"
    where.write_text(json.dumps([phase, done]))
    return where.with_suffix(".reached")


class Holding(AppConfig):
    """Puts the report that can be held in the place of the other."""

    name = "tests.faults"

    def ready(self) -> None:
        from synthportal.jobs import child
        from tests.faults.held_report import HeldReport

        child.Report = HeldReport
