"""Back up the portal while it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from synthportal.errors import Conflict
from synthportal.storage.backup import back_up
from synthportal.templatetags.human import file_size


class Command(BaseCommand):
    help = """Write the database, the vault and a manifest of their digests into a folder; run again, only what is new
    is copied. Secrets are not in it: keep them apart."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where the backup is kept")
        parser.add_argument(
            "--shares",
            type=Path,
            help="another folder, mirrored without history, for the shares of the data keys: without them no source "
            "of the backup can be read, and with old ones erased sources can",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = back_up(options["folder"], options["shares"])
        except Conflict as refused:
            raise CommandError(" ".join(refused.reasons)) from refused
        self.stdout.write(f"Backed up: {made.blobs:,} blobs, {made.new_blobs:,} of them new, {file_size(made.size)}.")
        if not options["shares"]:
            self.stdout.write(
                "The shares of the data keys were not mirrored: give --shares a folder apart from this one."
            )
