"""Measure any synthetic file against its training file and a holdout. No database is needed."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generation.engine.errors import EngineError
from generation.engine.evaluation.policy import PURPOSES, default_policy


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--training", type=Path, required=True, help="CSV, Parquet, JSONL or XLSX")
        parser.add_argument("--holdout", type=Path, help="real records that the synthesizer never saw")
        parser.add_argument("--synthetic", type=Path, required=True)
        parser.add_argument("--target", help="the column that models predict")
        parser.add_argument("--quasi", default="", help="quasi-identifiers, separated by commas")
        parser.add_argument("--purpose", choices=PURPOSES, default="training")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--public", action="store_true", help="judge as for a release outside the house")
        parser.add_argument(
            "--json", type=Path, dest="json_out", help="write the metrics as JSON; - for standard output"
        )
        parser.add_argument("--html", type=Path, dest="html_out", help="write one self-contained report")

    def handle(self, *args: Any, **options: Any) -> None:
        # Imported here: the suite loads pandas, numba and LightGBM, which no other command needs.
        from generation.engine.evaluation.files import read_tables
        from generation.engine.evaluation.report import as_html, as_json
        from generation.engine.evaluation.suite import evaluate_tables

        paths = [options[name] for name in ("training", "holdout", "synthetic")]
        quasi = [label.strip() for label in options["quasi"].split(",") if label.strip()]
        try:
            read = read_tables(*paths, target=options["target"], quasi=quasi)
        except (EngineError, OSError) as why:
            raise CommandError(str(why)) from why
        policy = default_policy(options["purpose"], public=options["public"], has_target=read.target is not None)
        result = evaluate_tables(
            read.training,
            read.holdout,
            read.synthetic,
            read.schema,
            target=read.target,
            purpose=policy.purpose,
            policy=policy,
            seed=options["seed"],
            progress=self._progress,
        )
        self._write(options["json_out"], json.dumps(as_json(result), indent=1, allow_nan=False))
        self._write(options["html_out"], as_html(result, policy, f"Evaluation of {options['synthetic'].name}"))

    def _progress(self, phase: str, done: int, total: int) -> None:
        self.stderr.write(f"{phase} ({done}/{total})" if total else phase)

    def _write(self, path: Path | None, text: str) -> None:
        if path is not None and str(path) == "-":
            self.stdout.write(text)
        elif path is not None:
            path.write_text(text, encoding="utf-8")
