"""Plant leaks into a copy of a synthetic file and tell which check catches them, from which dose on.

The planted tables never leave memory. No database is needed.
"""

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
            "--holdout", type=Path, required=True, metavar="FILE", help="real records that the synthesizer never saw"
        )
        parser.add_argument(
            "--synthetic",
            type=Path,
            required=True,
            metavar="FILE",
            help="the table whose copy the leaks are planted into",
        )
        parser.add_argument(
            "--doses", default="0.001,0.003,0.01,0.03,0.1", help="shares of the records, by commas (0.001 to 0.1)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        from generation.engine.evaluation.calibration.planted_leaks import plant_leaks
        from generation.engine.evaluation.calibration.report import planted_leaks_html

        doses = self._doses(options["doses"])
        read = self.read(options["holdout"], options["synthetic"], options)
        policy, holdout = self.policy(read, options), read.holdout
        if holdout is None:
            raise CommandError("There is no holdout: nothing tells leakage from mere similarity.")
        found = plant_leaks(
            read.training,
            holdout,
            read.synthetic,
            read.schema,
            target=read.target,
            policy=policy,
            seed=options["seed"],
            progress=self.progress,
            doses=doses,
        )
        page = planted_leaks_html(found, policy, f"Leaks planted into {options['synthetic'].name}")
        self.write([one.as_json() for one in found], page, options)

    def _doses(self, typed: str) -> list[float]:
        try:
            doses = sorted(float(dose) for dose in typed.split(","))
        except ValueError as why:
            raise CommandError("Doses are shares such as 0.01, separated by commas.") from why
        if not all(0 < dose <= 1 for dose in doses):
            raise CommandError("A dose is a share of the records, above 0 and at most 1.")
        return doses
