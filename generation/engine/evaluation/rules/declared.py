"""Declared rules: every one, on every record. A record that breaks one is named."""

from __future__ import annotations

from typing import Any

import numpy as np

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NamedRecord, NotAssessable
from generation.engine.evaluation.study.study import Study
from generation.engine.predicates.predicate import Lookup
from generation.engine.predicates.values import Flags, Values, of_frame
from generation.engine.rules.checking import applies, broken, can_check
from generation.engine.rules.kinds import Rule

NAME = "declared_rules"
MOST_NAMED = 200


def declared_rules(study: Study) -> Findings:
    """The share of records that keep every declared rule; nothing at all when no rule is declared."""
    rules = study.recipe.rules
    if not rules:
        return Findings(())
    values = of_frame(study.synthetic_frame, study.recipe.schema)
    checked = {place: broken(rule, values) for place, rule in enumerate(rules) if can_check(rule, values)}
    if not values.rows or not checked:
        raise NotAssessable("No declared rule can be checked: the table has no record, or none of the rules' columns.")
    bad = np.logical_or.reduce(list(checked.values()))
    metric = Metric(
        Group.RULES,
        NAME,
        _sentence(len(checked), len(rules), bad),
        Direction.HIGHER,
        1 - float(bad.mean()),
        n=values.rows,
        ceiling=1.0,
        seed=study.seed,
        details={"rules": [_line(study, rule, values, checked.get(place)) for place, rule in enumerate(rules)]},
        named=tuple(_named(study, rules, checked)),
    )
    return Findings((metric,))


def _sentence(checked: int, declared: int, bad: Flags) -> str:
    rest = declared - checked
    left = f" {rest:,} more cannot be checked, for lack of a column." if rest else ""
    rules = "The declared rule" if checked == 1 else f"All {checked:,} declared rules"
    if not bad.any():
        return f"{rules} {'holds' if checked == 1 else 'hold'} for all {len(bad):,} records.{left}"
    return f"{int(bad.sum()):,} of {len(bad):,} records break a declared rule.{left}"


def _line(study: Study, rule: Rule, values: Values, flags: Flags | None) -> dict[str, Any]:
    words = rule.words(Lookup(study.recipe.schema).word)
    line = {"rule": words, "kind": rule.kind, "kept": study.recipe.how(rule)}
    if flags is None:
        return line | {"checked": 0, "broken": None}
    return line | {"checked": applies(rule, values), "broken": int(flags.sum())}


def _named(study: Study, rules: tuple[Rule, ...], checked: dict[int, Flags]) -> list[NamedRecord]:
    call = Lookup(study.recipe.schema).word
    named = [
        NamedRecord(int(row), f"breaks rule {place + 1}: {rules[place].columns_in_words(call)}", 1.0)
        for place, flags in checked.items()
        for row in np.flatnonzero(flags)[:MOST_NAMED]
    ]
    return named[:MOST_NAMED]
