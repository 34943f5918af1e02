"""Make the demo: one person per role, a second steward, and a real table brought from ingest to an open review."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from generation.demo.people import write_demo_table
from generation.models import Dataset
from generation.stages.request import RunRequest
from reviews.management.commands.pipeline import in_words, terminal_progress
from reviews.pipeline import run_pipeline
from synthportal.jobs.here import JobFailed
from synthportal.management.commands.portal import refuse_if_taken
from synthportal.models import Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role

PEOPLE = (
    ("owner", "Olivia", "Owens", Role.OWNER, "uploads a source, asks for runs"),
    ("annotator", "Anton", "Novak", Role.ANNOTATOR, "judges sampled records"),
    ("steward", "Stella", "Ward", Role.STEWARD, "settles flags, waives, writes policies"),
    ("steward2", "Sven", "Lindt", Role.STEWARD, "signs what the first one did not settle, confirms policies"),
    ("engineer", "Emil", "Nguyen", Role.ENGINEER, "finds and downloads releases"),
    ("auditor", "Audrey", "Thorne", Role.AUDITOR, "reads the trail"),
    ("admin", "Ada", "Mint", None, "keeps people and their roles, and has none in the data"),
)
NAME = "Customer incomes (demo)"


class Command(BaseCommand):
    help = """Prepare the demo and, unless --prepare-only, serve it. The second time it starts in seconds.

    Makes one person per role, a second steward and an administrator with one shared password, which it prints, and
    brings a table of invented people from ingest to an open review. Refused in production.
    """

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--prepare-only", action="store_true", help="make what is missing and stop")
        parser.add_argument(
            "--address", default=settings.ADDRESS, metavar="HOST:PORT", help="left out: SYNTHPORTAL_ADDRESS"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("The demo makes people with a shared password: it does not run in production.")
        if not options["prepare_only"]:
            refuse_if_taken(options["address"])
        self.stdout.write("Preparing the database.")
        call_command("migrate", verbosity=0)
        password = demo_password()
        owner = make_people(password)
        if not Dataset.objects.filter(owner=owner, name=NAME).exclude(status=Dataset.Status.REFUSED).exists():
            self.stdout.write("Making the demo dataset: ingest, profile, minimise, generate, evaluate, sample.")
            self._make_dataset(owner)
        self._print_logins(password, options["address"])
        if not options["prepare_only"]:
            call_command("portal", address=options["address"])

    def _make_dataset(self, owner: Person) -> None:
        stated = {
            "name": NAME,
            "purpose": "training",
            "target": "income",
            "description": "Train a model that estimates income bands, for the benefits team.",
            "legal_basis": "UCI Adult, CC BY 4.0; people invented",
            # By the file: cut by the portal's key, three demos of seven were undecided, and no review opened.
            "cut": None,
        }
        wanted = RunRequest("trees", seed=1996, tier="quick")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "customer-incomes.csv"
            with path.open("w", newline="") as sink:
                write_demo_table(sink)
            try:
                piped = run_pipeline(path, stated, wanted, by=owner, echo=terminal_progress())
            except JobFailed as error:
                raise CommandError(f"The demo dataset could not be made: {error.reason}") from error
        self.stdout.write(in_words(piped))

    def _print_logins(self, password: str, address: str) -> None:
        self.stdout.write(f"\nSynthportal: http://{address}/\n\n  password for all of them: {password}\n")
        for username, first, last, role, does in PEOPLE:
            self.stdout.write(f"  {username:<10} {first} {last}, {role.value if role else 'administrator'}: {does}")
        self.stdout.write("\nCtrl-C stops everything.\n")


def demo_password() -> str:
    """Made once, kept with the secrets: nothing to guess even when the demo is reachable from elsewhere."""
    path: Path = settings.SECRETS_DIR / "demo_password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"demo-{secrets.token_hex(4)}")
    return path.read_text()


def make_people(password: str) -> Person:
    """One person per role, the second steward and the administrator; returns the owner."""
    for username, first, last, role, _ in PEOPLE:
        named = {"first_name": first, "last_name": last, "is_staff": role is None, "is_superuser": role is None}
        person, is_new = Person.objects.get_or_create(username=username, defaults=named)
        if is_new:
            person.set_password(password)
            person.save(update_fields=["password"])
            grant(person, *([role] if role else []))
    return Person.objects.get(username="owner")
