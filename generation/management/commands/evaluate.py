"""Measure any synthetic file against its training file and a holdout. No database is needed."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from generation.management.files_command import FilesCommand


class Command(FilesCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--holdout",
            type=Path,
            metavar="FILE",
            help="real records that the synthesizer never saw; without them no privacy check can be computed",
        )
        parser.add_argument(
            "--synthetic", type=Path, required=True, metavar="FILE", help="what is measured, whoever made it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # Imported here: the suite loads pandas, numba and LightGBM, which no other command needs.
        from generation.engine.evaluation.report.report import as_html, as_json
        from generation.engine.evaluation.suite import evaluate_tables

        read = self.read(options["holdout"], options["synthetic"], options)
        policy = self.policy(read, options)
        result = evaluate_tables(
            read.training,
            read.holdout,
            read.synthetic,
            read.schema,
            target=read.target,
            purpose=policy.purpose,
            policy=policy,
            seed=options["seed"],
            progress=self.progress,
        )
        page = as_html(result, policy, f"Evaluation of {options['synthetic'].name}")
        self.write(as_json(result), page, options)
