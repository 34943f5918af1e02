"""What is drafted, opened or looked at on the desk stays until somebody says otherwise, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from reviews.models import Skip, Verdict
from synthportal.models import AuditEvent
from tests.cast import World
from tests.e2e.desk import Desk, at_desk, browser, put_on_desk, rows_of_artefact, verdicts

__all__ = ["at_desk", "browser"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("by", ["key", "click"])
def test_why_is_asked_of_an_earlier_record_and_closes_again(world: World, at_desk: Desk, people: Any, by: str) -> None:
    records, ben = put_on_desk(world, rows_of_artefact(world, 3)), at_desk("ben")
    page = ben.open(world)
    ben.at(records[0])
    ben.press("1")
    ben.said("Saved record")
    ben.press("ArrowLeft")
    look = page.locator("#desk-look")
    expect(look).to_be_visible()
    if by == "key":
        ben.press("w")
    else:
        look.get_by_role("button", name="Why here?").click()
    expect(look.locator("[data-why]")).to_contain_text("Why this record is here")
    assert AuditEvent.objects.get(action="asked_why").subject_id == str(records[0].pk)
    ben.press("w")
    expect(look.locator("[data-why]")).to_have_count(0)
    ben.press("w")
    expect(look.locator("[data-why]")).to_be_visible()
    ben.press("Escape")
    expect(look.locator("[data-why]")).to_have_count(0)
    ben.press("Escape")
    expect(look).to_have_count(0)
    ben.at(records[1])
    assert ben.complaints == []


def test_a_question_that_fails_is_told_on_the_page_and_can_be_asked_again(world: World, at_desk: Desk) -> None:
    records, ben = put_on_desk(world, rows_of_artefact(world, 3)), at_desk("ben")
    page = ben.open(world)
    page.route("**/why/", lambda route: route.fulfill(status=405, body=""))
    ben.at(records[0])
    ben.press("1")
    ben.said("Saved record")
    ben.at(records[1])
    ben.press("w")
    expect(page.locator("#desk [data-errors]")).to_have_text("Refused (405).")
    ben.press("ArrowLeft")
    expect(page.locator("#desk-look")).to_be_visible()
    ben.press("w")
    expect(page.locator("#desk-look [data-errors]")).to_have_text("Refused (405).")
    page.unroute("**/why/")
    ben.press("w")
    expect(page.locator("#desk-look [data-why]")).to_be_visible()
    expect(page.locator("#desk-look [data-errors]")).to_be_empty()


def test_marking_lasts_until_it_is_ended_and_no_sign_judges_the_record(
    world: World, at_desk: Desk, people: Any
) -> None:
    records, ben = put_on_desk(world, rows_of_artefact(world, 3)), at_desk("ben")
    page = ben.open(world)
    ben.at(records[0])
    ben.press("2", "d", "m", "4", "1", "2", "f", "z", "s")
    expect(page.locator(".part:has(:checked) [data-sign]")).to_have_count(4)
    expect(page.locator("[data-marking-words]")).to_contain_text("Esc or M ends marking")
    expect(page.locator("[data-mark]")).to_have_attribute("aria-pressed", "true")
    assert page.locator("[data-skip][open]").count() == 0
    ben.press("m")
    expect(page.locator("[data-marking-words]")).to_be_hidden()
    ben.said("Marking ended")
    ben.press("m")
    ben.said("Marking: press the signs of fields. Esc or M ends marking.")
    ben.press("Escape", "n")
    expect(page.locator("#note")).to_be_focused()
    expect(page.locator("[value=leakage][type=radio]")).to_be_checked()
    assert verdicts(people["ben"]) == []
    ben.press("Control+Enter")
    ben.said("Saved record")
    assert Verdict.objects.get().fields == [0, 1, 3, 14]


@pytest.mark.parametrize("by", ["key", "click"])
def test_clean_over_a_draft_of_a_flag_asks_once_and_drops_nothing_before(
    world: World, at_desk: Desk, people: Any, by: str
) -> None:
    records, ben = put_on_desk(world, rows_of_artefact(world, 3)), at_desk("ben")
    page = ben.open(world)

    def clean() -> None:
        if by == "key":
            ben.press("1")
        else:
            page.wait_for_timeout(600)  # two clicks, not a double one
            page.locator("#clean-button").click()

    ben.at(records[0])
    ben.press("2", "b")
    clean()
    asked = page.locator("[data-clean-asked]")
    words = "Press 1 or Clean again to save as clean without the draft, Esc to go on with the draft."
    expect(asked).to_have_text(words)
    ben.said(words)
    ben.press("Escape")
    expect(asked).to_be_hidden()
    expect(page.locator("[value=near_copy]")).to_be_checked()
    clean()
    ben.press("n")
    page.keyboard.type("the same street")
    expect(asked).to_be_hidden()
    ben.press("Escape")
    assert verdicts(people["ben"]) == []
    clean()
    clean()
    ben.at(records[1])
    ben.said("Saved record")
    assert verdicts(people["ben"]) == [(records[0].position, "clean")]
    ben.press("2")
    clean()
    ben.at(records[2])


@pytest.mark.parametrize("when", ["before it is saved", "after it is saved"])
def test_a_flag_that_is_taken_back_comes_back_as_it_was_drafted(
    world: World, at_desk: Desk, people: Any, when: str
) -> None:
    records, ben = put_on_desk(world, rows_of_artefact(world, 4)), at_desk("ben")
    page = ben.open(world)
    ben.at(records[0])
    ben.press("2", "b", "m", "3", "Escape", "n")
    page.keyboard.type("the same street")
    ben.press("Control+Enter")
    ben.at(records[1])
    if when == "after it is saved":
        ben.said("Saved record")
        ben.press("1")
        ben.at(records[2])
        ben.said(f"Saved record {records[1].position}")
        ben.press("z")
        ben.at(records[1])
    ben.press("z")
    ben.at(records[0])
    expect(page.locator("[value=leakage][type=radio]")).to_be_checked()
    expect(page.locator("[value=near_copy]")).to_be_checked()
    expect(page.locator("#note")).to_have_value("the same street")
    expect(page.locator("[name=fields]:checked")).to_have_count(1)
    assert verdicts(people["ben"]) == []
    ben.press("Control+Enter")
    ben.at(records[1])
    ben.said("Saved record")
    [flag] = Verdict.objects.filter(undone_at__isnull=True)
    assert (flag.decision, flag.reasons, flag.fields, flag.note) == ("leakage", ["near_copy"], [2], "the same street")


def test_what_bold_and_dotted_means_is_said_under_a_record_that_has_it(world: World, at_desk: Desk) -> None:
    [row] = rows_of_artefact(world, 1)
    records, ben = put_on_desk(world, [row | {"age": 999_999}, {"a": 1}, {"a": 2}]), at_desk("ben")
    page = ben.open(world)
    ben.at(records[0])
    expect(page.locator(".desk__legend")).to_contain_text("Bold and dotted: rare in this artefact.")
    assert page.get_by_text("999999").get_attribute("title") == "rare in this artefact"
    ben.press("1")
    ben.at(records[1])
    expect(page.get_by_text("Bold and dotted")).to_have_count(0)


def test_the_skip_menu_stays_on_a_phone_and_is_left_without_skipping(world: World, at_desk: Desk) -> None:
    records = put_on_desk(world, rows_of_artefact(world, 2))
    ben = at_desk("ben", viewport={"width": 390, "height": 844})
    page = ben.open(world)
    ben.at(records[0])
    page.locator("[data-skip] > summary").click()
    panel = page.locator(".skip__panel")
    expect(panel).to_contain_text("Skip this record: why?")
    for button in panel.get_by_role("button").all():
        assert button.evaluate("one => one.scrollWidth <= one.clientWidth")
    box = panel.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    panel.get_by_role("button", name="Cancel").click()
    expect(panel).to_be_hidden()
    ben.at(records[0])
    assert not Skip.objects.exists()


def test_no_verdict_looks_chosen_before_one_is(world: World, at_desk: Desk) -> None:
    records, ben = put_on_desk(world, rows_of_artefact(world, 4)), at_desk("ben")
    page = ben.open(world)
    ben.at(records[0])
    clean, colour = page.locator("#clean-button"), "one => getComputedStyle(one).backgroundColor"
    assert clean.locator(".icon").count() == 0
    plain = page.locator("#save-button").evaluate(colour)
    clean.click()
    ben.at(records[1])
    expect(clean).not_to_be_focused()
    ben.press("1")
    ben.at(records[2])
    expect(clean).not_to_be_focused()
    ben.press("2")
    assert page.locator("#save-button").evaluate(colour) != plain


def test_pointing_at_the_chosen_verdict_again_takes_it_back_and_a_key_does_not(world: World, at_desk: Desk) -> None:
    records, ben = put_on_desk(world, rows_of_artefact(world, 2)), at_desk("ben")
    page = ben.open(world)
    ben.at(records[0])
    leakage = page.locator(".flags .verdict", has_text="Leakage")
    chosen = page.locator(".flags :checked")
    leakage.click()
    page.locator(".reasons label").first.click()
    expect(chosen).to_have_count(2)
    leakage.click()
    expect(chosen).to_have_count(0)
    ben.said("Nothing is chosen.")
    leakage.click()
    page.locator(".flags .verdict", has_text="Unrealistic").click()
    expect(chosen).to_have_value("unrealistic")
    ben.press("3")
    expect(chosen).to_have_value("unrealistic")


def test_on_a_phone_the_buttons_stay_in_their_places_and_the_hold_and_the_guidelines_are_there(
    world: World, at_desk: Desk
) -> None:
    records = put_on_desk(world, rows_of_artefact(world, 2))
    ben = at_desk("ben", viewport={"width": 390, "height": 844})
    page = ben.open(world)
    ben.at(records[0])
    verdicts_of_flags = page.locator(".flags .verdict")

    def places() -> list[float]:
        boxes = [one.bounding_box() for one in verdicts_of_flags.all()]
        return [box["x"] for box in boxes if box is not None]

    before = places()
    assert len(before) == 2
    assert before[0] < before[1]
    for one in verdicts_of_flags.all():
        one.click()
        assert places() == before
    for button in page.locator(".decision__other .button:visible").all():
        assert button.evaluate("one => one.scrollWidth <= one.clientWidth")
    page.evaluate("() => { cardNow().heldUntil = Date.now() + 60000; showHold(); }")
    expect(page.locator("[data-hold-words]")).to_be_visible()
    rules = page.locator("[data-rules]")
    expect(rules.locator("dl")).to_be_hidden()
    rules.locator("summary").click()
    expect(rules.locator("dl")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
