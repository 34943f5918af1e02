"""What the commands that measure files share: which files, which purpose, and where the result goes."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from generation.engine.errors import EngineError
from generation.engine.evaluation.limits.policy import default_policy
from generation.engine.evaluation.policy import PURPOSES, EvaluationPolicy

if TYPE_CHECKING:
    from generation.engine.evaluation.report.files import ReadTables


class FilesCommand(BaseCommand):
    """A command on files of any format that needs no database."""

    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--training", type=Path, required=True, metavar="FILE", help="CSV, Parquet, JSONL or XLSX")
        parser.add_argument("--target", help="the column that models predict")
        parser.add_argument("--quasi", default="", help="quasi-identifiers, separated by commas")
        parser.add_argument("--purpose", choices=PURPOSES, default="training", help="whose limits count (training)")
        parser.add_argument("--seed", type=int, default=0, help="the same seed finds the same figures (0)")
        parser.add_argument("--public", action="store_true", help="judge as for a release outside the house")
        parser.add_argument(
            "--json", type=Path, dest="json_out", metavar="FILE", help="write the result as JSON; - for standard output"
        )
        parser.add_argument(
            "--html", type=Path, dest="html_out", metavar="FILE", help="write one self-contained report"
        )

    def read(self, holdout: Path | None, synthetic: Path, options: dict[str, Any]) -> ReadTables:
        """The tables, matched by label. Raises CommandError with one sentence when a file cannot be read."""
        # Imported here: it loads pandas, which no other command needs.
        from generation.engine.evaluation.report.files import read_tables

        quasi = [label.strip() for label in options["quasi"].split(",") if label.strip()]
        try:
            return read_tables(options["training"], holdout, synthetic, target=options["target"], quasi=quasi)
        except (EngineError, OSError) as why:
            raise CommandError(str(why)) from why

    def policy(self, read: ReadTables, options: dict[str, Any]) -> EvaluationPolicy:
        return default_policy(options["purpose"], public=options["public"], has_target=read.target is not None)

    def progress(self, phase: str, done: int, total: int) -> None:
        self.stderr.write(f"{phase} ({done}/{total})" if total else phase)

    def write(self, found: object, page: str, options: dict[str, Any]) -> None:
        """The result as JSON and as a page, each where it was asked for."""
        self._write(options["json_out"], json.dumps(found, indent=1, allow_nan=False))
        self._write(options["html_out"], page)

    def _write(self, path: Path | None, text: str) -> None:
        if path is not None and str(path) == "-":
            self.stdout.write(text)
        elif path is not None:
            path.write_text(text, encoding="utf-8")
