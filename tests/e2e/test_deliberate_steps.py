"""What cannot be undone takes a deliberate step, without JavaScript: the signature of a release, a confirmed leak.

SYNTHPORTAL_SHOTS=folder keeps the pictures.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from reviews.engine.gate.conditions import WAIVABLE
from reviews.engine.reading.judgement import Judgement
from reviews.models import Adjudication, Release, Review
from reviews.repositories.gate.dossier import collect
from reviews.stages.gate import waive_condition
from reviews.stages.review import claim_record, judge_record
from synthportal.models import Person
from tests.cast import World
from tests.e2e.desk import Desk, at_desk, browser

__all__ = ["at_desk", "browser"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
SHOTS = os.environ.get("SYNTHPORTAL_SHOTS", "")


def keep(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def test_a_steward_ticks_what_needs_eyes_and_a_refused_signature_keeps_every_tick(
    world: World, at_desk: Desk, people: dict[str, Person]
) -> None:
    while record := claim_record(world.review, by=people["ben"]):
        judge_record(record, Judgement("clean"), token=record.token, by=people["ben"])
    for condition in {line.name for line in collect(world.run).unmet}.intersection(WAIVABLE):
        waive_condition(world.run, condition, reason="Good enough for a pilot.", by=people["cora"])
    at = at_desk("cleo", java_script_enabled=False)
    at.page.goto(f"{at.address}/runs/{world.run.pk}/gate/")
    boxes = at.page.get_by_label("I have read this and sign all the same")
    number = len(collect(world.run).needing_eyes)
    assert number
    expect(boxes).to_have_count(number)
    for box in boxes.all():
        expect(box).to_be_visible()  # its condition is open
    keep(at.page, "gate/eyes")
    at.page.get_by_role("link", name="Read and sign").click()
    for box in boxes.all()[1:]:
        box.check()
    at.page.get_by_role("button", name="Sign and release").click()
    expect(at.page.get_by_text("Not released", exact=True)).to_be_visible()
    expect(at.page.get_by_text("Read this and tick it: nothing is signed before.")).to_have_count(1)
    assert [box.is_checked() for box in boxes.all()] == [False] + [True] * (number - 1)
    assert not Release.objects.exists()
    keep(at.page, "gate/refused")
    boxes.first.check()
    at.page.get_by_role("button", name="Sign and release").click()
    expect(at.page.get_by_text("is signed. Its files can be downloaded now.")).to_be_visible()
    assert Release.objects.get().released_by == people["cleo"]


def test_a_leak_is_confirmed_by_opening_the_step_reading_what_it_does_and_writing_why(
    world: World, at_desk: Desk, people: dict[str, Person]
) -> None:
    record = claim_record(world.review, by=people["ben"])
    assert record is not None
    said = Judgement("leakage", ["near_copy"], [0])
    judge_record(record, said, token=record.token, by=people["ben"])
    at = at_desk("bea", java_script_enabled=False)
    at.page.goto(f"{at.address}/reviews/{world.review.pk}/flags/")
    at.page.get_by_label("Leakage", exact=True).check()
    at.page.get_by_label("near copy of a real record").check()
    at.page.get_by_role("button", name="Save and read the flag").click()
    confirm = at.page.get_by_role("button", name="Confirm the leak")
    expect(confirm).to_be_hidden()
    at.page.get_by_text("It is a leak: go on to confirm it").click()
    expect(at.page.get_by_text("Confirming closes this review for good")).to_be_visible()
    keep(at.page, "flags/confirm")
    confirm.click()  # the browser asks for the note first
    assert not Adjudication.objects.exists()
    at.page.get_by_label("What in this record could only come from a real one").fill("The only red house in town.")
    confirm.click()
    expect(at.page.get_by_text("settled as a leak")).to_be_visible()
    assert Adjudication.objects.get().note == "The only red house in town."
    assert Review.objects.get().status == Review.Status.REJECTED
