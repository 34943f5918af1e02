"""Rules that an owner builds beside the policy: put into a definition, and what keeps one from being a rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generation.engine.errors import SuiteError
from generation.engine.llm.agents.conditions import Condition, plain_conditions
from generation.engine.llm.agents.domain import Domain, PolicyRule, read_domain
from generation.engine.rules.yaml_text import read_yaml, write_yaml

CALLER = "caller"


def with_rules(definition: str, built: Mapping[str, Any]) -> str:
    """The definition with these rules, by id, in place of its own or behind them; None takes one out.

    Without any it stays as it was written. SuiteError for a definition that is none.
    """
    if not built:
        return definition
    plain = read_yaml(definition)
    own = {str(rule.get("id", "")): rule for rule in plain.get("rules") or ()}
    kept = {**own, **built}
    return write_yaml({**plain, "rules": [rule for rule in kept.values() if rule is not None]})


def require_agreement(definition: str, confirmed: Sequence[str]) -> None:
    """SuiteError, in one sentence, where the rules that are confirmed contradict what the actions do."""
    plain = read_yaml(definition)
    for rule in plain.get("rules") or ():
        rule["confirmed"] = "yes" if rule.get("id") in confirmed else "no"
    read_domain(write_yaml(plain))


def plain_rule(rule: PolicyRule) -> dict[str, Any]:
    """The mapping that `read_rule` reads again, without what is empty. SuiteError where a condition stands twice."""
    parts: dict[str, Any] = {
        "id": rule.id,
        "sentence": rule.sentence,
        "actions": list(rule.actions),
        "if": plain_conditions(rule.when),
        "needs": [plain_conditions(group) for group in rule.needs],
        "not_after": list(rule.not_after),
        "process": rule.process,
        "tells": [
            {name: part for name, part in (("if", plain_conditions(one.when)), ("text", one.text)) if part}
            for one in rule.tells
        ],
        "effect": dict(rule.effect),
        "transfer": list(rule.transfer),
        "refusal": "yes" if rule.refusal else "",
    }
    return {name: part for name, part in parts.items() if part}


def paths_of(domain: Domain, actions: Sequence[str] = ()) -> dict[str, list[str]]:
    """What conditions can name, by the row it stands in ("" for what the user names), for these actions or for all."""
    found: dict[str, dict[str, None]] = {}
    for action in (domain.actions[name] for name in actions or domain.actions):
        for row, table in {**domain.rows_of(action), CALLER: domain.person}.items():
            found.setdefault(row, {}).update(dict.fromkeys(f"{row}.{name}" for name in domain.tables[table].names))
        found.setdefault("", {}).update(dict.fromkeys(argument.name for argument in action.arguments))
    return {row: list(paths) for row, paths in found.items() if paths}


def why_no_rule(rule: PolicyRule, domain: Domain) -> list[str]:
    """What keeps this from being a rule that can be checked, as sentences; empty for nothing."""
    is_about_changes = bool(rule.needs or rule.not_after or rule.tells or rule.effect)
    wrong = {
        "Give the rule a short name.": not rule.id,
        "The rule says nothing yet: fill in one of its parts.": not (
            is_about_changes or rule.process or rule.transfer or rule.refusal
        ),
        "Say which changes the rule is about.": is_about_changes and not rule.actions,
        "Say what the user is told.": any(not one.text for one in rule.tells),
    }
    return [sentence for sentence, is_so in wrong.items() if is_so] + list(unknown_in(rule, domain))


def known_paths(domain: Domain, action: str) -> set[str]:
    """What a condition or a wish can name where somebody wants this done."""
    paths = paths_of(domain, [action]).values()
    return {domain.tables[domain.actions[action].table].key}.union(*paths)


def unknown_in(rule: PolicyRule, domain: Domain) -> Iterator[str]:
    """A condition on what an action does not know would never hold, and nobody would be told."""
    for name in rule.actions:
        if name not in domain.actions:
            yield f"{name} is no change of this domain."
            continue
        known = known_paths(domain, name)
        about = name.replace("_", " ")
        yield from (f"{path} is not known where somebody wants to {about}." for path in _paths(rule) - known)
        columns = {column.name for column in domain.tables[domain.actions[name].table].columns}
        yield from (f"{about} changes no row with a {column}." for column in rule.effect if column not in columns)


def _paths(rule: PolicyRule) -> set[str]:
    groups: list[Sequence[Condition]] = [rule.when, *rule.needs, *(one.when for one in rule.tells)]
    conditions = [one for group in groups for one in group]
    others = [value[1:] for one in conditions for value in one.values if value.startswith("@")]
    return {*(one.path for one in conditions), *others}


def require_rule(rule: PolicyRule, domain: Domain) -> None:
    """SuiteError, with every reason in one text, for what is no rule."""
    if wrong := why_no_rule(rule, domain):
        raise SuiteError("no_rule", " ".join(dict.fromkeys(wrong)))
