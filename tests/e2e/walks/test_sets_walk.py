"""Documents, a plan of tasks and a domain of agent tasks in a real browser, each from upload to a signed release.

SYNTHPORTAL_SHOTS=folder keeps a screenshot of every page.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.e2e.walks.test_browser_walk import LONG, browser, visiting  # noqa: F401 - a fixture
from tests.whole.sets.worlds import EXAMPLES, lending_archive

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture
def domain_file(tmp_path):
    path = tmp_path / "lending.zip"
    path.write_bytes(lending_archive())
    return path


@pytest.mark.parametrize("kind", ["documents", "tasks", "agents"])
def test_a_set_goes_from_upload_to_a_release_in_the_browser(kind, browser, served, domain_file):  # noqa: F811
    files = {
        "documents": (EXAMPLES / "travel-handbook.html", "knowledge_testing", "40"),
        "tasks": (EXAMPLES / "support-suite.yaml", "evaluation", "100"),
        "agents": (domain_file, "evaluation", "40"),
    }
    file, purpose, rows = files[kind]
    with visiting(browser, served, "ana") as ana:
        run = evidence_of(ana, kind, file, purpose, rows)
    with visiting(browser, served, "ben") as ben:
        judge(ben, kind)
    with visiting(browser, served, "cleo") as cleo:
        sign(cleo, served, run, kind)


def evidence_of(ana, kind: str, file: Path, purpose: str, rows: str) -> str:
    """Upload, confirm the plan (and the rules), ask for a run and wait for its evidence; the run's path."""
    page = ana.page
    page.get_by_role("link", name="Datasets", exact=True).click()
    page.get_by_role("link", name="New dataset").first.click()
    page.locator(f"input[name=purpose][value={purpose}]").check(force=True)
    page.locator("select[name=kind]").select_option(kind)
    page.get_by_label("File").set_input_files(str(file))
    page.locator("input[name=name]").fill(f"{kind} walk")
    page.get_by_role("button", name="Upload and profile").click()
    confirm = page.get_by_role("button", name="Confirm plan")
    confirm.wait_for(timeout=LONG)
    page.locator("[data-effect=ready]").wait_for(timeout=LONG)
    ana.shot(f"sets/{kind}-plan")
    confirm.click()
    if kind == "agents":
        confirm_rules(ana)
    page.get_by_role("link", name="New run").first.wait_for(timeout=LONG)
    page.get_by_role("link", name="New run").first.click()
    page.locator("input[name=rows]").fill(rows)
    if kind == "documents":
        page.get_by_label("These documents may be released").check()
    page.locator("input[name=tier][value=quick]").check(force=True)
    ana.shot(f"sets/{kind}-new-run")
    page.get_by_role("button", name="Start run").first.click()
    page.wait_for_url("**/runs/*/")
    expect(page.get_by_role("heading", name="Sets").first).to_be_visible(timeout=LONG)
    page.wait_for_load_state("networkidle")
    ana.shot(f"sets/{kind}-evidence")
    if kind == "tasks":
        page.get_by_role("link", name="How a model did on these tasks").click()
        ana.shot("sets/tasks-results")
        page.go_back()
    return urlsplit(page.url).path


def confirm_rules(ana) -> None:
    """Confirm every rule but the last, one by one beside its sentence."""
    page = ana.page
    expect(page.get_by_text("none is confirmed yet")).to_be_visible(timeout=LONG)
    page.get_by_role("link", name="Rules", exact=True).click()
    page.get_by_role("link", name="Rules of the policy").click()
    for _ in range(9):
        page.get_by_role("button", name="Confirm the rule").first.click()
        page.wait_for_load_state("load")
    ana.shot("sets/agents-policy")
    page.get_by_role("link", name="agents walk").click()


def judge(ben, kind: str) -> None:
    """Judge every record clean with the key 1."""
    page = ben.page
    page.get_by_role("link", name="Reviews", exact=True).click()
    opened = page.locator("a[href*='/reviews/']").filter(has_text=f"{kind} walk")
    for _ in range(60):  # the sample is drawn after the evidence is shown
        if opened.count():
            break
        page.wait_for_timeout(1_000)
        page.reload()
    opened.first.click()
    expect(page.locator("#clean-button")).to_be_visible()
    page.wait_for_load_state("load")
    ben.shot(f"sets/{kind}-desk")
    for _ in range(300):
        place = page.evaluate(
            "() => document.querySelector('#clean-button') && document.querySelector('input[name=token]')"
            " ? document.querySelector('#desk').innerText.slice(0, 80) : null"
        )
        if place is None:
            break
        page.keyboard.press("1")
        page.wait_for_function(
            "place => !document.querySelector('input[name=token]')"
            " || document.querySelector('#desk').innerText.slice(0, 80) !== place",
            arg=place,
        )
    expect(page.locator("#clean-button")).to_have_count(0)


def sign(cleo, served, run: str, kind: str) -> None:
    """Read what needs eyes, and sign; the release offers a folder for each tool once it is laid out."""
    page = cleo.page
    page.goto(f"{served.address}{run}gate/")
    cleo.shot(f"sets/{kind}-gate")
    for box in page.locator("input[name=seen]").all():
        box.check()
    page.get_by_role("button", name="Sign and release").click()
    page.wait_for_url("**/releases/*/")
    for _ in range(60):
        if page.get_by_role("link", name="Files for tools").count():
            break
        page.wait_for_timeout(1_000)
        page.reload()
    expect(page.get_by_role("link", name="Files for tools")).to_be_visible()
    cleo.shot(f"sets/{kind}-release")
