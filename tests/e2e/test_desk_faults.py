"""What goes wrong at the desk, in a real browser: networks, holds, sessions, two people, the back button."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Route, expect

from reviews.models import Review, Verdict
from reviews.stages.review import claim_record
from synthportal.models import AuditEvent
from tests.cast import World
from tests.e2e.desk import Desk, at_desk, browser, eventually, put_on_desk, rows_of_artefact, verdicts

__all__ = ["at_desk", "browser"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_without_a_network_verdicts_wait_on_the_page_and_are_saved_in_order_afterwards(
    world: World, at_desk: Desk, people: Any
) -> None:
    records, ben = put_on_desk(world, rows_of_artefact(world, 4)), at_desk("ben")
    page = ben.open(world)
    ben.at(records[0])
    ben.context.set_offline(True)
    ben.press("1")
    ben.at(records[1])
    expect(page.locator("[data-notice]")).to_contain_text("1 verdict is not saved yet")
    ben.press("2", "b", "n")
    page.keyboard.type("the same street")
    ben.press("Control+Enter")
    expect(page.locator("#desk")).to_have_attribute("aria-busy", "true")
    ben.press("1")
    assert verdicts(people["ben"]) == []
    ben.context.set_offline(False)
    ben.at(records[2])
    expect(page.locator("[data-notice]")).to_be_hidden()
    ben.said(f"Saved record {records[1].position} as leakage")
    assert verdicts(people["ben"]) == [(records[0].position, "clean"), (records[1].position, "leakage")]
    assert Verdict.objects.get(decision="leakage").note == "the same street"


def test_an_answer_that_is_lost_on_the_way_back_does_not_save_twice(world: World, at_desk: Desk, people: Any) -> None:
    records, ben = put_on_desk(world, rows_of_artefact(world, 3)), at_desk("ben")
    page, lost = ben.open(world), list[int]()

    def lose_once(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/verdict/", lose_once)
    ben.at(records[0])
    ben.press("1")
    ben.said("Saved record")
    assert lost == [200]
    assert verdicts(people["ben"]) == [(records[0].position, "clean")]
    assert AuditEvent.objects.filter(action="judged").count() == 1
    ben.at(records[1])


@pytest.mark.parametrize(("status", "page_says"), [(503, "unavailable"), (409, "<p data-reasons>busy writing</p>")])
def test_an_error_of_the_server_is_tried_again_and_nothing_is_lost(
    world: World, at_desk: Desk, people: Any, status: int, page_says: str
) -> None:
    records, ben = put_on_desk(world, rows_of_artefact(world, 3)), at_desk("ben")
    page = ben.open(world)
    ben.at(records[0])
    page.route("**/verdict/", lambda route: route.fulfill(status=status, body=page_says))
    ben.press("1")
    expect(page.locator("[data-notice]")).to_contain_text("not saved yet")
    page.unroute("**/verdict/")
    page.get_by_role("button", name="Try now").click()
    ben.said("Saved record")
    assert verdicts(people["ben"]) == [(records[0].position, "clean")]


def test_a_session_that_ends_in_mid_record_costs_nothing(world: World, at_desk: Desk, people: Any) -> None:
    records, ben = put_on_desk(world, rows_of_artefact(world, 3)), at_desk("ben")
    page = ben.open(world)
    ben.at(records[0])
    ben.press("2", "a", "n")
    page.keyboard.type("her number")
    ben.sign_out()
    ben.press("Control+Enter")
    expect(page.locator("[data-notice]")).to_contain_text("You are signed out. 1 verdict is kept on this page")
    assert page.get_by_role("link", name="Sign in").get_attribute("href").startswith("/login/")
    ben.sign_in()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    ben.said("Saved record")
    flag = Verdict.objects.get()
    assert (flag.by, flag.reasons, flag.note) == (people["ben"], ["direct_identifier"], "her number")
    ben.at(records[1])


def test_a_hold_that_runs_out_is_seen_and_can_be_taken_again(
    world: World, at_desk: Desk, people: Any, settings: Any
) -> None:
    settings.CLAIM_SECONDS = 1
    records, ben = put_on_desk(world, rows_of_artefact(world, 3)), at_desk("ben")
    page = ben.open(world)
    page.route("**/hold/", lambda route: route.abort())  # an answer on its way would hold it again by itself
    ben.at(records[0])
    expect(page.locator("[data-hold-words]")).to_contain_text("Your hold ran out")
    page.unroute("**/hold/")
    settings.CLAIM_SECONDS = 100
    again = page.get_by_role("button", name="Hold it again")
    again.focus()
    page.wait_for_timeout(1500)
    expect(again).to_be_focused()
    again.click()
    expect(page.locator("[data-hold-words]")).to_contain_text("held for 1:")
    ben.press("1")
    ben.at(records[1])
    ben.said("Saved record")
    assert verdicts(people["ben"]) == [(records[0].position, "clean")]


def test_a_record_is_held_for_as_long_as_somebody_is_at_the_desk(
    world: World, at_desk: Desk, people: Any, settings: Any
) -> None:
    settings.CLAIM_SECONDS = 3
    records, ben = put_on_desk(world, rows_of_artefact(world, 3)), at_desk("ben")
    page = ben.open(world)
    for _ in range(10):
        page.wait_for_timeout(400)
        page.mouse.move(300, 300)
    expect(page.locator("[data-hold-words]")).to_contain_text("held for 0:0")
    records[0].refresh_from_db()
    assert records[0].lease_until > timezone.now()


def test_a_late_verdict_is_saved_while_nobody_else_has_the_record(
    world: World, at_desk: Desk, people: Any, settings: Any
) -> None:
    settings.CLAIM_SECONDS = 1
    records, ben = put_on_desk(world, rows_of_artefact(world, 3)), at_desk("ben")
    page = ben.open(world)
    expect(page.locator("[data-hold-words]")).to_contain_text("Your hold ran out")
    ben.press("1")
    ben.at(records[1])
    ben.said("Saved record")
    assert verdicts(people["ben"]) == [(records[0].position, "clean")]


def test_a_late_verdict_on_a_record_that_went_to_somebody_else_is_refused_in_words_and_stays_on_the_page(
    world: World, at_desk: Desk, people: Any, settings: Any
) -> None:
    settings.CLAIM_SECONDS = 1
    records, ben = put_on_desk(world, rows_of_artefact(world, 3)), at_desk("ben")
    page = ben.open(world)
    expect(page.locator("[data-hold-words]")).to_contain_text("Your hold ran out")
    settings.CLAIM_SECONDS = 100
    assert claim_record(world.review, by=people["bea"]) == records[0]
    ben.press("2", "b", "n")
    page.keyboard.type("too close")
    ben.press("Control+Enter")
    expect(page.locator("[data-notice]")).to_contain_text("it went to somebody else")
    assert page.locator("[data-card]").get_attribute("data-card") == str(records[0].pk)
    assert page.input_value("#note") == "too close"
    page.get_by_role("button", name="Go on with the next record").click()
    ben.at(records[1])
    ben.press("1")
    ben.at(records[2])
    ben.said(f"Saved record {records[1].position}")
    assert verdicts(people["ben"]) == [(records[1].position, "clean")]


def test_a_refused_verdict_comes_back_and_what_was_judged_after_it_is_saved(
    world: World, at_desk: Desk, people: Any, settings: Any
) -> None:
    settings.CLAIM_SECONDS = 1
    records, ben = put_on_desk(world, rows_of_artefact(world, 4)), at_desk("ben")
    page = ben.open(world)
    expect(page.locator("[data-hold-words]")).to_contain_text("Your hold ran out")
    settings.CLAIM_SECONDS = 100
    assert claim_record(world.review, by=people["bea"]) == records[0]
    ben.context.set_offline(True)
    ben.press("1")
    ben.at(records[1])
    ben.press("3", "i", "Control+Enter")
    ben.context.set_offline(False)
    expect(page.locator("[data-notice]")).to_contain_text("it went to somebody else")
    with eventually(page) as until:
        until(lambda: verdicts(people["ben"]) == [(records[1].position, "unrealistic")])
    page.get_by_role("button", name="Go on with the next record").click()
    ben.at(records[2])


def test_two_people_judge_at_once_and_no_record_twice(world: World, at_desk: Desk, people: Any) -> None:
    put_on_desk(world, rows_of_artefact(world, 20))
    both = [at_desk("ben"), at_desk("bea")]
    for one in both:
        one.open(world)
    for _ in range(600):
        for one in both:
            if one.page.locator("#desk:not([aria-busy=true]) #clean-button").count():
                one.press("1")
        if all(one.page.locator("[data-empty]").count() for one in both):
            break
        both[0].page.wait_for_timeout(30)
    with eventually(both[0].page) as until:
        until(lambda: Verdict.objects.count() == 20)
    judged = [verdicts(people[name]) for name in ("ben", "bea")]
    assert len({position for one in judged for position, _ in one}) == 20
    assert min(len(one) for one in judged) >= 5
    assert [said for one in both for said in one.complaints] == []


def test_the_back_button_shows_the_record_that_is_held_and_judges_nothing(
    world: World, at_desk: Desk, people: Any
) -> None:
    records, ben = put_on_desk(world, rows_of_artefact(world, 4)), at_desk("ben")
    ben.page.goto(f"{ben.address}/reviews/")
    page = ben.open(world)
    ben.at(records[0])
    ben.press("1")
    ben.said("Saved record")
    page.go_back()
    expect(page.get_by_role("heading", name="Reviews")).to_be_visible()
    page.go_forward()
    ben.at(records[1])
    ben.press("1")
    ben.at(records[2])
    ben.said(f"Saved record {records[1].position}")
    assert verdicts(people["ben"]) == [(one.position, "clean") for one in records[:2]]


def test_a_review_that_closes_meanwhile_says_so_and_keeps_what_was_typed(
    world: World, at_desk: Desk, people: Any
) -> None:
    records, ben = put_on_desk(world, rows_of_artefact(world, 3)), at_desk("ben")
    page = ben.open(world)
    ben.at(records[0])
    Review.objects.filter(pk=world.review.pk).update(status="rejected")
    ben.press("2", "b", "n")
    page.keyboard.type("a neighbour")
    ben.press("Control+Enter")
    expect(page.locator("[data-notice]")).to_contain_text("not saved")
    expect(page.locator("[data-errors]")).to_contain_text("its verdicts are frozen")
    assert page.input_value("#note") == "a neighbour"
    assert verdicts(people["ben"]) == []
