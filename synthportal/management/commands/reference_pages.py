"""Print pages of docs/reference from the code, or compare them with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from synthportal.management.reference import api, commands, glossary
from synthportal.management.reference.page import with_printed

FOLDER: Path = settings.BASE_DIR / "docs" / "reference"
PRINTED: dict[str, Callable[[], Iterable[str]]] = {
    "commands.md": commands.lines,
    "api.md": api.lines,
    "glossary.md": glossary.lines,
}


class Command(BaseCommand):
    help = "Write the printed parts of commands.md, api.md and glossary.md in docs/reference from the code."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare only, and fail when a page is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        for name, lines in PRINTED.items():
            kept = (FOLDER / name).read_text(encoding="utf-8")
            page = with_printed(kept, lines())
            if not options["check"]:
                (FOLDER / name).write_text(page, encoding="utf-8")
            elif page != kept:
                raise CommandError(f"docs/reference/{name} is out of date: run python manage.py reference_pages.")
