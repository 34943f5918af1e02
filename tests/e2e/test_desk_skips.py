"""A skip by the only annotator is taken back where it ended the review: at the empty desk, by key or by button.

SYNTHPORTAL_SHOTS=folder keeps the picture.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from reviews.models import Skip
from synthportal.models import Person
from tests.cast import World
from tests.e2e.desk import Desk, at_desk, browser, verdicts
from tests.reviews.calibrated import judge_as_an_expert

__all__ = ["at_desk", "browser"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
SHOTS = os.environ.get("SYNTHPORTAL_SHOTS", "")


@pytest.mark.parametrize("by_key", [True, False])
def test_the_only_annotators_skip_is_taken_back_at_the_empty_desk(
    by_key: bool, world: World, at_desk: Desk, people: Any
) -> None:
    Person.objects.filter(username="bea").update(is_active=False)
    judge_as_an_expert(world.review, people["ben"], world.review.records.count() - 3)
    records, ben = list(world.review.records.order_by("position"))[-3:], at_desk("ben")
    page = ben.open(world)
    ben.at(records[0])
    ben.press("s", "1")
    for record in records[1:]:
        ben.at(record)
        ben.press("1")
    expect(page.locator("[data-empty]").get_by_text("1 record waits for you alone")).to_be_visible()
    button = page.get_by_role("button", name=f"Take my skip back: record {records[0].position}")
    expect(button).to_be_visible()
    if SHOTS:
        ben.shot(Path(SHOTS) / "desk" / "skipped.png")
    steward = at_desk("cleo")
    steward.page.goto(f"{steward.address}/")
    expect(steward.page.get_by_text("1 record nobody here may judge, because ben skipped it.")).to_be_visible()
    if by_key:
        ben.press("z")
    else:
        button.click()
    ben.at(records[0])
    ben.press("1")
    expect(page.locator("[data-empty]").get_by_text("The review is complete")).to_be_visible()
    assert Skip.objects.get().undone_at is not None
    assert verdicts(people["ben"])[-3:] == [(record.position, "clean") for record in records]
    assert ben.complaints == []
