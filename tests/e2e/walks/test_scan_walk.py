"""An ML engineer in a real browser: a fine-tuning file is dropped, what it holds is shown by place, then forgotten."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Served
from tests.e2e.walks.test_browser_walk import LONG, browser, visiting

__all__ = ["browser"]
SAID = (
    "How do I change the colour of my lamp?",
    "I am Margaret Thornbury, mail margaret.thornbury@zebrawing.org or call +44 7911 123456, it still flickers",
    "The shop in Leeds sent me the wrong shade on 3 May, and nobody answers the phone there",
)


@pytest.mark.slow
@pytest.mark.browser
def test_a_file_is_dropped_followed_read_and_forgotten(browser, served: Served, tmp_path):
    file = tmp_path / "tuning.jsonl"
    file.write_text("".join(json.dumps({"messages": [{"role": "user", "content": said}]}) + "\n" for said in SAID))
    with visiting(browser, served, "dan") as dan:
        page = dan.page
        page.goto(served.address)
        page.get_by_role("link", name="Scan a file").click()
        dan.shot("scan/drop")
        page.get_by_label("File").set_input_files(str(file))
        page.get_by_role("button", name="Scan", exact=True).click()
        page.get_by_role("button", name="Forget it").wait_for(timeout=LONG)
        found = page.get_by_role("region", name="What was found")
        expect(found).to_contain_text("email address")
        expect(found).to_contain_text("messages.content")
        expect(page.locator("body")).not_to_contain_text("zebrawing")
        dan.shot("scan/found")
        page.set_viewport_size({"width": 390, "height": 844})
        dan.shot("scan/phone")
        page.get_by_role("button", name="Forget it").click()
        expect(page.get_by_text("It is forgotten")).to_be_visible()
