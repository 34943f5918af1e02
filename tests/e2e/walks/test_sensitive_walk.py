"""A table with a notes column in a real browser: what was found, an owner's word against it, and the list of it all."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Served
from tests.e2e.walks.test_browser_walk import LONG, browser, visiting
from tests.generation.items import purchases

__all__ = ["browser"]


@pytest.mark.slow
@pytest.mark.browser
def test_an_owner_overrules_a_finding_and_an_auditor_sees_what_is_sensitive(browser, served: Served, tmp_path):
    file = tmp_path / "purchases.csv"
    file.write_bytes(purchases())
    with visiting(browser, served, "ana") as ana:
        page = ana.page
        page.goto(f"{served.address}/datasets/new/")
        page.get_by_text("Test software").first.click()
        page.get_by_label("File").set_input_files(str(file))
        page.locator("input[name=name]").fill("purchases")
        page.get_by_role("button", name="Upload and profile").click()
        page.get_by_role("button", name="Confirm plan").wait_for(timeout=LONG)
        ana.shot("sensitive/plan")
        page.get_by_role("link", name="Decide what item is").click()
        expect(page.locator("#findings")).to_contain_text("person 100 %")
        page.get_by_text("This is something else").first.click()
        page.get_by_label("What these values are").fill("names of shelves")
        ana.shot("sensitive/column")
        page.get_by_role("button", name="Overrule").click()
        page.get_by_text("Version 2", exact=False).wait_for(timeout=LONG)
        ana.shot("sensitive/overruled")
        page.get_by_role("link", name="Decide what notes is").click()
        expect(page.locator("#findings")).to_contain_text("stays found")
        ana.shot("sensitive/notes")
    with visiting(browser, served, "eve") as eve:
        page = eve.page
        page.get_by_role("link", name="What is sensitive").first.click()
        expect(page.get_by_role("region", name="By kind")).to_contain_text("credit card")
        eve.shot("sensitive/here")
        page.get_by_label("Kind", exact=True).select_option("CREDIT_CARD")
        page.get_by_role("button", name="Filter").click()
        expect(page.get_by_role("region", name="Columns")).to_contain_text("token")
        expect(page.get_by_role("region", name="Columns")).not_to_contain_text("notes")
