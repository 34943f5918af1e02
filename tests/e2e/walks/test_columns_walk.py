"""An owner's messy table in a real browser: two columns are decided by what the preview shows, the plan follows."""

from __future__ import annotations

import random

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Served
from tests.e2e.walks.test_browser_walk import LONG, browser, visiting

__all__ = ["browser"]
NAMES = ("Šimon Novák", "Zoë Meyer", "Jörg Weiß", "Ana Lima")


def players() -> bytes:
    """Semicolons, cp1252, decimal commas, two date formats, "unknown", stray spaces."""
    chance = random.Random(7)
    lines = ["Name;Debut;Height;Weight;Team"]
    for at in range(400):
        day, month, year = chance.randrange(1, 29), chance.randrange(1, 13), chance.randrange(1950, 2010)
        debut = f"{day:02d}.{month:02d}.{year}" if at % 3 else f"{year}-{month:02d}-{day:02d}"
        height = "unknown" if at % 20 == 0 else f"{chance.randrange(160, 210)},{chance.randrange(10)}"
        team = chance.choice(["Boston", "boston", "Boston ", "Oakland"])
        lines.append(f"{chance.choice(NAMES)};{debut};{height}; {chance.randrange(60, 120)} ;{team}")
    return "\n".join(lines).encode("cp1252")


@pytest.mark.slow
@pytest.mark.browser
def test_an_owner_decides_two_columns_by_their_preview_and_the_plan_gets_a_version(browser, served: Served, tmp_path):
    file = tmp_path / "players.csv"
    file.write_bytes(players())
    with visiting(browser, served, "ana") as ana:
        page = ana.page
        page.goto(f"{served.address}/datasets/new/")
        page.get_by_text("Test software").first.click()
        page.get_by_label("File").set_input_files(str(file))
        page.locator("input[name=name]").fill("players")
        page.get_by_role("button", name="Upload and profile").click()
        page.get_by_role("button", name="Confirm plan").wait_for(timeout=LONG)
        ana.shot("columns/plan")
        page.get_by_role("link", name="Decide what Height is").click()
        preview = page.locator("#preview")
        expect(preview).to_contain_text("Read as number")
        expect(preview).to_contain_text("none would be lost")
        page.get_by_label("Words for").fill("-")
        expect(preview).to_contain_text("1 of")
        expect(preview).to_contain_text("lost")
        ana.shot("columns/column")
        page.get_by_label("Words for").fill("unknown")
        page.locator("input[name=unit]").fill("cm")
        page.get_by_role("button", name="Decide").click()
        page.get_by_text("Version 2", exact=False).wait_for(timeout=LONG)
        page.get_by_role("link", name="Decide what Weight is").click()
        page.get_by_label("It is").select_option("category")
        expect(preview).to_contain_text("Read as text")
        page.get_by_role("button", name="Decide").click()
        page.get_by_text("Version 3", exact=False).wait_for(timeout=LONG)
        ana.shot("columns/decided")
        page.get_by_role("button", name="Confirm plan").click()
        page.get_by_role("link", name="New run").first.wait_for(timeout=LONG)
        page.get_by_role("link", name="Plan", exact=True).click()
        page.get_by_role("button", name="Make a new version of the plan").click()
        page.get_by_role("button", name="Confirm plan").wait_for(timeout=LONG)
        ana.shot("columns/again")
