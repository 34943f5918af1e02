"""An ML engineer in a real browser: finds data by a column, looks at rows, asks, loads in one line, verifies.

Pages and code on them are used as they stand. SYNTHPORTAL_SHOTS=folder keeps the pictures.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from generation.stages.declare import describe_columns, state_about
from reviews.models import Release
from reviews.repositories.trust.keys import public_key_hex
from reviews.stages.use.grant import restrict_release
from reviews.tasks import submit_release
from synthportal_client import Portal
from tests.cast import World
from tests.e2e.desk import Desk, at_desk, browser
from tests.reviews.conftest import reviewed
from tests.reviews.signing import all_seen

__all__ = ["at_desk", "browser", "reviewed"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
SHOTS = os.environ.get("SYNTHPORTAL_SHOTS", "")
SAID = {
    "contact": "Data desk, data@example.org",
    "controller": "Census Bureau",
    "origin": "Census of 1994, cleaned by hand.",
    "population": "Adults in paid work.",
    "terms": "CC BY 4.0",
    "incident_contact": "privacy@example.org",
    "linkable": "Registers of voters.",
}


def shot(page: Any, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / "catalogue" / f"{name}.png"), full_page=True)


def test_an_engineer_finds_looks_asks_loads_and_verifies(
    reviewed: World, at_desk: Desk, people: Any, tmp_path: Path
) -> None:
    ana, dan, cleo = at_desk("ana"), at_desk("dan"), at_desk("cleo")
    owner, address = ana.page, ana.address
    owner.goto(f"{address}/datasets/{reviewed.dataset.pk}/about/")
    owner.get_by_label("Origin").fill("Census of 1994.")
    shot(owner, "about")
    owner.get_by_role("button", name="Keep the answers").first.click()
    expect(owner.get_by_text("It is kept.")).to_be_visible()
    owner.get_by_label("Description of age").fill("At the interview.")
    owner.get_by_label("Unit of age").fill("years")
    owner.get_by_role("button", name="Keep the dictionary").click()
    expect(owner.get_by_text("The dictionary is kept.")).to_be_visible()
    state_about(reviewed.dataset, SAID, by=people["ana"])
    reviewed.dataset.refresh_from_db()
    describe_columns(reviewed.dataset, {"hours-per-week": {"unit": "h", "allowed": "1 to 99"}}, by=people["ana"])
    reviewed.run.refresh_from_db()
    release = submit_release(reviewed.run, by=people["cleo"], **all_seen(reviewed.run))
    restrict_release(release, on_request=True, by=people["cleo"])

    page = dan.page
    page.goto(f"{address}/releases/")
    page.get_by_label("With a column").fill("interview")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="incomes")).to_be_visible()
    shot(page, "catalogue")
    page.get_by_role("link", name="incomes").click()
    expect(page.get_by_role("link", name="Look at the records")).to_have_count(0)
    page.get_by_label("What you will use it for").fill("A course on models.")
    shot(page, "ask")
    page.get_by_role("button", name="Ask for access").click()
    expect(page.get_by_text("A steward decides.").first).to_be_visible()

    steward = cleo.page
    steward.goto(f"{address}/access/")
    shot(steward, "access")
    steward.get_by_label("Until").fill((timezone.localdate() + timedelta(days=30)).isoformat())
    steward.get_by_role("button", name="Grant").click()
    expect(steward.get_by_text("may hold it until")).to_be_visible()

    page.goto(f"{address}/notices/")
    expect(page.get_by_text("You may hold release 1")).to_be_visible()
    shot(page, "notices")
    page.get_by_role("link", name="You may hold release 1").click()
    shot(page, "release")
    page.get_by_role("link", name="Look at the records").click()
    page.get_by_label("Search the records").fill("bachelors")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("region", name="Records").get_by_role("row").nth(1)).to_contain_text("Bachelors")
    shot(page, "records")
    page.get_by_role("link", name="Columns").click()
    expect(page.get_by_role("row", name="age").first).to_contain_text("At the interview.")
    shot(page, "columns")
    page.set_viewport_size({"width": 390, "height": 844})
    shot(page, "columns-phone")
    page.goto(f"{address}/releases/")
    shot(page, "catalogue-phone")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"{address}/releases/{release.pk}/checklist/")
    shot(page, "checklist")

    page.goto(f"{address}/releases/{release.pk}/")
    page.get_by_role("button", name="Make a token for this release alone").click()
    secret = page.locator("#secret").inner_text().strip()
    portal = Portal(address, secret, tmp_path)
    assert len(portal.load("release-1")) == (reviewed.run.artefact_rows or 0)
    assert portal.verify("release-1", public_key_hex())["claim"] == release.claim
    assert [person.complaints for person in (ana, dan, cleo)] == [[], [], []]


def test_a_record_is_reported_looked_at_and_the_release_withdrawn(reviewed: World, at_desk: Desk, people: Any) -> None:
    release = submit_release(reviewed.run, by=people["cleo"], **all_seen(reviewed.run))
    dan, cleo = at_desk("dan"), at_desk("cleo")
    page, address = dan.page, dan.address
    page.goto(f"{address}/releases/{release.pk}/")
    page.get_by_text("Report a record that gives somebody away").click()
    page.get_by_label("What you recognised, and how").fill("My neighbour: the only one with these hours.")
    page.get_by_label("Row").fill("3")
    page.get_by_role("button", name="Report", exact=True).click()
    expect(page.get_by_text("Stewards look at these bytes.")).to_be_visible()
    steward = cleo.page
    steward.goto(f"{address}/reports/")
    shot(steward, "report")
    steward.get_by_role("button", name="Suspend downloads while we look").click()
    expect(steward.get_by_text("downloads are suspended")).to_be_visible()
    steward.get_by_label("Yes: withdraw the release").check()
    steward.get_by_label("Why").fill("She is the only one.")
    steward.get_by_role("button", name="Settle").click()
    expect(steward.get_by_text("The release is withdrawn.")).to_be_visible()
    page.goto(f"{address}/releases/{release.pk}/")
    expect(page.get_by_text("A reported record gives somebody away.")).to_be_visible()
    shot(page, "withdrawn")
    assert Release.objects.get().status == "withdrawn"
    assert [dan.complaints, cleo.complaints] == [[], []]
