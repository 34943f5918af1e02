"""Make agent tasks over a synthetic database, under a policy. No database of the portal is needed."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from generation.management.sets_command import SetsCommand, below


class Command(SetsCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("domain", type=Path, metavar="DOMAIN", help="a YAML file: tables, actions, confirmed rules")
        super().add_arguments(parser)
        parser.add_argument(
            "--policy", type=Path, required=True, metavar="FILE", help="the policy that rules come from"
        )
        parser.add_argument(
            "--table", action="append", default=[], metavar="NAME=FILE",
            help="a governed table (CSV, Parquet, JSONL, XLSX) from which columns are learned; once per table",
        )  # fmt: skip

    def make(self, options: dict[str, Any]) -> None:
        from generation.engine.evaluation.llm.sets.agents import agent_evidence
        from generation.engine.llm.agents.domain import read_domain
        from generation.engine.llm.agents.making import make_tasks
        from generation.engine.llm.agents.policy import beside_rules, unmodelled
        from generation.engine.llm.agents.soundness import require_sound
        from generation.engine.llm.agents.world import make_database
        from generation.engine.llm.exports.agents import inspect_agents, tau2

        domain = read_domain(options["domain"].read_text(encoding="utf-8"))
        require_sound(domain)
        sentences = beside_rules(_policy(options["policy"]), domain)
        database = make_database(domain, _tables(options["table"]), seed=options["seed"])
        suite = make_tasks(domain, database, options["count"], seed=options["seed"])
        evidence = agent_evidence(domain, database, suite, training=self.training(options))
        text = options["policy"].read_text(encoding="utf-8", errors="replace")
        files = below("tau2", tau2(domain, database, suite, text, sentences))
        figures: dict[str, Any] = {"asked": suite.asked, "delivered": len(suite.tasks)}
        figures |= {"confirmed_rules": len(domain.confirmed)}
        figures |= {"changes": sum(task.writes for task in suite.tasks)}
        figures |= {"denials": sum(bool(task.denies) for task in suite.tasks), "missing": dict(suite.shortfall)}
        figures |= {"not_modelled": [sentence.text for sentence in unmodelled(sentences)]}
        self.report(figures, evidence, files | below("inspect", inspect_agents(domain, suite)), options)


def _policy(path: Path) -> Any:
    from generation.engine.llm.documents.document import Document
    from generation.engine.llm.documents.reading import read_documents

    with path.open("rb") as file:
        found = list(read_documents(file, path.name))
    if len(found) != 1 or not isinstance(found[0], Document):
        raise CommandError(getattr(found[0], "sentence", "The policy is one document.") if found else "No policy.")
    return found[0]


def _tables(named: list[str]) -> dict[str, Any]:
    """The governed tables, with their labels as names of columns."""
    # Imported here: it loads pandas.
    from generation.engine.evaluation.report.files import read_training

    found = {}
    for word in named:
        name, _, path = word.partition("=")
        if not path:
            raise CommandError("Give each table as NAME=FILE.")
        frame, schema = read_training(Path(path))
        found[name] = frame.rename(columns={spec.name: spec.label for spec in schema})
    return found
