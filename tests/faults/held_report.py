"""A report that does not come back from the place of a hold (holding.py)."""

from __future__ import annotations

import json
import signal
from uuid import UUID

from django.conf import settings

from synthportal.jobs.progress import Progress, Report


class HeldReport(Report):
    """A hold is used up when it is reached: the next child goes on."""

    def __init__(self, job_id: UUID, token: int, echo: Progress | None = None) -> None:
        super().__init__(job_id, token, echo)
        self._hold = settings.HOME_DIR / f"hold-{job_id.hex}"

    def __call__(self, phase: str, done: int, total: int) -> None:
        super().__call__(phase, done, total)
        if self._hold.exists() and json.loads(self._hold.read_text()) == [phase, done]:
            self._hold.rename(self._hold.with_suffix(".reached"))
            signal.pause()
