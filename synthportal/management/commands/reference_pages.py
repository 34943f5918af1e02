"""Print all pages of docs/reference that come from the code, or compare them with it."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from synthportal.management.reference.commands import our_apps
from synthportal.management.reference.page import Lines, with_printed

FOLDER: Path = settings.BASE_DIR / "docs" / "reference"


class Command(BaseCommand):
    help = "Write the printed parts of the pages in docs/reference from the code."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare only, and name what is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        behind = [name for name, lines in printed().items() if _is_behind(FOLDER / name, lines, options["check"])]
        if behind and options["check"]:
            names = ", ".join(f"docs/reference/{name}" for name in behind)
            raise CommandError(f"Out of date: {names}. Run python manage.py reference_pages.")


def printed() -> dict[str, Lines]:
    """What each app says of its pages in `management/reference`, by the page's name."""
    names = (f"{app.name}.management.reference" for app in our_apps())
    rooms = [import_module(name) for name in names if find_spec(name)]
    return {name: lines for room in rooms for name, lines in room.PRINTED.items()}


def _is_behind(path: Path, lines: Lines, is_check: bool) -> bool:
    """Whether the page says what the code does not; written anew unless it is only to be compared."""
    kept = path.read_text(encoding="utf-8")
    page = with_printed(kept, lines())
    if page != kept and not is_check:
        path.write_text(page, encoding="utf-8")
    return page != kept
