"""Conversations in a real browser: upload, ten records, plan, run, desk, gate, release, a file that a trainer reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from datasets import load_dataset
from playwright.sync_api import expect

from tests.e2e.conftest import Served
from tests.e2e.walks.test_browser_walk import LONG, Visitor, browser, judge_by_keyboard, sign, visiting
from tests.generation.engine.llm.talks import talks

__all__ = ["browser"]
NAME = "customers to fine-tune"


def conversations(path: Path, count: int) -> Path:
    """Conversations of people who do not exist, as OpenAI writes them."""
    records = [
        {
            "topic": one.topic,
            "messages": [{"role": turn.role, "content": turn.text} for turn in one.turns],
            "acts": [[list(act) for act in turn.acts] for turn in one.turns],
        }
        for one in talks(count, 1)
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


@pytest.mark.slow
@pytest.mark.browser
def test_conversations_go_from_upload_to_a_file_that_trainers_read(browser, served: Served, tmp_path):
    with visiting(browser, served, "ana") as ana:
        run = from_upload_to_evidence(ana, conversations(tmp_path / "talks.jsonl", 700))
    with visiting(browser, served, "ben") as ben:
        judge_by_keyboard(ben, NAME)
    with visiting(browser, served, "cleo") as cleo:
        sign(cleo, served, run)
    with visiting(browser, served, "dan") as dan:
        trained_on(dan)


def from_upload_to_evidence(ana: Visitor, file: Path) -> str:
    page = ana.page
    page.goto(f"{ana.page.url.split('/', 3)[0]}//{ana.page.url.split('/')[2]}/datasets/new/")
    page.get_by_text("Fine-tune a model").first.click()
    page.locator("select[name=kind]").select_option("chat")
    page.get_by_label("File").set_input_files(str(file))
    page.locator("input[name=name]").fill(NAME)
    ana.shot("fine-tune/new")
    page.get_by_role("button", name="Upload and profile").click()
    confirm = page.get_by_role("button", name="Confirm plan")
    confirm.wait_for(timeout=LONG)
    page.locator("[data-effect=ready]").wait_for(timeout=LONG)
    ana.shot("fine-tune/plan")
    page.get_by_role("link", name="See some records").click()
    expect(page.get_by_role("heading", name="Record 10")).to_be_visible()
    ana.shot("fine-tune/parsed")
    page.go_back()
    confirm.click()
    new_run = page.get_by_role("link", name="New run").first
    new_run.wait_for(timeout=LONG)
    new_run.click()
    page.locator("input[name=rows]").fill("400")
    page.locator("input[name=tier][value=quick]").check(force=True)
    ana.shot("fine-tune/run")
    page.get_by_role("button", name="Start run").first.click()
    page.wait_for_url("**/runs/*/")
    expect(page.get_by_role("heading", name="Privacy").first).to_be_visible(timeout=LONG)
    page.wait_for_load_state("networkidle")
    ana.shot("fine-tune/evidence")
    page.set_viewport_size({"width": 390, "height": 844})
    ana.shot("fine-tune/evidence-390")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1280, "height": 800})
    return page.url.split("/", 3)[3].join(["/", ""])


def trained_on(dan: Visitor) -> None:
    """The messages are downloaded and read by `datasets`."""
    page = dan.page
    page.get_by_role("link", name="Catalogue", exact=True).click()
    page.locator("article", has_text=NAME).get_by_role("link", name=NAME).first.click()
    messages = page.locator("a[href*='format=messages']").first
    for _ in range(60):  # the files are laid out and signed after the release
        if messages.count():
            break
        page.wait_for_timeout(1_000)
        page.reload()
    dan.shot("fine-tune/release")
    with page.expect_download() as started:
        messages.click()
    loaded = load_dataset("json", data_files=str(started.value.path()), split="train")
    assert loaded.num_rows == 400
    assert {turn["role"] for turn in loaded[0]["messages"]} == {"user", "assistant"}
