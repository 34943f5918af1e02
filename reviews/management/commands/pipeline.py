"""From a file to an open review on the command line. It never exports."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from generation.engine.errors import EngineError
from generation.engine.evaluation.policy import TIERS
from generation.engine.kinds.catalogue import offered
from generation.engine.kinds.table import TABLE
from generation.engine.rules.yaml_text import read_yaml
from generation.engine.synthesizers.cards import BUILT_IN
from generation.models import Purpose
from generation.repositories.standings import standing_of
from generation.stages.request import RunRequest
from reviews.pipeline import Piped, run_pipeline, summary
from synthportal.errors import DomainError
from synthportal.jobs.here import JobFailed
from synthportal.jobs.progress import Progress
from synthportal.models import Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role

BUILT_IN_NAMES = ", ".join(card.name for card in BUILT_IN)


class Command(BaseCommand):
    help = """Run ingest to sample on a file with the proposed plan, and print one summary. Nothing is exported.

    The summary is also written as summary.json. Exits with 1 and one sentence on error.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the source, in a format that its kind takes")
        parser.add_argument(
            "--kind", default=TABLE.name, choices=[kind.name for kind in offered()], help="what the source is (table)"
        )
        parser.add_argument("--purpose", required=True, choices=Purpose.values, help="what the data is for")
        parser.add_argument("--synthesizer", required=True, help=f"with the portal come {BUILT_IN_NAMES}")
        parser.add_argument("--rows", type=int, help="left out: as many as there are training records")
        parser.add_argument("--out", type=Path, required=True, help="folder for summary.json")
        parser.add_argument("--seed", type=int, help="left out: one is drawn")
        parser.add_argument("--target", default="", help="label of the column a model shall predict")
        parser.add_argument("--person-column", default="", help="label of the column that names a person")
        parser.add_argument("--conditions", type=Path, help="YAML: conditions, balance and shifts of the run")
        parser.add_argument("--rules", type=Path, help="YAML: rules that every record must keep")
        parser.add_argument("--tier", default="standard", choices=TIERS, help="how strictly it is reviewed (standard)")
        parser.add_argument("--name", default="", help="of the dataset; left out: that of the file")
        parser.add_argument(
            "--owner", default="pipeline", help="username (pipeline); made with the owner's role if it is new"
        )
        parser.add_argument("--json", action="store_true", help="print the summary as JSON and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        _require_tables()
        stated = {key: options[key] for key in ("kind", "purpose", "target", "person_column")}
        stated["name"] = options["name"] or options["file"].stem
        echo = None if options["json"] else terminal_progress()
        try:
            plain = {"composition": _read(options["conditions"]), "rules": _read(options["rules"])}
            wanted = RunRequest(options["synthesizer"], options["rows"], {}, options["tier"], options["seed"])
            options["out"].mkdir(parents=True, exist_ok=True)
            piped = run_pipeline(options["file"], stated, wanted, by=_owner(options["owner"]), plain=plain, echo=echo)
            facts = summary(piped)
            (options["out"] / "summary.json").write_text(json.dumps(facts, indent=2) + "\n")
        except (DomainError, EngineError, JobFailed) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"The file or folder cannot be used: {error.strerror}.") from error
        self.stdout.write(json.dumps(facts, indent=None if options["json"] else 2))
        if not options["json"]:
            self.stderr.write(in_words(piped))


def _require_tables() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError("The portal's database is not set up yet: run `python manage.py migrate` first.")


def _read(path: Path | None) -> Any:
    """A YAML file of rules or of a composition; {} without one."""
    try:
        return read_yaml(path.read_text("utf-8-sig")) or {} if path else {}
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is no text in UTF-8.") from error


def _owner(username: str) -> Person:
    person, is_new = Person.objects.get_or_create(username=username)
    if is_new:
        person.set_unusable_password()
        person.save(update_fields=["password"])
        grant(person, Role.OWNER)
    return person


def terminal_progress() -> Progress:
    """One line per phase on stderr, rewritten in place on a terminal."""
    is_terminal, last = sys.stderr.isatty(), [""]

    def echo(phase: str, done: int, total: int) -> None:
        if is_terminal:
            sys.stderr.write(f"\r\033[K{phase} {done:,} of {total:,}" if total else f"\r\033[K{phase}")
        elif phase != last[0]:
            sys.stderr.write(f"{phase}\n")
        last[0] = phase
        sys.stderr.flush()

    return echo


def in_words(piped: Piped) -> str:
    """What to do next."""
    review = piped.review
    if review is None:
        stands = standing_of(piped.run).words
        return f"\nDone, and no review opened: {stands}. The summary says which checks stand in its way."
    return f"\nDone. {review.records.count()} sampled records wait for an annotator; nothing can leave before that."
