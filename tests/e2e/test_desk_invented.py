"""A made-up value that looks real is told apart at the desk and where its flag is settled, in a real browser.

SYNTHPORTAL_SHOTS=folder keeps the pictures.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.cast import World
from tests.e2e.desk import Desk, at_desk, browser, put_on_desk, rows_of_artefact
from tests.reviews.invented import LABEL, inventing

__all__ = ["at_desk", "browser"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
SHOTS = os.environ.get("SYNTHPORTAL_SHOTS", "")


def test_an_invented_address_is_marked_as_such_at_the_desk_and_beside_its_flag(world: World, at_desk: Desk) -> None:
    rows = [row | {LABEL: "mia.kovac@example.org"} for row in rows_of_artefact(inventing(world), 2)]
    records, ben = put_on_desk(world, rows), at_desk("ben")
    page = ben.open(world)
    ben.at(records[0])
    chip = page.locator("[data-desk] > [data-card] .record__row", has_text=LABEL).get_by_text("invented here")
    expect(chip).to_be_visible()
    ben.press("w")
    expect(page.locator("[data-why]")).to_contain_text(f"e-mail address in {LABEL} (invented here)")
    if SHOTS:
        ben.shot(Path(SHOTS) / "desk" / "invented.png")
        page.set_viewport_size({"width": 390, "height": 844})
        ben.shot(Path(SHOTS) / "desk" / "invented-390.png")
        page.set_viewport_size({"width": 1366, "height": 768})
    ben.press("2", "a", "Control+Enter")
    ben.at(records[1])
    bea = at_desk("bea")
    bea.page.goto(f"{bea.address}/reviews/{world.review.pk}/flags/")
    expect(bea.page.locator(".record__row", has_text=LABEL).get_by_text("invented here")).to_be_visible()
    expect(bea.page.get_by_text(f"The portal invented the value of {LABEL} for this record")).to_be_visible()
    assert ben.complaints + bea.complaints == []
