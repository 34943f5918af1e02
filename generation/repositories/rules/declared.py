"""Versions of a dataset's rules: sealed, since they name values.

A version without a person is what the portal found: proposals, and what can be asked for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Max

from generation.engine.predicates.predicate import Lookup
from generation.models import Dataset, RuleSet
from generation.repositories.tables import schema_from_json
from synthportal.models import Person
from synthportal.storage.vault import open_value, seal_value

if TYPE_CHECKING:
    from generation.engine.rules.kinds import Rule
    from generation.engine.rules.strength import Evidence


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule with its evidence: `held` of `of` training records keep it. `key` names it without telling it.

    `weak` says why it should not be accepted unread; "" where the records speak for it.
    """

    rule: Rule
    held: int
    of: int
    weak: str = ""

    @property
    def key(self) -> str:
        return key_of(self.rule)


def key_of(rule: Rule) -> str:
    """A short digest of the rule: for forms, so that no value stands in a request's line or log."""
    return hashlib.sha256(json.dumps(rule.plain(str), sort_keys=True).encode()).hexdigest()[:16]


def found_in(dataset: Dataset) -> RuleSet | None:
    """The newest look of the portal at the records: proposals, and the values that can be asked for."""
    return dataset.rule_sets.filter(by=None).order_by("-version").first()


def declared_in(dataset: Dataset) -> RuleSet | None:
    """The newest version that the owner declared."""
    return dataset.rule_sets.exclude(by=None).order_by("-version").first()


def in_force(dataset: Dataset) -> RuleSet | None:
    """The version that a new run takes; None when no rule is declared."""
    newest = declared_in(dataset)
    return newest if newest and newest.count else None


def lines_in(rule_set: RuleSet | None) -> list[RuleLine]:
    """The rules of a version with their evidence."""
    if rule_set is None:
        return []
    from generation.engine.rules.parsing import parse_rule

    columns = Lookup(schema_from_json(rule_set.dataset.schema))
    kept = content_of(rule_set)["rules"]
    return [_line(parse_rule(line["rule"], columns), line) for line in kept]


def line_of(rule: Rule, evidence: Evidence) -> RuleLine:
    """The rule as it is kept, with what the training records say for it."""
    from generation.engine.rules.strength import why_weak

    return RuleLine(rule, evidence.held, evidence.of, why_weak(rule, evidence))


def _line(rule: Rule, kept: dict[str, Any]) -> RuleLine:
    """Proposals of older versions did not say how strong they are: judged by their counts alone."""
    from generation.engine.rules.strength import Evidence

    if "weak" not in kept:
        return line_of(rule, Evidence(kept["held"], kept["of"]))
    return RuleLine(rule, kept["held"], kept["of"], kept["weak"])


def rules_in(rule_set: RuleSet) -> tuple[Rule, ...]:
    """The rules of a version."""
    return tuple(line.rule for line in lines_in(rule_set))


def open_proposals(dataset: Dataset) -> list[RuleLine]:
    """What the portal found and the owner has neither accepted nor declined."""
    declared = declared_in(dataset)
    settled = {line.key for line in lines_in(declared)}
    if declared:
        settled.update(content_of(declared)["declined"])
    return [line for line in lines_in(found_in(dataset)) if line.key not in settled]


def choices_in(dataset: Dataset) -> dict[str, Any]:
    """What can be asked for, as the portal found it: {"rows": n, "columns": [...]}; empty before it has looked."""
    found = found_in(dataset)
    choices: dict[str, Any] = content_of(found)["choices"] if found else {}
    return choices


def content_of(rule_set: RuleSet) -> dict[str, Any]:
    """The sealed part: rules, keys of declined proposals, and (of the portal's own versions) the choices."""
    kept: dict[str, Any] = json.loads(open_value(rule_set.dataset.key_id, bytes(rule_set.sealed), _context(rule_set)))
    return kept


def keep_version(
    dataset: Dataset,
    lines: Sequence[RuleLine],
    *,
    by: Person | None,
    declined: Sequence[str] = (),
    choices: object = None,
) -> RuleSet:
    """The next version. The caller holds the dataset's row and records the event; `count` counts declared rules."""
    last = dataset.rule_sets.aggregate(last=Max("version"))["last"] or 0
    rule_set = RuleSet(dataset=dataset, version=last + 1, count=len(lines) if by else 0, by=by)
    rules = [{"rule": line.rule.plain(str), "held": line.held, "of": line.of, "weak": line.weak} for line in lines]
    kept = {"rules": rules, "declined": list(declined), "choices": choices or {}}
    rule_set.sealed = seal_value(dataset.key_id, json.dumps(kept).encode(), _context(rule_set))
    rule_set.save(force_insert=True)
    return rule_set


def _context(rule_set: RuleSet) -> bytes:
    return b"rules:" + rule_set.pk.bytes
