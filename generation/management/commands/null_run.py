"""Count each privacy check's false alarms: real records against real records. No database is needed."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from generation.management.files_command import FilesCommand


class Command(FilesCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--holdout", type=Path, required=True, metavar="FILE", help="more real records of the same kind"
        )
        parser.add_argument("--repeats", type=int, default=20, help="random splits into thirds (20)")

    def handle(self, *args: Any, **options: Any) -> None:
        from generation.engine.evaluation.calibration.null_run import null_run
        from generation.engine.evaluation.calibration.report import null_run_html

        if options["repeats"] < 1:
            raise CommandError("Ask for at least one split.")
        # There are two files of real records: the second one is read in the place of a synthetic file.
        read = self.read(None, options["holdout"], options)
        policy = self.policy(read, options)
        found = null_run(
            read.training,
            read.synthetic,
            read.schema,
            target=read.target,
            policy=policy,
            seed=options["seed"],
            progress=self.progress,
            repeats=options["repeats"],
        )
        page = null_run_html(found, policy, f"False alarms on {options['training'].name}")
        self.write([one.as_json() for one in found], page, options)
