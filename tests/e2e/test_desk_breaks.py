"""Who judges for long at a stretch is told so once, and whoever was away is not."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.cast import World
from tests.e2e.desk import Desk, at_desk, browser, put_on_desk, rows_of_artefact

__all__ = ["at_desk", "browser"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def sit_since(page: Page, minutes: int, *, last_move: int) -> None:
    """As if somebody had come to the desk so long ago, and moved so many minutes ago."""
    page.evaluate(
        "([since, seen]) => sessionStorage.setItem('desk-stretch', "
        "`${Date.now() - since * 60000} ${Date.now() - seen * 60000}`)",
        [minutes, last_move],
    )
    page.keyboard.press("Shift")


def test_a_break_is_named_after_fifty_minutes_once_and_takes_nothing_away(world: World, at_desk: Desk) -> None:
    records, ben = put_on_desk(world, rows_of_artefact(world, 2)), at_desk("ben")
    page = ben.open(world)
    ben.at(records[0])
    notice = page.locator("[data-notice]")
    sit_since(page, 49, last_move=0)
    page.wait_for_timeout(2_500)
    expect(notice).to_be_hidden()
    sit_since(page, 80, last_move=6)
    page.wait_for_timeout(2_500)
    expect(notice).to_be_hidden()
    ben.press("2", "a")
    sit_since(page, 51, last_move=0)
    expect(notice).to_contain_text("at the desk for 50 minutes")
    expect(page.locator("#desk [name=reasons]:checked")).to_have_count(1)
    notice.get_by_role("button", name="Go on").click()
    page.keyboard.press("Shift")
    page.wait_for_timeout(2_500)
    expect(notice).to_be_hidden()
    ben.press("Control+Enter")
    ben.at(records[1])
    assert ben.complaints == []
