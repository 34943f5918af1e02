"""Say what is sensitive in files, or repeated from a source. No database is needed."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from generation.engine.scan.command import HELP, add_arguments, run


class Command(BaseCommand):
    help = HELP
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if status := run(options, self.stdout.write, self.stderr.write):
            sys.exit(status)
