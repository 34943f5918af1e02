"""What others know a second worker by."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from synthportal.jobs.identity import public_key


class Command(BaseCommand):
    help = """Print name=public key of this second worker, for SYNTHPORTAL_SECOND_WORKERS.

    Run it where the second worker runs: SYNTHPORTAL_PROCESS=recomputer, SYNTHPORTAL_WORKER_NAME and its own key.
    """
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.WORKER_KEY:
            raise CommandError("This process has no worker key: set SYNTHPORTAL_PROCESS=recomputer.")
        self.stdout.write(f"{settings.WORKER_NAME}={public_key()}")
