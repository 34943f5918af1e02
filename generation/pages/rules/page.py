"""What the page of a dataset's rules shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from generation.engine.predicates.predicate import Lookup
from generation.engine.rules.kinds import how_kept
from generation.engine.rules.yaml_text import write_yaml
from generation.engine.schema import Schema
from generation.models import Dataset, RuleSet
from generation.pages.rules.forms import rule_forms
from generation.pages.status.timeline import is_live, job_words, newest_job
from generation.pages.status.waiting import Waiting
from generation.repositories.rules.declared import RuleLine, declared_in, found_in, lines_in, open_proposals
from generation.repositories.tables import schema_from_json
from generation.stages.declare import why_not_declare
from synthportal.models import Job, Person

LONGEST_HISTORY = 50


def rules_context(
    dataset: Dataset, person: Person, *, posted: QueryDict | None = None, refused: Iterable[str] = (), version: str = ""
) -> dict[str, Any]:
    """Rules in force, proposals, forms and history. `posted` with `refused`: what was typed and why it was not kept.

    `version` shows an older version instead of the newest.
    """
    why_not = why_not_declare(person, dataset)
    newest = declared_in(dataset)
    shown = _version(dataset, version) or newest
    context = {
        "dataset": dataset,
        "crumbs": [
            {"label": "Datasets", "url": reverse("datasets")},
            {"label": dataset.name, "url": reverse("dataset", args=[dataset.pk])},
        ],
        "why_not": why_not,
        "refused": list(refused),
        "shown": shown,
        "is_newest": shown == newest,
        "may_change": not why_not and shown == newest,
        "history": _history(dataset),
        "job": _job(dataset, person),
    }
    return context if dataset.status != Dataset.Status.MINIMISED else context | _rules(dataset, shown, posted)


def _rules(dataset: Dataset, shown: RuleSet | None, posted: QueryDict | None) -> dict[str, Any]:
    schema, lines = schema_from_json(dataset.schema), lines_in(shown)
    typed = posted.get("yaml", "") if posted and posted.get("do") == "yaml" else None
    return {
        "rules": _shown(lines, schema),
        "proposals": (proposals := _shown(open_proposals(dataset), schema)),
        "strong": [line["key"] for line in proposals if not line["weak"]],
        "has_looked": found_in(dataset) is not None,
        "forms": rule_forms(dataset, posted),
        "yaml": yaml_of(lines, schema) if typed is None else typed,
        "yaml_open": typed is not None,
    }


def yaml_of(lines: Iterable[RuleLine], schema: Schema) -> str:
    """The rules as YAML, with the labels of the columns."""
    call = Lookup(schema).word
    plain = [line.rule.plain(call) for line in lines]
    return write_yaml({"rules": plain}) if plain else ""


def _shown(lines: Iterable[RuleLine], schema: Schema) -> list[dict[str, Any]]:
    call = Lookup(schema).word
    return [
        {"key": line.key, "kind": line.rule.kind, "words": line.rule.words(call), "held": line.held, "of": line.of,
         "all": line.held == line.of, "weak": line.weak, "how": how_kept(line.rule, schema),
         "detail": _detail(line, call)}
        for line in lines
    ]  # fmt: skip


def _detail(line: RuleLine, call: Any) -> list[str]:
    """The values of a fixed combination, to unfold."""
    values = line.rule.plain(call).get("values", {})
    return [f"{value}: {'missing' if isinstance(other, dict) else other}" for value, other in values.items()]


def _version(dataset: Dataset, version: str) -> RuleSet | None:
    if not version.isdecimal() or len(version) > 9:
        return None
    return dataset.rule_sets.exclude(by=None).filter(version=int(version)).first()


def _history(dataset: Dataset) -> list[RuleSet]:
    return list(dataset.rule_sets.exclude(by=None).select_related("by").order_by("-version")[:LONGEST_HISTORY])


def _job(dataset: Dataset, person: Person) -> dict[str, Any] | None:
    """The look for rules, while it is at work or after it failed."""
    job = newest_job(dataset.pk)
    if job is None or job.kind != "propose" or not (is_live(job) or job.state == Job.State.FAILED):
        return None
    return job_words(job, Waiting(person))
