"""Prove that the trail is whole."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from synthportal.models import AuditEvent
from synthportal.trail.audit import faults


class Command(BaseCommand):
    help = """Check the audit trail's hash chain and its anchor; names the first places where it was changed.

    Exits with 1 when it is broken.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(faults())
        for fault in found[:50]:
            self.stderr.write(fault)
        if found:
            raise CommandError(f"The audit trail is broken in {len(found)} places.")
        self.stdout.write(f"The audit trail is whole: {AuditEvent.objects.count():,} events.")
