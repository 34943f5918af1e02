"""The desk by keyboard, in a real browser on the real verbs."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from reviews.models import DeskSettings, Skip, Verdict
from synthportal.models import AuditEvent
from tests.cast import World
from tests.e2e.desk import Desk, at_desk, browser, put_on_desk, rows_of_artefact, verdicts
from tests.e2e.desk_samples import CHAT, QUESTION, TEXT

__all__ = ["at_desk", "browser"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>{{ 7|add:1 }}'


def test_the_whole_desk_is_worked_by_keyboard_alone(world: World, at_desk: Desk, people: Any) -> None:
    records, ben = put_on_desk(world, rows_of_artefact(world, 6)), at_desk("ben")
    page = ben.open(world)
    ben.at(records[0])
    ben.press("1")
    ben.at(records[1])
    ben.press("2", "d", "m", "3", "n")
    page.keyboard.type("1 of 2 in town")
    ben.press("Control+Enter")
    ben.at(records[2])
    ben.press("3", "f", "l", "Control+Enter")
    ben.at(records[3])
    ben.press("s", "2")
    ben.at(records[4])
    ben.press("z")
    ben.at(records[3])
    ben.press("ArrowLeft")
    expect(page.locator(".said")).to_have_text("You said: Unrealistic")
    ben.press("ArrowLeft")
    expect(page.locator(".said")).to_have_text("You said: Leakage")
    expect(page.locator("#desk-look")).to_contain_text("1 of 2 in town")
    ben.press("ArrowRight")
    expect(page.locator(".said")).to_have_text("You said: Unrealistic")
    ben.press("ArrowRight")
    expect(page.locator("#desk-look")).to_have_count(0)
    ben.press("w")
    expect(page.locator("[data-why]")).to_contain_text("Why this record is here")
    ben.press("?")
    expect(page.locator("#desk-help")).to_be_visible()
    ben.press("1", "Escape")
    expect(page.locator("#desk-help")).to_be_hidden()
    ben.press("Backspace")
    ben.at(records[3])
    first = records[0].position
    assert verdicts(people["ben"]) == [(first, "clean"), (first + 1, "leakage"), (first + 2, "unrealistic")]
    flag = Verdict.objects.get(decision="leakage")
    assert (flag.reasons, flag.fields, flag.note) == (["rare_combination"], [2], "1 of 2 in town")
    assert Verdict.objects.get(decision="unrealistic").reasons == ["harmful", "impossible_combination"]
    assert [(skip.reason, skip.undone_at is None) for skip in Skip.objects.all()] == [("needs_expert", False)]
    assert AuditEvent.objects.filter(action="asked_why").count() == 1
    assert ben.complaints == []


def test_a_hundred_records_are_judged_by_keyboard_within_a_minute(world: World, at_desk: Desk, people: Any) -> None:
    records, ben = put_on_desk(world, rows_of_artefact(world, 100)), at_desk("ben")
    page = ben.open(world)
    ben.at(records[0])
    started = time.monotonic()
    for number, record in enumerate(records):
        ben.at(record)
        ben.press(*(("3", "i", "Control+Enter") if number % 10 == 9 else ("1",)))
    expect(page.locator("[data-empty]")).to_be_visible()
    seconds = time.monotonic() - started
    said = [decision for _, decision in verdicts(people["ben"])]
    assert (said.count("clean"), said.count("unrealistic")) == (90, 10)
    assert seconds < 60, f"{seconds:.0f} s"
    assert ben.complaints == []


def test_a_held_key_and_a_double_click_judge_one_record_each(world: World, at_desk: Desk, people: Any) -> None:
    records, ben = put_on_desk(world, rows_of_artefact(world, 4)), at_desk("ben")
    page = ben.open(world)
    ben.at(records[0])
    for _ in range(30):
        page.keyboard.down("1")
    page.keyboard.up("1")
    ben.at(records[1])
    page.locator("#clean-button").dblclick()
    ben.at(records[2])
    page.locator("#clean-button").focus()
    for _ in range(30):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    ben.at(records[3])
    expect(page.locator("#clean-button")).to_be_focused()
    ben.said(f"Saved record {records[2].position}")
    assert len(verdicts(people["ben"])) == 3


def test_keys_rest_while_somebody_types_and_letters_until_their_verdict_is_chosen(
    world: World, at_desk: Desk, people: Any
) -> None:
    records, ben = put_on_desk(world, rows_of_artefact(world, 2)), at_desk("ben")
    page = ben.open(world)
    ben.at(records[0])
    ben.press("a")
    assert page.locator("[name=reasons]:checked").count() == 0
    ben.press("2", "a", "3", "i")
    assert page.locator(".flags input:checked").evaluate_all("all => all.map(one => one.value)") == [
        "unrealistic",
        "implausible_value",
    ]
    ben.press("n")
    page.keyboard.type("1s2z?")
    ben.press("Escape")
    expect(page.locator("#note")).not_to_be_focused()
    assert page.input_value("#note") == "1s2z?"
    ben.press("Escape")
    assert page.locator(".flags input:checked").count() == 0
    ben.press("2", "Control+Enter")
    expect(page.locator("[data-errors]")).to_have_text("Say why it is leakage: choose at least one reason.")
    ben.at(records[0])
    assert verdicts(people["ben"]) == []


def test_a_screen_reader_hears_what_was_saved_and_which_record_comes(world: World, at_desk: Desk) -> None:
    records, ben = put_on_desk(world, rows_of_artefact(world, 3)), at_desk("ben")
    ben.open(world)
    ben.at(records[0])
    ben.press("1")
    total = world.review.records.count()
    ben.said(f"Saved record {records[0].position} as clean. Record {records[1].position} of {total}.")
    assert ben.page.locator("#live").get_attribute("aria-live") == "polite"
    ben.press("m", "1")
    ben.said("Marked: age")


def test_the_answer_to_a_key_is_on_the_screen_within_100_ms_however_slow_the_network_is(
    world: World, at_desk: Desk, people: Any
) -> None:
    records, ben = put_on_desk(world, rows_of_artefact(world, 3)), at_desk("ben")
    page = ben.open(world)
    ben.at(records[0])
    page.route("**/verdict/", lambda route: (page.wait_for_timeout(800), route.continue_()))
    shown = page.evaluate(
        """() => new Promise((done) => {
            const began = performance.now();
            document.dispatchEvent(new KeyboardEvent("keydown", {key: "1", bubbles: true}));
            const card = () => document.querySelector("[data-card]").dataset.card;
            requestAnimationFrame(() => done([performance.now() - began, card()]));
        })"""
    )
    assert shown[1] == str(records[1].pk)
    assert shown[0] < 100
    ben.said("Saved record")
    assert len(verdicts(people["ben"])) == 1


def change_keys(page: Page, address: str, **keys: str) -> None:
    page.goto(f"{address}/desk/keys/")
    for name, key in keys.items():
        page.fill(f"input[name={name}]", key)
    page.get_by_role("button", name="Save the keys").click()


def test_keys_are_changed_per_person_and_a_key_for_two_things_is_refused(
    world: World, at_desk: Desk, people: Any
) -> None:
    records, ben = put_on_desk(world, rows_of_artefact(world, 5)), at_desk("ben")
    change_keys(ben.page, ben.address, clean="2")
    expect(ben.page.get_by_role("alert")).to_contain_text("Not saved")
    expect(ben.page.locator("#fault-clean")).to_contain_text("“2” already does “Leakage”")
    assert not DeskSettings.objects.exists()
    change_keys(ben.page, ben.address, clean="x", help="Ctrl+h")
    expect(ben.page.locator("#fault-help")).to_contain_text("The browser keeps “Ctrl H” for itself")
    change_keys(ben.page, ben.address, clean="x")
    expect(ben.page.get_by_text("Your keys are saved.")).to_be_visible()
    ben.open(world)
    ben.at(records[0])
    expect(ben.page.locator("#clean-button kbd")).to_have_text("X")
    ben.press("1")
    ben.press("x")
    ben.at(records[1])
    ben.said("Saved record")
    assert len(verdicts(people["ben"])) == 1
    bea = at_desk("bea")
    bea.open(world)
    expect(bea.page.locator("#clean-button kbd")).to_have_text("1")


def test_a_key_that_is_pressed_on_the_settings_page_is_written_into_its_field(at_desk: Desk) -> None:
    ben = at_desk("ben")
    ben.page.goto(f"{ben.address}/desk/keys/")
    ben.page.locator("input[name=save]").focus()
    ben.press("Control+s")
    assert ben.page.input_value("input[name=save]") == "Ctrl+S"
    ben.page.locator("input[name=previous]").focus()
    ben.press("ArrowUp")
    assert ben.page.input_value("input[name=previous]") == "↑"


def test_keys_without_control_are_switched_off_and_the_mouse_still_works(
    world: World, at_desk: Desk, people: Any
) -> None:
    records, ben = put_on_desk(world, rows_of_artefact(world, 2)), at_desk("ben")
    ben.page.goto(f"{ben.address}/desk/keys/")
    ben.page.locator("#keys_on").uncheck()
    ben.page.get_by_role("button", name="Save the keys").click()
    page = ben.open(world)
    ben.at(records[0])
    ben.press("1", "s", "z", "m", "ArrowLeft")
    assert page.locator("[data-skip][open]").count() == 0
    page.locator(".verdict", has_text="Leakage").click()
    page.get_by_text("password or key").click()
    ben.press("Control+Enter")
    ben.at(records[1])
    ben.said("Saved record")
    assert verdicts(people["ben"]) == [(records[0].position, "leakage")]


@pytest.mark.parametrize("size", [(1366, 768), (390, 844), (360, 740)])
def test_the_decision_needs_no_scrolling_whatever_the_record_is(world: World, at_desk: Desk, size: Any) -> None:
    [wide] = rows_of_artefact(world, 1)
    records = put_on_desk(world, [wide, TEXT, CHAT, QUESTION, wide])
    ben = at_desk("ben", viewport={"width": size[0], "height": size[1]})
    page = ben.open(world)
    for record in records[:4]:
        ben.at(record)
        low = page.locator("#undo-button").bounding_box()
        assert low is not None
        assert low["y"] + low["height"] <= size[1]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        ben.press("1")


def test_what_a_record_says_is_text_in_every_shape(world: World, at_desk: Desk) -> None:
    chat = {"messages": [{"role": "user", "content": HOSTILE}], HOSTILE: HOSTILE}
    asked = {"question": HOSTILE, "answer": "onerror", "contexts": [{"doc_id": HOSTILE, "text": HOSTILE}]}
    records = put_on_desk(world, [{HOSTILE: HOSTILE}, {"note": HOSTILE * 9}, chat, asked, {"a": 1}])
    ben = at_desk("ben")
    page = ben.open(world)
    for record in records[:4]:
        ben.at(record)
        expect(page.locator("[data-record]")).to_contain_text(HOSTILE)
        ben.press("w")
        expect(page.locator("[data-why]")).to_be_visible()
        expect(page.locator("[data-record]")).to_contain_text("window.hacked=1")
        ben.press("1")
    assert page.evaluate("window.hacked") is None
    assert page.locator(".record img, .record script").count() == 0
    assert ben.complaints == []
