"""Print the tables of transitions as a page of diagrams, or compare them with the committed page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from synthportal.transitions import diagram

PAGE: Path = settings.BASE_DIR / "docs" / "reference" / "states.md"


class Command(BaseCommand):
    help = "Write docs/reference/states.md from the tables of transitions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare only, and fail when the page is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        page = "".join(diagram())
        if not options["check"]:
            PAGE.write_text(page)
        elif not PAGE.exists() or PAGE.read_text() != page:
            raise CommandError("docs/reference/states.md is out of date: run python manage.py state_diagram.")
