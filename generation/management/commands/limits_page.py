"""Print the shipped limits into their page of the reference, or compare them with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from generation.engine.evaluation.limits.reference import with_tables

PAGE: Path = settings.BASE_DIR / "docs" / "reference" / "metrics.md"


class Command(BaseCommand):
    help = "Write the shipped limits into docs/reference/metrics.md."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare only, and fail when the page is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        kept = PAGE.read_text(encoding="utf-8")
        page = with_tables(kept)
        if not options["check"]:
            PAGE.write_text(page, encoding="utf-8")
        elif page != kept:
            raise CommandError("docs/reference/metrics.md is out of date: run python manage.py limits_page.")
