"""static/app.js in a real browser on the real templates: keys of the desk, one submit at a time, errors in place.

The browser's router plays the server, so that latency and refusals can be chosen; tests/e2e walks the real views.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import django_htmx
import pytest
from django.template.loader import render_to_string

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, Route, expect, sync_playwright

from tests.conftest import CHROMIUM

ROOT = Path(__file__).resolve().parents[2]
HTMX = Path(django_htmx.__file__).parent / "static"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'"
)
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

pytestmark = pytest.mark.browser


def desk_context(position: int, **extra: object) -> dict[str, object]:
    reasons = {"leakage": "ab", "unrealistic": "ef"}
    offered = {kind: [{"value": f"reason-{k}", "label": k, "key": k} for k in keys] for kind, keys in reasons.items()}
    urls = {"verdict_url": "/verdict/", "skip_url": "/skip/", "undo_url": "/undo/", "token": "7"}
    rows = [{"id": "c0", "name": "age", "value": "47"}, {"id": "c1", "name": "note", "value": "<b>bold</b>"}]
    place = {"title": "claims / run 4", "position": position, "total": 416, "judged": position - 1}
    return {**place, **offered, "decision": urls, "record": {"rows": rows}, "csrf_token": "t", **extra}


class Portal:
    """What the browser asked for, and what it is answered."""

    def __init__(self, page: Page) -> None:
        self.page, self.posts, self.status, self.held = page, [], 200, None
        page.route("**/*", self.answer)

    def answer(self, route: Route) -> None:
        path = "/" + route.request.url.split("/", 3)[3].split("?")[0]
        if path.startswith("/static/"):
            local = HTMX if "django_htmx" in path else ROOT / "static"
            file = local / path.removeprefix("/static/")
            route.fulfill(body=file.read_bytes(), content_type=KINDS[file.suffix])
        elif route.request.method == "POST":
            self.posts.append((path, parse_qs(route.request.post_data or "")))
            if self.held is None:
                self.fulfil(route)
            else:
                self.held.append(route)
        else:
            body = f"{base_with(render_to_string('components/desk.html', desk_context(1)))}"
            route.fulfill(body=body, content_type="text/html", headers={"Content-Security-Policy": POLICY})

    def fulfil(self, route: Route) -> None:
        route.fulfill(status=self.status, body=self.fragment(), content_type="text/html")

    def fragment(self) -> str:
        if self.status != 200:
            return render_to_string(f"{self.status}.html", {"reasons": ["Your hold on this record has run out."]})
        return render_to_string("components/desk.html", desk_context(2, saved="Saved, record 2 of 416"))

    @property
    def verdicts(self) -> list[dict[str, list[str]]]:
        return [fields for path, fields in self.posts if path == "/verdict/"]


def base_with(content: str) -> str:
    base = render_to_string("base.html")
    return base.replace("</main>", f"{content}</main>")


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def portal(browser) -> Iterator[Portal]:
    page = browser.new_page(base_url="http://portal.test")
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda m: faults.append(m.text) if "Content Security Policy" in m.text else None)
    portal = Portal(page)
    page.goto("/desk/")
    yield portal
    page.close()
    assert faults == []


def settled(page: Page) -> None:
    expect(page.locator(".desk h1")).to_contain_text("record 2 of 416")


def test_one_saves_clean_at_once_and_says_so(portal):
    portal.page.keyboard.press("1")
    expect(portal.page.locator(".verdict--clean")).to_have_class("verdict verdict--clean is-met is-pressed")
    settled(portal.page)
    expect(portal.page.locator("#live")).to_have_text("Saved, record 2 of 416")
    assert [(v["verdict"], v["token"]) for v in portal.verdicts] == [(["clean"], ["7"])]


def test_two_then_a_letter_then_control_enter_saves_a_leak_with_reason_field_and_note(portal):
    page = portal.page
    page.keyboard.press("2")
    page.keyboard.press("a")
    page.get_by_text("note", exact=True).first.click()
    page.fill("#note", "looks like 1 of the 3 in the file")
    page.keyboard.press("Control+Enter")
    settled(page)
    saved = portal.verdicts
    assert len(saved) == 1
    assert (saved[0]["verdict"], saved[0]["reasons"], saved[0]["fields"]) == (["leakage"], ["reason-a"], ["c1"])
    assert saved[0]["note"] == ["looks like 1 of the 3 in the file"]


def test_after_saving_from_the_note_the_next_key_judges_the_next_record(portal):
    page = portal.page
    page.keyboard.press("2")
    page.fill("#note", "a name")
    page.keyboard.press("Control+Enter")
    settled(page)
    page.keyboard.press("1")
    expect(page.locator("#clean-button")).to_have_class("verdict verdict--clean is-met is-pressed")
    assert page.input_value("#note") == ""


def test_a_button_keeps_the_focus_from_record_to_record(portal):
    portal.page.focus("#clean-button")
    portal.page.keyboard.press("Enter")
    settled(portal.page)
    expect(portal.page.locator("#clean-button")).to_be_focused()


def test_a_letter_does_nothing_before_its_verdict_is_chosen(portal):
    portal.page.keyboard.press("a")
    assert portal.page.locator("[name=reasons]:checked").count() == 0
    portal.page.keyboard.press("3")
    portal.page.keyboard.press("a")
    portal.page.keyboard.press("e")
    assert portal.page.locator("[name=reasons]:checked").evaluate_all("all => all.map(e => e.value)") == ["reason-e"]


def test_changing_the_verdict_clears_the_reasons_of_the_other(portal):
    for key in "2a3f":
        portal.page.keyboard.press(key)
    assert portal.page.locator(".flags input:checked").evaluate_all("all => all.map(e => e.value)") == [
        "unrealistic",
        "reason-f",
    ]


def test_keys_rest_while_typing_and_in_the_dialog(portal):
    page = portal.page
    page.focus("#note")
    page.keyboard.type("1s2z")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#desk-help")).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("Escape")
    expect(page.locator("#desk-help")).to_be_hidden()
    assert page.input_value("#note") == "1s2z"
    assert portal.posts == []


def test_a_held_key_judges_one_record(portal):
    portal.page.keyboard.down("1")
    for _ in range(20):
        portal.page.keyboard.down("1")
    settled(portal.page)
    for _ in range(20):
        portal.page.keyboard.down("1")
    portal.page.keyboard.up("1")
    assert len(portal.verdicts) == 1


def test_a_double_click_and_a_key_in_flight_send_one_verdict(portal):
    portal.held = []
    portal.page.locator(".verdict--clean").dblclick()
    portal.page.keyboard.press("s")
    portal.fulfil(portal.held.pop())
    settled(portal.page)
    assert [path for path, _ in portal.posts] == ["/verdict/"]


@pytest.mark.parametrize("keys", ["z", "Control+z"])
def test_undo_has_two_keys(portal, keys):
    portal.page.keyboard.press(keys)
    settled(portal.page)
    assert [path for path, _ in portal.posts] == ["/undo/"]


def test_a_refusal_is_said_beside_the_form_and_nothing_is_lost(portal):
    portal.status = 409
    page = portal.page
    page.keyboard.press("2")
    page.keyboard.press("b")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#flag .form-error")).to_have_text("Your hold on this record has run out.")
    assert page.locator("[name=reasons]:checked").input_value() == "reason-b"
    portal.status = 200
    page.keyboard.press("Control+Enter")
    settled(page)
    assert len(portal.verdicts) == 2


def test_keys_can_be_switched_off(portal):
    portal.page.locator("#desk").evaluate("desk => { desk.dataset.keys = 'off'; }")
    portal.page.keyboard.press("1")
    portal.page.keyboard.press("s")
    assert portal.posts == []


def test_a_cell_is_shown_as_text(portal):
    expect(portal.page.locator(".record__value").nth(1)).to_have_text("<b>bold</b>")
    assert portal.page.locator(".record b").count() == 0


@pytest.mark.parametrize("size", [(1280, 720), (390, 844), (360, 740)])
def test_the_decision_fits_the_window_without_scrolling(portal, size):
    page = portal.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    low = page.locator("[data-key='s']").bounding_box()
    assert low["y"] + low["height"] <= size[1]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


UPLOAD = (
    '<form id="up" method="post" action="/upload/" enctype="multipart/form-data" hx-boost="true" data-upload>'
    '<input type="file" name="file"><div data-upload-progress hidden><progress value="0" max="1"></progress>'
    "<span data-upload-line></span><button type='button' data-upload-cancel>Cancel upload</button></div>"
    '<p class="form-error"></p><button id="send">Upload</button></form>'
)


def test_an_upload_can_be_cancelled_and_says_that_nothing_was_kept(portal, tmp_path):
    page = portal.page
    page.evaluate("html => { document.querySelector('main').innerHTML = html; htmx.process(document.body); }", UPLOAD)
    big = tmp_path / "big.csv"
    big.write_bytes(b"a,b\n" * 1000)
    portal.held = []
    page.set_input_files("#up [type=file]", big)
    page.click("#send")
    expect(page.locator("[data-upload-progress]")).to_be_visible()
    page.click("[data-upload-cancel]")
    expect(page.locator("[data-upload-progress]")).to_be_hidden()
    expect(page.locator("#live")).to_have_text("Upload cancelled, nothing was kept")
    assert page.get_attribute("#up", "aria-busy") is None
