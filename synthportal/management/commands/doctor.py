"""Look at everything the portal stands on, and say what to do."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from synthportal.web.operations.checkup import State, check_up


class Command(BaseCommand):
    help = """Check settings, proxies, database, clock, keys, vault, disk, broker, queue, trail and mail, and say what
    to do about each that is not well. Exits with 1 when something is broken."""
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for line in check_up():
            broken += line.state is State.BROKEN
            mark = {State.WELL: "  ", State.LOOK: "? ", State.BROKEN: "! "}[line.state]
            self.stdout.write(f"{mark}{line.name:<10} {line.found}")
            if line.todo:
                self.stdout.write(f"{'':<13}-> {line.todo}")
        if broken:
            raise CommandError(f"{broken} {'thing is' if broken == 1 else 'things are'} broken.")
