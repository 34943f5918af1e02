"""Rules of a policy built in a form, without YAML: every rule of the retail policy goes through it and back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.http import QueryDict

from generation.engine.llm.agents.domain import read_domain, read_rule
from generation.engine.llm.agents.rulebook import why_no_rule
from generation.pages.rules.policies.forms import plain_of, rule_controls, typed_rule

RETAIL = read_domain(Path("benchmarks/shapes/retail_domain.yaml").read_text(encoding="utf-8"))


def in_order(rule):
    """Which changes a rule names is a set: the form gives them in the domain's order."""
    return replace(rule, actions=tuple(sorted(rule.actions)), not_after=tuple(sorted(rule.not_after)))


def chosen(groups):
    return next((value for group in groups for value, is_chosen in group["options"] if is_chosen), "")


def typed(controls):
    """What a browser sends for a form that stands as its controls say."""
    data = QueryDict(mutable=True)
    data.update({"name": controls["name"], "transfer": controls["transfer"]})
    data.update({"refusal": "on"} if controls["refusal"] else {})
    data.setlist("actions", [value for value, _, is_chosen in controls["actions"] if is_chosen])
    data.setlist("not_after", [value for value, _, is_chosen in controls["not_after"] if is_chosen])
    data["process"] = next((value for value, _, is_chosen in controls["process"] if is_chosen), "")
    for told in controls["tells"]:
        data[f"{told['name']}-text"] = told["text"]
    for effect in controls["effect"]:
        data[f"{effect['name']}-column"] = next((name for name, is_chosen in effect["columns"] if is_chosen), "")
        data[f"{effect['name']}-value"] = effect["value"]
    rows = [controls["when"], *controls["needs"], *(told["rows"] for told in controls["tells"])]
    for row in (row for group in rows for row in group):
        data[f"{row['name']}-path"] = chosen(row["path"])
        data[f"{row['name']}-relation"] = next(value for value, _, is_chosen in row["relation"] if is_chosen)
        data[f"{row['name']}-values"] = row["values"]
        data[f"{row['name']}-column"] = chosen(row["column"])
        data[f"{row['name']}-less"] = chosen(row["less"])
    return data


@pytest.mark.parametrize("rule", RETAIL.rules, ids=lambda rule: rule.id)
def test_every_rule_of_the_retail_policy_can_be_said_in_the_form(rule):
    back = read_rule(plain_of(typed_rule(typed(rule_controls(rule, RETAIL)), rule.sentence)))
    assert in_order(replace(back, confirmed=rule.confirmed)) == in_order(rule)
    assert why_no_rule(back, RETAIL) == []


def test_the_retail_policy_has_more_than_fifteen_rules_to_build():
    assert len(RETAIL.rules) >= 15
