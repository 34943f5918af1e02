"""The four shapes of a record on the desk. SYNTHPORTAL_SHOTS=folder keeps the pictures of docs/images."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from reviews.engine.reading.judgement import Judgement
from reviews.models import ReviewRecord
from reviews.stages.review import claim_record, judge_record
from tests.cast import World
from tests.e2e.desk import Annotator, Desk, at_desk, browser, put_on_desk, rows_of_artefact
from tests.e2e.desk_samples import CHAT, QUESTION, TEXT

__all__ = ["at_desk", "browser"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
SHOTS = os.environ.get("SYNTHPORTAL_SHOTS", "")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def judge_some(world: World, person: Any, number: int) -> None:
    """What the person has done before: `number` records, 9 seconds each."""
    for _ in range(number):
        record = claim_record(world.review, by=person)
        assert record is not None
        ReviewRecord.objects.filter(pk=record.pk).update(claimed_at=timezone.now() - timedelta(seconds=9))
        judge_record(record, Judgement("clean"), token=record.token, by=person)


def keep(at: Annotator, name: str) -> None:
    if SHOTS:
        at.page.screenshot(path=str(Path(SHOTS) / "desk" / f"{name}.png"))


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("table", ".record--table .record__row:nth-child(15)"),
        ("text", ".prose .record__value"),
        ("chat", ".turn--assistant"),
        ("question", ".passage mark"),
    ],
)
def test_every_shape_is_shown_in_its_own_way_light_dark_and_on_a_phone(
    world: World, at_desk: Desk, people: Any, kind: str, shown: str
) -> None:
    rows = rows_of_artefact(world, 60)
    record = {"table": rows[12], "text": TEXT, "chat": CHAT, "question": QUESTION}[kind]
    held = put_on_desk(world, [*rows[:12], record, *rows[13:]])[12]
    judge_some(world, people["ben"], 12)
    for name, options in (("", {}), ("-dark", {"color_scheme": "dark"}), ("-390", PHONE)):
        ben = at_desk("ben", **options)
        page = ben.open(world)
        ben.at(held)
        expect(page.locator(shown).first).to_be_visible()
        if name == "-dark":
            ben.press("2", "b", "m", "2")
            expect(page.locator(".part:has(:checked)")).to_have_count(1)
        keep(ben, f"{kind}{name}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_has_the_form_of_an_address_or_a_number_is_highlighted_on_demand(world: World, at_desk: Desk) -> None:
    put_on_desk(world, [TEXT, TEXT])
    ben = at_desk("ben")
    page = ben.open(world)
    assert page.locator("mark").count() == 0
    ben.press("m", "2", "w")
    expect(page.locator("mark")).to_have_count(2)
    assert page.locator("mark").first.get_attribute("title") == "phone number"
    expect(page.locator(".part:has(:checked) .record__name")).to_contain_text("product")
    keep(ben, "why")
