"""A small plan, and its suite."""

from __future__ import annotations

import pytest

from generation.engine.llm.suites.making import make_suite
from generation.engine.llm.suites.plan import SuitePlan, read_plan
from generation.engine.llm.suites.task import Suite

PLAN = """
name: support
dimensions:
  channel: [chat, mail, phone]
  language: {English: 8, French: 1, German: 1}
  intent: [cancel, return, status]
  state: [pending, delivered]
rules:
  - if: {channel: phone}
    then: {language: [English, German]}
  - never: {intent: return, state: pending}
quotas:
  - {where: {language: French}, at_least: 12}
  - {where: {intent: status}, at_most: 25}
difficulty:
  language: {French: 1, German: 1}
  intent: {return: 2}
words:
  intent:
    cancel: ["please cancel order {{order}}", "order {{order}} is not needed any more"]
values: {order: "W######", person: name}
inputs:
  - "{{person}} by {{channel}} in {{language}}: {{intent}} ({{state}}, {{order}})"
expected:
  - {if: {intent: cancel, state: pending}, exact: cancelled}
  - {if: {intent: cancel, state: delivered}, exact: refused}
  - if: {intent: [return, status]}
    rubric: ["names {{order}}"]
"""


@pytest.fixture(scope="session")
def plan() -> SuitePlan:
    return read_plan(PLAN)


@pytest.fixture(scope="session")
def suite(plan: SuitePlan) -> Suite:
    return make_suite(plan, 60, seed=5)
