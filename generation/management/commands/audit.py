"""Audit a synthesizer on a file: fit it many times with and without single people, and guess who was there.

What a refit costs is measured first and said. No database is needed.
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError

from generation.engine.errors import EngineError
from generation.engine.evaluation.calibration.shadow.words import audit_sentence
from generation.engine.synthesizers.card import validated
from generation.engine.synthesizers.catalogue import card_of
from generation.management.files_command import FilesCommand

if TYPE_CHECKING:
    from generation.engine.evaluation.calibration.shadow.plan import AuditPlan
    from generation.engine.evaluation.calibration.shadow.refit import ByCard

LEAST_REFITS = 20


class Command(FilesCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("training", type=Path, metavar="FILE", help="real records: CSV, Parquet, JSONL or XLSX")
        parser.add_argument("--synthesizer", default="trees", help="which one is audited (trees)")
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            dest="settings_given",
            metavar="NAME=VALUE",
            help="a parameter of the synthesizer; may be given several times",
        )
        parser.add_argument("--target", help="the column that models predict")
        parser.add_argument("--refits", type=int, default=300, help="how many fits, an even number (300)")
        parser.add_argument("--records", type=int, default=1000, help="random records that are audited (1000)")
        parser.add_argument("--workers", type=int, default=1, help="processes that share the refits (1)")
        parser.add_argument("--seed", type=int, default=0, help="the same seed finds the same figures (0)")
        parser.add_argument("--cost", action="store_true", help="make two fits, say what all would take, and stop")
        parser.add_argument(
            "--json", type=Path, dest="json_out", metavar="FILE", help="write the result as JSON; - for standard output"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["refits"] < LEAST_REFITS or options["refits"] % 2 or options["workers"] < 1:
            raise CommandError(
                f"Ask for an even number of refits, {LEAST_REFITS} at least, and for one worker at least."
            )
        try:
            found = self._audit(options)
        except (EngineError, OSError) as why:
            raise CommandError(str(why)) from why
        self.write(found, "", {"html_out": None} | options)

    def _audit(self, options: dict[str, Any]) -> dict[str, Any]:
        """What is written: the cost, and unless that is all that was asked for, what the audit found."""
        from generation.engine.evaluation.calibration.shadow.audit import shadow_audit
        from generation.engine.evaluation.calibration.shadow.plan import plan_audit
        from generation.engine.evaluation.calibration.shadow.refit import ByCard
        from generation.engine.evaluation.report.files import read_training

        card = card_of(options["synthesizer"])
        parameters = validated(card, dict(_pair(given) for given in options["settings_given"]))
        training, schema = read_training(options["training"], target=options["target"])
        plan = plan_audit(training, schema, records=options["records"], seed=options["seed"])
        by_card, refits = ByCard(card.name, schema, parameters), options["refits"]
        asked = {"synthesizer": card.name, "parameters": parameters, "records": len(plan.table), "seed": plan.seed}
        each = self._cost(plan, by_card, refits)
        if options["cost"]:
            return asked | {"seconds_per_refit": each}
        found = shadow_audit(
            plan,
            by_card,
            refits=refits,
            progress=self.progress,
            workers=options["workers"],
            delta=float(str(parameters.get("delta", 0.0))),
        )
        groups = [one.as_json() for one in found.guessed]
        self.stderr.write(audit_sentence(groups))
        return asked | {"refits": refits, "seconds_per_refit": each, "groups": groups, "exposed": len(found.exposed)}

    def _cost(self, plan: AuditPlan, by_card: ByCard, refits: int) -> float:
        """Processor seconds of one refit: the second of two, as the first one also imports."""
        from generation.engine.evaluation.calibration.shadow.refit import timed_refit

        _, (_, each) = (timed_refit(plan, by_card, fit) for fit in range(2))
        self.stderr.write(f"One refit takes {each:.2f} s of one processor: {refits} take about {each * refits:.0f} s.")
        return each


def _pair(given: str) -> tuple[str, str]:
    name, is_set, value = given.partition("=")
    if not is_set:
        raise CommandError("Give parameters as NAME=VALUE.")
    return name, value
