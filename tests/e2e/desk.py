"""A desk to work at in a real browser: records of any kind in the world's review, and people who judge them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from generation.engine.tables.loading import rows_at
from reviews import models
from reviews.models import ReviewRecord, Verdict
from reviews.repositories.samples import encode_record
from synthportal.models import Person
from synthportal.storage.vault import open_sealed, seal_value
from tests.cast import World
from tests.conftest import CHROMIUM
from tests.e2e.conftest import listen

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
# Playwright's own loop runs in the thread of the tests, which makes Django suspect an asynchronous caller.
ASYNC = "DJANGO_ALLOW_ASYNC_UNSAFE"
SENT = """() => new Promise((done) => {
    const look = (times) => (typeof unsent === "undefined" || !(unsent.length || post.isSending) || !times)
        ? done() : setTimeout(look, 20, times - 1);
    look(100);
})"""
Desk = Callable[..., "Annotator"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a module."""
    before = os.environ.get(ASYNC)
    os.environ[ASYNC] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()
    os.environ.pop(ASYNC) if before is None else os.environ.update({ASYNC: before})


def rows_of_artefact(world: World, number: int) -> list[dict[str, Any]]:
    """Records of the world's artefact that are not in its sample."""
    free = _free_rows(world)[:number]
    with open_sealed(world.dataset.key_id, world.run.artefact_sha256) as artefact:
        return rows_at(artefact, free)


def _free_rows(world: World) -> list[int]:
    taken = set(world.review.records.values_list("row", flat=True))
    return [row for row in range(world.run.artefact_rows or 0) if row not in taken]


def put_on_desk(world: World, contents: Sequence[dict[str, Any]]) -> list[ReviewRecord]:
    """These records wait, in this order, and all that were there before count as judged."""
    world.review.records.update(state="judged")
    last = world.review.records.order_by("-position").values_list("position", flat=True)[0]
    made = []
    for number, (row, content) in enumerate(zip(_free_rows(world), contents, strict=False), start=1):
        one = ReviewRecord(review=world.review, lane="random", row=row, position=last + number)
        one.sealed = seal_value(world.dataset.key_id, encode_record(content), one.pk.bytes)
        one.save(force_insert=True)
        made.append(one)
    _recount(world)
    return made


def _recount(world: World) -> None:
    """The review's counters follow what was put on its desk past the verbs; `cleo` stands for who judged the rest."""
    if not hasattr(models, "Tally"):
        return
    records, judged = world.review.records, world.review.records.filter(state="judged")
    world.review.places = dict(Counter(records.values_list("lane", flat=True)))
    world.review.save(update_fields=["places"])
    cleo = Person.objects.get(username="cleo")
    for lane, number in Counter(judged.values_list("lane", flat=True)).items():
        models.Tally.objects.create(review=world.review, person=cleo, lane=lane, judged=number)


class Annotator:
    """Somebody at the desk, in a browser of their own, whose console is remembered."""

    def __init__(self, context: BrowserContext, address: str, person: Person) -> None:
        self.context, self.address, self.person = context, address, person
        self.page: Page = context.new_page()
        self.complaints = listen(self.page)
        self.sign_in()

    def sign_in(self) -> None:
        client = Client()
        client.force_login(self.person, backend="django.contrib.auth.backends.ModelBackend")
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.address}])

    def sign_out(self) -> None:
        self.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    def open(self, world: World) -> Page:
        self.page.goto(f"{self.address}/reviews/{world.review.pk}/")
        return self.page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def at(self, record: ReviewRecord) -> None:
        """Wait until this record is on the desk and can be judged."""
        expect(self.page.locator(f"#desk:not([aria-busy=true]) > [data-card='{record.pk}']")).to_be_visible()

    def said(self, words: str) -> None:
        expect(self.page.locator("#live")).to_contain_text(words)

    def shot(self, path: Path) -> None:
        self.page.screenshot(path=str(path))


@pytest.fixture
def at_desk(browser: Browser, live_server: Any, people: dict[str, Person]) -> Iterator[Desk]:
    """`at_desk("ben")` sits somebody down; further words go to the browser's context."""
    contexts: list[BrowserContext] = []

    def sit_down(name: str, **options: Any) -> Annotator:
        context = browser.new_context(**{"viewport": {"width": 1366, "height": 768}, **options})
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Annotator(context, live_server.url, people[name])

    yield sit_down
    for context in contexts:
        for page in context.pages:  # nothing may reach the database after the test
            page.evaluate(SENT)
        context.close()


def verdicts(person: Person) -> list[tuple[int, str]]:
    """(position, decision) of a person's standing verdicts, in the order of the records."""
    standing = Verdict.objects.filter(by=person, undone_at__isnull=True).order_by("record__position")
    return list(standing.values_list("record__position", "decision"))


@contextmanager
def eventually(page: Page, seconds: float = 10.0) -> Iterator[Callable[[Callable[[], bool]], None]]:
    """Wait for something outside the page, such as a row in the database."""

    def until(is_so: Callable[[], bool]) -> None:
        for _ in range(int(seconds / 0.05)):
            if is_so():
                return
            page.wait_for_timeout(50)
        raise AssertionError("It did not come about.")

    yield until
