"""Signing in, in a real browser: code, passkey, identity provider, one's browsers; and again at the signature."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from reviews.engine.gate.conditions import WAIVABLE
from reviews.engine.reading.judgement import Judgement
from reviews.models import Release
from reviews.stages.gate import gate_conditions, waive_condition
from reviews.stages.review import claim_record, judge_record
from synthportal.models import Person, Session
from synthportal.people.sign_in.sessions import SessionStore
from tests.cast import PASSWORD, World
from tests.conftest import CHROMIUM
from tests.e2e.conftest import listen
from tests.synthportal.people.identity import code_at
from tests.synthportal.people.provider import Provider, provider

SHOTS = os.environ.get("SYNTHPORTAL_SHOTS", "")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's loop runs in the thread that looks into the database
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def opened(browser: Browser, live_server: Any, people: dict[str, Person]) -> Iterator[Callable[..., Page]]:
    """A new browser window of somebody, whose console stays clean."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def page(heard: bool = True) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=live_server.url)
        context.set_default_timeout(60_000)
        contexts.append(context)
        made = context.new_page()
        if heard:  # what a page of somebody else's complains of is not ours
            complaints.append(listen(made))
        return made

    yield page
    for context in contexts:
        context.close()
    # A question is a refusal until it is answered, which the browser's console notes.
    assert [said for heard in complaints for said in heard if "403" not in said and "422" not in said] == []


def shot(page: Page, name: str) -> None:
    """The page as on a desk and as on a phone; it scrolls sideways on neither."""
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        if SHOTS:
            page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}.png"), full_page=True)


def sign_in(page: Page, name: str) -> None:
    page.goto("/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def grow_old(minutes: float) -> None:
    """Everybody's sign-in was so long ago."""
    for row in Session.objects.filter(person__isnull=False):
        values = SessionStore().decode(row.session_data)
        values["signed_in_at"] -= 60 * minutes
        row.session_data = SessionStore().encode(values)
        row.save()


def test_a_code_after_the_password_and_a_browser_that_is_ended(opened):
    first = opened()
    sign_in(first, "ana")
    first.goto("/account/sign-in/")
    first.get_by_role("link", name="Set up an app").click()
    shot(first, "app")
    secret = first.locator("code.wrap").inner_text()
    first.get_by_label("Authenticator code").fill(code_at(secret))
    first.get_by_role("button", name="Turn it on").click()
    expect(first.get_by_role("heading", name="Recovery codes")).to_be_visible()
    shot(first, "codes")
    codes = first.locator("main li code").all_inner_texts()
    second = opened()
    sign_in(second, "ana")
    expect(second.get_by_role("heading", name="Your second factor")).to_be_visible()
    shot(second, "second-factor")
    second.get_by_label("Code").fill("000000")
    second.get_by_role("button", name="Go on").click()
    expect(second.get_by_text("This code is not right")).to_be_visible()
    second.get_by_label("Code").fill(codes[0])
    second.get_by_role("button", name="Go on").click()
    expect(second).to_have_url("/")
    first.goto("/account/sign-in/")
    expect(first.get_by_text("this browser")).to_have_count(1)
    shot(first, "browsers")
    first.get_by_role("button", name="Sign out there").click()
    second.goto("/account/")
    expect(second.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_passkey_signs_in_alone_and_confirms(opened):
    page = opened()
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    has = {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    options = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True, **has}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page, "cleo")
    page.goto("/account/sign-in/passkeys/new/")
    shot(page, "passkey")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.context.clear_cookies()
    page.goto("/login/")
    shot(page, "sign-in")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url("/")
    grow_old(6)
    page.goto("/account/")
    page.get_by_label("Name").fill("notebook")
    page.get_by_role("button", name="Create token").click()
    page.get_by_role("button", name="Confirm with a passkey").click()
    expect(page.get_by_role("heading", name="Your new token")).to_be_visible()


def test_the_signature_asks_again_and_keeps_what_was_ticked(opened, world: World, people):
    while record := claim_record(world.review, by=people["ben"]):
        judge_record(record, Judgement("clean"), token=record.token, by=people["ben"])
    unmet = {line.name for line in gate_conditions(world.run) if not line.met}
    for condition in unmet.intersection(WAIVABLE):
        waive_condition(world.run, condition, reason="Good enough to try the tools.", by=people["cora"])
    page = opened()
    sign_in(page, "cleo")
    expect(page).to_have_url("/")
    page.goto(f"/runs/{world.run.pk}/gate/")
    for box in page.locator("input[name=seen]").all():
        box.check(force=True)
    grow_old(6)
    page.get_by_role("button", name="Sign and release").click()
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    shot(page, "confirm")
    assert not Release.objects.exists()
    page.get_by_label("Password").fill("not this")
    page.get_by_role("button", name="Confirm and go on").click()
    expect(page.get_by_text("This is not your password.")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm and go on").click()
    expect(page.get_by_text("is signed. Its files")).to_be_visible()
    assert Release.objects.get().released_by == people["cleo"]


@pytest.fixture(scope="module")
def there() -> Iterator[Provider]:
    with provider() as running:
        yield running


def test_the_identity_provider_signs_in(opened, there, settings):
    settings.OIDC_URL, settings.OIDC_NAME, settings.OIDC_ROLES = there.url, "Example", "data-team=owner"
    app = {"provider_id": "provider", "name": "Example", "client_id": "portal", "secret": "s"}
    app["settings"] = {"server_url": there.url}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    there.knows("2001", preferred_username="mira", name="Mira Okafor", groups=["data-team"])
    page = opened(heard=False)
    page.goto("/datasets/")
    shot(page, "sign-in-with")
    page.get_by_role("link", name="Sign in with Example").click()
    page.locator("input[name=sub]").first.fill("2001")
    page.locator("button[type=submit]").first.click()
    expect(page).to_have_url("/datasets/")
    expect(page.get_by_text("Mira Okafor").first).to_be_visible()


def test_an_administrator_makes_a_team(opened, world: World):
    page = opened()
    sign_in(page, "root")
    page.goto("/people/teams/")
    page.get_by_label("Name").fill("Incomes")
    page.get_by_label("cleo: steward").check()
    page.get_by_label("incomes (").check()
    shot(page, "teams")
    page.get_by_role("button", name="Make the team").click()
    expect(page.get_by_text("It holds from now on.")).to_be_visible()
    expect(page.get_by_role("link", name="Incomes")).to_be_visible()
