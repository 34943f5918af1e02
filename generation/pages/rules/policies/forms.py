"""A rule of a policy as a form: its parts with controls, and what was posted as the mapping of a rule."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.text import slugify

from generation.engine.errors import SuiteError
from generation.engine.llm.agents.conditions import RELATIONS, Condition
from generation.engine.llm.agents.domain import PROCESS, Domain, PolicyRule, Tell
from generation.engine.llm.agents.rulebook import paths_of, plain_rule
from synthportal.errors import Conflict

LONGEST_NAME = 60
MOST_ROWS, MOST_GROUPS = 20, 10
RELATION_WORDS = {
    "in": "is one of", "is": "is", "is_not": "is not", "at_least": "is at least", "at_most": "is at most",
}  # fmt: skip
PROCESS_WORDS = {
    "identify_first": "Find out who is calling before anything else",
    "confirm_before_change": "List what will be done and wait for a yes before each change",
    "one_call_a_turn": "One tool call a turn, and no answer in the same turn",
    "look_before_change": "Look a row up before changing it",
}
_WORDS_OF_A_NAME = 4


def blank_rule(sentence: str) -> PolicyRule:
    """A rule that says nothing yet, named after the first words of its sentence."""
    words = re.findall(r"\w{3,}", sentence)[:_WORDS_OF_A_NAME]
    return PolicyRule(slugify(" ".join(words)).replace("-", "_")[:LONGEST_NAME], sentence, confirmed=False)


def rule_controls(rule: PolicyRule, domain: Domain) -> dict[str, Any]:
    """Every part of the rule with its controls: what it says, and room for one more of each."""
    paths = paths_of(domain)
    return {
        "name": rule.id,
        "actions": _options(domain.actions, rule.actions),
        "not_after": _options(domain.actions, rule.not_after),
        "when": _rows("when", rule.when, paths),
        "needs": [_rows(f"needs{at}", group, paths) for at, group in enumerate((*rule.needs, ()))],
        "process": [(name, PROCESS_WORDS[name], name == rule.process) for name in PROCESS],
        "tells": [
            {"name": f"tells{at}", "text": text, "rows": _rows(f"tells{at}", when, paths)}
            for at, (text, when) in enumerate([*((one.text, one.when) for one in rule.tells), ("", ())])
        ],
        "effect": [
            {"name": f"effect{at}", "columns": _columns(domain, column), "value": value}
            for at, (column, value) in enumerate([*rule.effect.items(), ("", "")])
        ],
        "transfer": "\n".join(rule.transfer),
        "refusal": rule.refusal,
    }


def _options(actions: Mapping[str, object], chosen: Sequence[str]) -> list[tuple[str, str, bool]]:
    return [(name, name.replace("_", " "), name in chosen) for name in actions]


def _columns(domain: Domain, chosen: str) -> list[tuple[str, bool]]:
    tables = {action.table for action in domain.actions.values()}
    names = dict.fromkeys(column.name for table in tables for column in domain.tables[table].columns)
    return [(name, name == chosen) for name in sorted(names)]


def _rows(name: str, conditions: Sequence[Condition], paths: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    filled: list[Condition | None] = [*conditions, None]
    return [_row(f"{name}-{at}", one, paths) for at, one in enumerate(filled)]


def _row(name: str, one: Condition | None, paths: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """A condition: what it is about, the relation, and words, another column, or one column less another."""
    values = one.values if one else ()
    is_column = one is not None and one.relation != "in" and all(value.startswith("@") for value in values)
    column, less = (*(value[1:] for value in values), "", "")[:2] if is_column else ("", "")
    relation = one.relation if one else "in"
    return {
        "name": name,
        "path": _grouped(paths, one.path if one else ""),
        "relation": [(word, RELATION_WORDS[word], word == relation) for word in ("in", *RELATIONS)],
        "values": "" if is_column else "\n".join(values),
        "column": _grouped(paths, column),
        "less": _grouped(paths, less),
    }


def _grouped(paths: Mapping[str, Sequence[str]], chosen: str) -> list[dict[str, Any]]:
    return [
        {"label": row.replace("_", " ") or "named by the user", "options": [(path, path == chosen) for path in own]}
        for row, own in paths.items()
    ]


def typed_rule(data: QueryDict, sentence: str) -> PolicyRule:
    """The rule as far as it was typed: a condition may still lack what its column must be."""
    groups = (_typed_conditions(data, f"needs{at}") for at in range(MOST_GROUPS))
    tells = (
        Tell(_typed_conditions(data, f"tells{at}"), str(data.get(f"tells{at}-text", "")).strip())
        for at in range(MOST_GROUPS)
    )
    return PolicyRule(
        id=str(data.get("name", "")).strip(),
        sentence=sentence,
        confirmed=False,
        actions=tuple(filter(None, data.getlist("actions"))),
        when=_typed_conditions(data, "when"),
        needs=tuple(filter(None, groups)),
        not_after=tuple(filter(None, data.getlist("not_after"))),
        process=str(data.get("process", "")),
        tells=tuple(one for one in tells if one.text or one.when),
        effect=dict(_typed_effects(data)),
        transfer=tuple(_lines(data.get("transfer", ""))),
        refusal=bool(data.get("refusal")),
    )


def plain_of(rule: PolicyRule) -> dict[str, Any]:
    """The mapping of a rule that was typed. Raises Conflict for a name or a condition that cannot be."""
    if not re.fullmatch(r"[\w.-]{1,60}", rule.id):
        raise Conflict("Give the rule a short name of letters, digits, hyphens and underscores.")
    for one in (one for group in (rule.when, *rule.needs, *(told.when for told in rule.tells)) for one in group):
        if not one.values or (one.relation != "in" and len(one.values) > 2) or one.relation not in RELATION_WORDS:
            raise Conflict(f"Say what {one.path} must be: a value, or another column.")
    try:
        return plain_rule(rule)
    except SuiteError as error:
        raise Conflict(error.sentence) from error


def _typed_conditions(data: QueryDict, name: str) -> tuple[Condition, ...]:
    found = (_typed_condition(data, f"{name}-{at}") for at in range(MOST_ROWS))
    return tuple(one for one in found if one.path)


def _typed_condition(data: QueryDict, name: str) -> Condition:
    path, relation = str(data.get(f"{name}-path", "")), str(data.get(f"{name}-relation", ""))
    columns = [f"@{data[key]}" for key in (f"{name}-column", f"{name}-less") if data.get(key)]
    values = (columns if relation != "in" else []) or _lines(data.get(f"{name}-values", ""))
    return Condition(path, relation, tuple(values))


def _typed_effects(data: QueryDict) -> list[tuple[str, str]]:
    pairs = [(str(data.get(f"effect{at}-column", "")), f"effect{at}-value") for at in range(MOST_GROUPS)]
    return [(column, str(data.get(key, "")).strip()) for column, key in pairs if column]


def _lines(text: Any) -> list[str]:
    return [line.strip() for line in str(text).splitlines() if line.strip()]
