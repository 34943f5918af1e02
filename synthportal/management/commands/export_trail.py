"""Write the trail for another system."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from synthportal.roles import Operator
from synthportal.trail.audit import record_of_portal
from synthportal.trail.siem import FORMATS, lines


class Command(BaseCommand):
    help = """Write the events of the trail to standard output, the oldest first, as JSON lines or CEF. That it was
    exported is an event."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=sorted(FORMATS), default="jsonl", help="jsonl or cef")
        parser.add_argument("--after", type=int, default=0, help="only events after this number")

    def handle(self, *args: Any, **options: Any) -> None:
        record_of_portal("trail exported", by=Operator(), format=options["format"], after=options["after"])
        for line in lines(options["format"], after=options["after"]):
            self.stdout.write(line, ending="")
