"""An owner steers the plan of real people's records by clicks until groups are large enough, and sees what it costs."""

from __future__ import annotations

import gzip
import random
from datetime import date

import pytest
from faker import Faker
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Served
from tests.e2e.walks.test_browser_walk import LONG, browser, visiting
from tests.faults.portal import ROOT, wait_for

__all__ = ["browser"]
# Public records of 19,878 players, where they lie beside the repository; else as many invented ones as tell the same.
PLAYERS = ROOT.parent / "shared" / "data" / "people" / "baseball_players.csv.gz"
AT_WORK = "from synthportal.models import Job; print(Job.objects.filter(state__in=['queued', 'running']).count())"


def players() -> bytes:
    if PLAYERS.exists():
        return gzip.decompress(PLAYERS.read_bytes())
    chance, names = random.Random(7), Faker("en_US")
    names.seed_instance(7)
    lines = ["id,country,birthDate,deathDate,nameFirst,nameLast,weight,height,bats,throws"]
    for at in range(4_000):
        born = date(1900 + chance.randrange(90), chance.randrange(1, 13), chance.randrange(1, 29))
        died = date(born.year + 60, 1, 1) if born.year < 1940 else ""
        who = f"{names.first_name()},{names.last_name()}"
        size = f"{chance.randrange(150, 240)},{chance.randrange(66, 80)}" if at % 25 else ","
        country = chance.choices(["USA", "D.R.", "Cuba", "Canada"], [90, 6, 2, 2])[0]
        lines.append(
            f"player{at:05d},{country},{born},{died},{who},{size},{chance.choice('LRB')},{chance.choice('LR')}"
        )
    return "\n".join([*lines, ""]).encode()


def change(page: Page, label: str, value: str) -> None:
    """Choose something in the plan, and wait until it is saved."""
    with page.expect_response(lambda answer: answer.url.split("?")[0].endswith("/plan/") and answer.status == 200):
        control = page.get_by_label(label, exact=True)
        if control.evaluate("one => one.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
            control.press("Tab")


def parameter(page: Page, column: str, name: str, value: str) -> None:
    """Set one parameter of a column's treatment."""
    row = page.get_by_role("row").filter(has=page.get_by_label(f"Treatment of {column}", exact=True))
    control = row.locator(".settings--generalise").get_by_label(name, exact=True)
    with page.expect_response(lambda answer: answer.url.split("?")[0].endswith("/plan/") and answer.status == 200):
        if control.evaluate("one => one.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
            control.press("Tab")


@pytest.mark.slow
@pytest.mark.browser
def test_an_owner_reaches_k_of_ten_by_clicks_and_sees_what_it_costs(browser, served: Served, tmp_path):
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
        effect = page.locator(".effect")
        page.locator("[data-effect=ready]").wait_for(timeout=LONG)

        # Names and birth dates were found.
        for name in ("nameFirst", "nameLast"):
            expect(page.get_by_role("row").filter(has_text=name).locator(".chip--found")).to_contain_text("person")
            expect(page.get_by_label(f"Role of {name}", exact=True)).to_have_value("direct")
        expect(page.get_by_label("Role of birthDate", exact=True)).to_have_value("quasi")
        ana.shot("plan/proposed")

        # What else points at a person is the owner's to say, and what is not needed goes.
        for name in ("height", "weight"):
            change(page, f"Role of {name}", "quasi")
            change(page, f"Treatment of {name}", "generalise")
        change(page, "Role of deathDate", "other")
        change(page, "Treatment of deathDate", "drop")
        parameter(page, "birthDate", "Period", "decade")
        parameter(page, "height", "Bin width", "3")
        parameter(page, "weight", "Bin width", "25")
        change(page, "Smallest group at least", "10")
        expect(effect).to_contain_text("For groups of 10 or more", timeout=LONG)
        page.locator("[data-effect=ready]").wait_for(timeout=LONG)
        smallest = int(effect.locator("dd").first.inner_text().split("→")[1].strip().replace(",", ""))
        assert smallest >= 10
        for cost in ("lose all their quasi-identifiers", "bits"):
            expect(effect).to_contain_text(cost)
        ana.shot("plan/steered")

        # Many at once, one step back, and what differs from the proposal.
        page.get_by_label("Tick bats").check()
        page.get_by_label("Tick throws").check()
        page.get_by_label("Ticked columns").select_option("drop")
        page.get_by_role("button", name="Apply").click()
        expect(page.get_by_text("2 columns changed.")).to_be_visible()
        page.get_by_role("button", name="Undo the last change").click()
        expect(page.get_by_text("is back, as version")).to_be_visible()
        expect(page.get_by_label("Treatment of bats", exact=True)).not_to_have_value("drop")
        page.get_by_label("Compare with").select_option("1")
        page.get_by_label("Show", exact=True).select_option("changed")
        page.get_by_role("button", name="Show", exact=True).click()
        expect(page.get_by_text("was:").first).to_be_visible()
        ana.shot("plan/compared")
        page.get_by_role("button", name="Confirm plan").click()
        page.get_by_role("link", name="New run").first.wait_for(timeout=LONG)
        expect(effect).to_contain_text("For groups of 10 or more")
        ana.shot("plan/applied")
    # The look for rules goes on, and a portal that is stopped waits for it.
    wait_for(lambda: served.portal.run(AT_WORK).split()[-1] == "0", "the last job to end")
