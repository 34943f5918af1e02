"""One truth about a run from page to page, in a real browser: in review, released, withdrawn; the same bytes twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from reviews.models import Release
from synthportal.jobs.here import work_through
from synthportal.jobs.queue import enqueue
from tests.cast import World
from tests.e2e.desk import Desk, at_desk, browser
from tests.generation.siblings import sibling
from tests.reviews.conftest import release, reviewed

__all__ = ["at_desk", "browser", "release", "reviewed"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_steward_withdraws_a_release_and_every_page_says_so(release: Release, at_desk: Desk) -> None:
    at = at_desk("cleo")
    page, run = at.page, f"{at.address}/runs/{release.run_id}/"
    page.goto(run)
    expect(page.locator(".page-header .badge")).to_have_text("released")
    page.get_by_role("link", name="Go to release 1").click()
    expect(page.get_by_role("link", name="Download Parquet").first).to_be_visible()
    page.get_by_text("Withdraw this release").click()
    page.get_by_label("Why").fill("A mistake in the source.")
    page.get_by_role("button", name="Withdraw release 1").click()
    expect(page.get_by_text("Release 1 is withdrawn.")).to_be_visible()
    expect(page.get_by_text("Download Parquet")).to_have_count(0)
    expect(page.get_by_role("heading", name="Load it")).to_have_count(0)
    assert page.locator("a[href*='format=']").count() == 0
    for address in (run, f"{at.address}/runs/", f"{at.address}/datasets/{release.run.dataset_id}/"):
        page.goto(address)
        expect(page.locator(".badge", has_text="withdrawn").first).to_be_visible()
    page.goto(f"{at.address}/runs/?status=withdrawn")
    expect(page.get_by_role("link", name="incomes / run 1")).to_be_visible()
    assert at.complaints == []


def test_an_owner_is_led_from_a_run_of_the_same_bytes_to_the_review_that_counts(world: World, at_desk: Desk) -> None:
    second = sibling(world)
    enqueue("sample", second.pk, person_id=world.dataset.owner_id)
    work_through(second.pk)
    at = at_desk("ana")
    page = at.page
    page.goto(f"{at.address}/runs/{second.pk}/")
    expect(page.locator(".page-header .badge")).to_have_text("same bytes as run 1")
    expect(page.get_by_text("Run 1 made exactly these bytes, and its review counts")).to_be_visible()
    expect(page.get_by_text("Ask for one more evaluation")).to_have_count(0)
    page.get_by_role("link", name="Go to the review of run 1").first.click()
    page.wait_for_url(f"**/reviews/{world.review.pk}/")
    assert at.complaints == []
