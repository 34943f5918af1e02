"""What the commands that make sets for evaluation share: texts for training, evidence, and where files go."""

from __future__ import annotations

import json
from abc import abstractmethod
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generation.engine.errors import EngineError
from generation.engine.evaluation.metric import Metric, Status
from generation.engine.scan.readers.records import leaves

UNREVIEWED = "Made by a command: nobody has reviewed these records, and no gate has released them."
_SIGNS = {Status.PASS: "pass", Status.REVIEW: "look", Status.BLOCK: "BLOCK", Status.INFORMATIONAL: "    "}


class SetsCommand(BaseCommand):
    """A command on files in one's own hands that needs no database."""

    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--count", type=int, required=True, metavar="N", help="exactly so many, or why not")
        parser.add_argument("--seed", type=int, default=0, help="the same files and seed give the same bytes (0)")
        parser.add_argument("--out", type=Path, metavar="DIR", help="write the files here, unless a check blocks")
        parser.add_argument(
            "--training", type=Path, action="append", default=[], metavar="FILE",
            help="JSON Lines that models are trained on: what overlaps them blocks",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="print one object with the figures")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.make(options)
        except (EngineError, OSError) as why:
            raise CommandError(str(why)) from why
        except UnicodeDecodeError:
            raise CommandError("A file that has to be text holds other bytes: save it as UTF-8.") from None

    @abstractmethod
    def make(self, options: dict[str, Any]) -> None:
        """What the command does. EngineError with one sentence when it cannot."""

    def training(self, options: dict[str, Any]) -> list[str]:
        """The texts of the files for training."""
        return [text for path in options["training"] for text in texts_of(path)]

    def report(
        self, made: Mapping[str, Any], evidence: Sequence[Metric], files: Mapping[str, bytes], options: dict[str, Any]
    ) -> None:
        """Prints what was made and the evidence, and writes the files where no check blocks.

        CommandError, so exit status 1, when one does: nothing is written then.
        """
        blocked = [metric for metric in evidence if metric.status is Status.BLOCK]
        if options["json"]:
            told = dict(made) | {"evidence": {metric.name: metric.as_json() for metric in evidence}}
            self.stdout.write(json.dumps(told, indent=1, ensure_ascii=False))
        else:
            self._print(made, evidence)
        if blocked:
            raise CommandError(f"Nothing was written: {'; '.join(metric.sentence for metric in blocked)}")
        if options["out"]:
            told = {"evidence.json": _as_json(evidence), "UNREVIEWED.txt": UNREVIEWED.encode()}
            write_files(options["out"], {**files, **told})

    def _print(self, made: Mapping[str, Any], evidence: Sequence[Metric]) -> None:
        for name, value in made.items():
            self.stdout.write(f"{name.replace('_', ' ')}: {_in_words(value)}")
        for metric in evidence:
            said = metric.sentence if metric.value is not None else metric.reason
            self.stdout.write(f"{_SIGNS.get(metric.status, 'none'):5} {said}")


def texts_of(path: Path) -> Iterable[str]:
    """Every text of a file of JSON Lines. CommandError for a line that is no JSON."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                yield from (text for _, text in leaves(json.loads(line)))
            except ValueError as why:
                raise CommandError(f"Line {number:,} of {path.name} is not JSON.") from why


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """The files of a bundle below a folder, which is made."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def below(name: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files in a folder of their own."""
    return {f"{name}/{path}": data for path, data in files.items()}


def _as_json(evidence: Sequence[Metric]) -> bytes:
    return json.dumps([metric.as_json() | {"name": metric.name} for metric in evidence], indent=1).encode()


def _in_words(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{count} {name}" for name, count in value.items()) or "none"
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value)) or "none"
    return str(value)
