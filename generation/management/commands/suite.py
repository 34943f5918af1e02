"""Make evaluation tasks over a scenario matrix, or the next suite from results. No database is needed."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from generation.management.sets_command import SetsCommand, below

FORMATS = ("inspect", "lm_eval", "promptfoo")


class Command(SetsCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("plan", type=Path, metavar="PLAN", help="a YAML file: dimensions, rules, inputs, expected")
        super().add_arguments(parser)
        parser.add_argument("--ways", type=int, default=2, help="every combination of so many dimensions is held (2)")
        parser.add_argument(
            "--format", nargs="+", choices=FORMATS, default=["inspect"], help="for which tools (inspect)"
        )
        parser.add_argument(
            "--results", type=Path, metavar="LOG",
            help="a log of Inspect or samples of lm-eval on this suite: new tasks are added where it failed",
        )  # fmt: skip
        parser.add_argument("--more", type=int, default=50, help="new tasks after results (50)")
        parser.add_argument(
            "--against", type=Path, metavar="FILE", help="tasks.jsonl of an older version: what changed"
        )

    def make(self, options: dict[str, Any]) -> None:
        from generation.engine.evaluation.llm.sets.suites import suite_evidence
        from generation.engine.llm.suites.making import make_suite
        from generation.engine.llm.suites.plan import read_plan
        from generation.engine.llm.suites.results import read_results, regression
        from generation.engine.llm.suites.task import as_line

        plan = read_plan(options["plan"].read_text(encoding="utf-8"))
        suite = make_suite(plan, options["count"], ways=options["ways"], seed=options["seed"])
        if options["results"]:
            scores = read_results(options["results"].read_bytes())
            suite = regression(plan, suite, scores, options["more"], seed=options["seed"])
        training = self.training(options)
        evidence = suite_evidence(suite, plan.matrix, ways=options["ways"], training=training)
        figures = {"asked": suite.asked, "delivered": len(suite.tasks), "difficulty": suite.difficulties()}
        figures |= {"missing": dict(suite.shortfall), "notes": list(suite.notes), "digest": suite.digest}
        if options["against"]:
            figures["since_then"] = _changes(options["against"], suite)
        files = {"tasks.jsonl": "".join(f"{as_line(task)}\n" for task in suite.tasks).encode()}
        self.report(figures, evidence, files | _files(suite, options["format"]), options)


def _changes(path: Path, suite: Any) -> dict[str, int]:
    from generation.engine.llm.suites.task import Suite, from_line
    from generation.engine.llm.suites.versions import difference

    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    tasks = tuple(from_line(line, place) for place, line in lines if line.strip())
    old = Suite(suite.name, len(tasks), 0, tasks)
    told = difference(old, suite)
    counts = {"added": len(told.added), "removed": len(told.removed), "changed": len(told.changed)}
    return counts | {"as before": told.same}


def _files(suite: Any, formats: list[str]) -> dict[str, bytes]:
    from generation.engine.llm.exports.evaluation import inspect, lm_eval, promptfoo

    makers = {"inspect": inspect, "lm_eval": lm_eval, "promptfoo": promptfoo}
    return {path: data for one in formats for path, data in below(one, makers[one](suite)).items()}
