"""A flag settled in two steps without JavaScript, and a steward's look at a review with controls, in a real browser.

SYNTHPORTAL_SHOTS=docs/images keeps the pictures, each in the folder of its room.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from reviews.engine.reading.judgement import Judgement
from reviews.models import Adjudication, Pause, SecondLook
from reviews.stages.review import claim_record
from synthportal.models import Person
from tests.cast import World
from tests.e2e.desk import Desk, at_desk, browser
from tests.reviews.calibrated import judge, judge_as_an_expert, judge_until, world_with

__all__ = ["at_desk", "browser"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
SHOTS = os.environ.get("SYNTHPORTAL_SHOTS", "")


def keep(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


@pytest.fixture
def calibrated(transactional_db: None) -> World:
    return world_with(control_rate=0.1, missable_controls=2, double_share=0.5)


def test_a_second_person_settles_a_flag_in_two_steps_without_javascript(
    world: World, at_desk: Desk, people: dict[str, Person]
) -> None:
    record = judge_until(world.review, people["ben"], "random")
    judge(record, Judgement("leakage", ["near_copy"], [0, 3], "I know this one."), people["ben"])
    at = at_desk("bea", java_script_enabled=False)
    at.page.goto(f"{at.address}/reviews/{world.review.pk}/flags/")
    expect(at.page.get_by_text("Step 1 of 2")).to_be_visible()
    expect(at.page.get_by_text("I know this one.")).to_have_count(0)
    keep(at.page, "flags/look")
    at.page.get_by_label("Unrealistic", exact=True).check()
    at.page.get_by_label("too generic").check()
    at.page.get_by_role("button", name="Save and read the flag").click()
    expect(at.page.get_by_text("I know this one.")).to_be_visible()
    assert SecondLook.objects.get().reasons == ["too_generic"]
    keep(at.page, "flags/settle")
    at.page.get_by_role("button", name="No leak").click()
    expect(at.page.get_by_text("No flag for you")).to_be_visible()
    assert Adjudication.objects.get().is_leak is False


def test_a_steward_reads_the_verdicts_narrows_them_down_and_lifts_a_pause(
    calibrated: World, at_desk: Desk, people: dict[str, Person]
) -> None:
    judge_as_an_expert(calibrated.review, people["bea"], 60)
    while record := claim_record(calibrated.review, by=people["ben"]):
        judge(record, Judgement("clean"), people["ben"])
    at = at_desk("cleo")
    at.page.goto(f"{at.address}/reviews/{calibrated.review.pk}/verdicts/")
    keep(at.page, "verdicts/verdicts")
    at.page.get_by_label("Lane").select_option("control")
    at.page.get_by_role("button", name="Filter").click()
    expect(at.page).to_have_url(re.compile("lane=control"))
    assert at.page.locator("tbody tr").count() == sum(
        found.lane == "control" for found in calibrated.review.records.filter(verdicts__by=people["bea"])
    )
    at.page.get_by_role("link", name="People and controls").click()
    keep(at.page, "verdicts/people")
    at.page.get_by_label("Why they may go on").fill("We went through the guidelines.")
    at.page.get_by_role("button", name="Lift the pause").click()
    expect(at.page.get_by_text("ben can go on.")).to_be_visible()
    assert Pause.objects.get().lifted_by == people["cleo"]
    assert at.complaints == []
