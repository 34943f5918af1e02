"""Back up the portal while it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from synthportal.errors import Conflict
from synthportal.jobs.sightings import saw_chore
from synthportal.storage.backup import CHORE, back_up
from synthportal.templatetags.human import file_size


class Command(BaseCommand):
    help = """Write the database, the vault and a manifest of their digests into a folder; run again, only what is new
    is copied. A backup that fails leaves the one before as it was. Secrets are not in it: keep them apart."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where the backup is kept")
        parser.add_argument(
            "--shares",
            type=Path,
            help="another folder, mirrored without history, for the shares of the data keys: without them no source "
            "of the backup can be read, and with old ones erased sources can",
        )
        parser.add_argument(
            "--despite-lost-shares",
            action="store_true",
            help="go on where data keys have no share any more; what is mirrored of them stays",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = back_up(options["folder"], options["shares"], despite_lost=options["despite_lost_shares"])
        except Conflict as refused:
            saw_chore(CHORE, " ".join(refused.reasons), is_well=False)
            raise CommandError(" ".join(refused.reasons)) from refused
        told = f"{made.blobs:,} blobs, {made.new_blobs:,} of them new, {file_size(made.size)}"
        saw_chore(CHORE, told)
        self.stdout.write(f"Backed up: {told}.")
        if not options["shares"]:
            self.stdout.write(
                "The shares of the data keys were not mirrored: give --shares a folder apart from this one."
            )
