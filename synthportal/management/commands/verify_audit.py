"""Prove that the trail is whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from synthportal.models import AuditEvent
from synthportal.roles import Operator
from synthportal.trail.heads import Head, public_key, read_lines
from synthportal.trail.verification import accept, verify


class Command(BaseCommand):
    help = """Check the audit trail: the chain, the seal of each event, and the signed heads beside the database; names
    the first places where it was changed. A broken trail stops releases until it is accepted with a reason.

    Exits with 1 when it is broken.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--heads", type=Path, action="append", help="heads kept elsewhere; repeatable")
        parser.add_argument("--key", help="public audit key of those copies, 64 hex digits; this portal's if none")
        parser.add_argument("--accept", metavar="REASON", help="take the trail as it stands, once it was looked into")
        parser.add_argument("--public-key", action="store_true", help="print the key that heads are checked with")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["public_key"]:
            self.stdout.write(public_key())
            return
        if reason := (options["accept"] or "").strip():
            accept(reason, by=Operator())
            self.stdout.write("The trail is taken as it stands; the reason is in it.")
        found = verify(self._outside(options["heads"] or [], options["key"] or ""))
        for fault in found[:50]:
            self.stderr.write(fault)
        if found:
            raise CommandError(f"The audit trail is broken in {len(found)} places.")
        self.stdout.write(f"The audit trail is whole: {AuditEvent.objects.count():,} events.")

    def _outside(self, paths: list[Path], key: str) -> Iterator[Head]:
        for path in paths:
            with path.open("rb") as file:
                for line in read_lines(file, key):
                    if isinstance(line, str):
                        raise CommandError(f"{path.name}: {line}")
                    yield line
