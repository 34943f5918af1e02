"""Print the manifests for Kubernetes, the units for systemd, and the doors of nginx."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from synthportal.management.reference.manifests import deployment_files


class Command(BaseCommand):
    help = """Print docker/kubernetes/ and docker/systemd/ from the table of processes, and the doors of
    docker/nginx.conf from the views that take a file."""
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail where a file is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        for name, text in deployment_files().items():
            path = settings.BASE_DIR / name
            if options["check"]:
                if not path.exists() or path.read_text() != text:
                    raise CommandError(f"{name} is out of date: run python manage.py deployment_files.")
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
