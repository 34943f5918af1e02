"""A balance typed in the wrong unit, refused beside its fields and put right, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from generation.models import GenerationRun
from generation.tasks import submit_look
from synthportal.jobs.here import work_through
from tests.cast import World
from tests.e2e.desk import Desk, at_desk, browser

__all__ = ["at_desk", "browser"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_point_five_is_refused_beside_the_balance_and_fifty_starts_the_run(world: World, at_desk: Desk) -> None:
    submit_look(world.dataset, by=world.dataset.owner)
    work_through(world.dataset.pk)
    at = at_desk("ana")
    page = at.page
    page.goto(f"{at.address}/datasets/{world.dataset.pk}/runs/new/")
    page.get_by_text("Conditions, balance and shifts").click()
    classes = page.get_by_label(re.compile("^Per cent of "))
    for place in range(2):
        classes.nth(place).fill(".5")
    page.get_by_role("button", name="Start run").last.click()
    beside = page.locator("#balance-error")
    expect(beside).to_contain_text("The shares of all 2 classes sum to 1 % and must sum to 100 %")
    expect(beside).to_contain_text("write 50 % and 50 %")
    expect(classes.first).to_have_value(".5")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    for place in range(2):
        classes.nth(place).fill("50")
    page.get_by_role("button", name="Start run").last.click()
    page.wait_for_url(re.compile(r"/runs/[0-9a-f-]{36}/$"))
    assert GenerationRun.objects.filter(number=2).exists()
