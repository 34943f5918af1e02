"""Bring a backup back into an empty portal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from generation.stages.erase import note_erased
from synthportal.errors import Conflict
from synthportal.roles import Operator
from synthportal.storage.backup import restore
from synthportal.trail.verification import accept, faults, is_merely_behind


class Command(BaseCommand):
    help = """Restore a backup into an empty home and an empty database, under the same secrets. Every file is compared
    with the manifest before anything is written; datasets erased since the backup stay erased. Where a share is missing
    and no mirror made since proves that it was erased, nothing is restored."""
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder of the backup")
        parser.add_argument("--shares", type=Path, help="the mirror of the shares of the data keys")
        parser.add_argument(
            "--missing-are-erased",
            action="store_true",
            help="mark every dataset as erased whose share is missing though no mirror proves it: what is lost",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            lost = restore(options["folder"], options["shares"], missing_are_erased=options["missing_are_erased"])
        except Conflict as refused:
            raise CommandError(" ".join(refused.reasons)) from refused
        call_command("migrate", interactive=False, verbosity=0)
        erased = note_erased(key.pk for key in lost)
        self.stdout.write(f"Restored. {erased} datasets have no key any more: they stay erased.")
        found = list(faults())
        for fault in found[:50]:
            self.stdout.write(fault)
        if not found:
            self.stdout.write("The trail is whole.")
        elif is_merely_behind(found):
            accept("A backup was restored.", by=Operator())
            self.stdout.write("The trail goes on from the backup; that it was restored stands in it.")
