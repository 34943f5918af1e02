"""static/app.js in a real browser on the real templates: one submit at a time, errors in place, uploads.

The browser's router plays the server, so that latency and refusals can be chosen; tests/e2e walks
the real views and the desk.
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

ROOT = Path(__file__).resolve().parents[3]
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


PAGE = (
    '<form method="post" action="/post/" hx-post="/post/"><button id="send">Send</button>'
    '<p class="form-error"></p></form>'
)


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
            route.fulfill(body=base_with(PAGE), content_type="text/html", headers={"Content-Security-Policy": POLICY})

    def fulfil(self, route: Route) -> None:
        body = (
            "Sent." if self.status == 200 else render_to_string(f"{self.status}.html", {"reasons": ["It is closed."]})
        )
        route.fulfill(status=self.status, body=body, content_type="text/html")


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
    page.goto("/form/")
    yield portal
    page.close()
    assert faults == []


def test_a_double_click_sends_a_form_once(portal):
    portal.held = []
    portal.page.locator("#send").dblclick()
    portal.fulfil(portal.held.pop())
    expect(portal.page.get_by_text("Sent.")).to_be_visible()
    assert [path for path, _ in portal.posts] == ["/post/"]


def test_a_refusal_is_said_beside_the_form_and_it_can_be_sent_again(portal):
    portal.status = 409
    portal.page.click("#send")
    expect(portal.page.locator(".form-error")).to_have_text("It is closed.")
    portal.status = 200
    portal.page.click("#send")
    expect(portal.page.get_by_text("Sent.")).to_be_visible()
    assert len(portal.posts) == 2


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
