"""An owner in a real browser: a bake-off, the comparison, the recommended run taken to review, and what the checks are
worth on this data.

SYNTHPORTAL_SHOTS=folder keeps screenshots; SYNTHPORTAL_WALK_FILE=file.csv walks with another table with a column
`income`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Served
from tests.e2e.test_browser_walk import LONG, WALK_FILE, Visitor, browser, visiting  # noqa: F401 - a fixture

SMALL = Path(__file__).parent.parent / "data" / "adult_small.csv"


@pytest.mark.slow
@pytest.mark.browser
def test_an_owner_starts_a_bake_off_follows_it_compares_and_takes_the_chosen_run_to_review(
    browser: Browser,  # noqa: F811
    served: Served,
) -> None:
    with visiting(browser, served, "ana") as ana:
        minimised(ana, Path(WALK_FILE) if WALK_FILE else SMALL)
        followed(ana)
        compared(ana)
        taken(ana)
        counted(ana)


def minimised(ana: Visitor, file: Path) -> None:
    """Upload a table and confirm the proposed plan."""
    page = ana.page
    page.goto(page.url.rstrip("/") + "/datasets/new/")
    page.get_by_label("File").set_input_files(str(file))
    page.locator("input[name=name]").fill("bake-off")
    page.locator("input[name=target]").fill("income")
    page.get_by_role("button", name="Upload and profile").click()
    page.locator("[data-effect=ready]").wait_for(timeout=LONG)
    page.get_by_role("button", name="Confirm plan").click()
    expect(page.get_by_role("link", name="New run").first).to_be_visible(timeout=LONG)


def followed(ana: Visitor) -> None:
    """Start it on the dataset's page with two quick synthesizers, and watch until something is said of all."""
    page = ana.page
    page.wait_for_load_state("networkidle")
    form = page.locator("#bake-off-form")
    if not form.is_visible():
        page.get_by_text("Start a bake-off").click()
    if not WALK_FILE:  # on a small table two are enough
        for box in form.locator("input[name=synthesizers]").all():
            box.set_checked(box.get_attribute("value") in {"copula", "gaussian_copula"})
    form.locator("select[name=tier]").select_option("quick")
    form.get_by_role("button", name="Start bake-off").click()
    page.wait_for_url("**/bake-offs/*/")
    expect(page.get_by_text("The recommendation comes when all of them are.")).to_be_visible()
    ana.shot("bake-off-progress")
    expect(page.get_by_text(re.compile("is recommended|can be recommended"))).to_be_visible(timeout=LONG)
    page.wait_for_load_state("networkidle")
    ana.shot("bake-off")


def compared(ana: Visitor) -> None:
    """Side by side, and the numbers of the plots unfold."""
    page, back = ana.page, ana.page.url
    page.get_by_role("link", name="Compare them side by side").click()
    expect(page.get_by_role("heading", name="Measured, side by side")).to_be_visible()
    ana.shot("comparison")
    page.get_by_text("Show the numbers").first.click()
    expect(page.get_by_role("region", name="Numbers of the plot").first).to_be_visible()
    page.get_by_role("link", name="Show only what differs").click()
    expect(page.get_by_role("link", name="show all")).to_be_visible()
    page.goto(back)


def taken(ana: Visitor) -> None:
    """The recommended run, or the first where none is, goes to review; only now its sample is drawn."""
    page = ana.page
    page.get_by_role("button", name=re.compile("^Take run .* to review")).first.click()
    page.wait_for_url("**/runs/*/")
    expect(page.get_by_role("link", name="Go to the gate")).to_be_visible(timeout=LONG)
    expect(page.locator("#timeline").get_by_text(re.compile(r"^0 of \d+$"))).to_be_visible(timeout=LONG)


def counted(ana: Visitor) -> None:
    """Ask for false alarms, follow the work, see them beside the verdicts and on a page of their own."""
    page = ana.page
    if not WALK_FILE:
        page.locator("input[name=repeats]").fill("5")
    page.get_by_role("button", name="Count the false alarms").click()
    expect(page.locator("#calibration-null_run")).to_be_visible()
    numbered(page)
    page.get_by_role("link", name="See plot and numbers").first.click()
    expect(page.get_by_role("heading", name="False alarms (null run)")).to_be_visible()
    ana.shot("calibration-null")
    if WALK_FILE:
        planted(ana)


def numbered(page: Page) -> None:
    expect(page.get_by_text(re.compile(r"^false alarms \d+ of \d+$")).first).to_be_visible(timeout=LONG)


def planted(ana: Visitor) -> None:
    """Leaks planted into a copy; minutes of work on a table of some size."""
    page = ana.page
    page.get_by_role("navigation", name="Breadcrumbs").get_by_role("link").last.click()
    page.get_by_role("button", name="Plant leaks and look").click()
    page.locator("#worth").scroll_into_view_if_needed()
    ana.shot("calibration-progress")
    links = page.get_by_role("link", name="See plot and numbers")
    expect(links).to_have_count(2, timeout=3 * LONG)
    links.last.click()
    expect(page.get_by_role("heading", name="Leaks caught (planted-leak run)")).to_be_visible()
    ana.shot("calibration-planted")
