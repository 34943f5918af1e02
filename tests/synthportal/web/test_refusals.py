"""Errors that have a reason are told as one, on pages and in the API; what nobody expected is told without a detail."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from reviews.models import Review
from synthportal.models import ApiToken, Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role

DEEP = "[" * 100_000
PROBLEM = "application/problem+json"


@pytest.fixture
def full_disk(transactional_db) -> Iterator[Client]:
    """A steward at a portal whose database may not grow by a page: SQLite says that it, or the disk, is full."""
    if connection.vendor != "sqlite":
        pytest.skip("a full disk is made by a limit of SQLite's")
    cleo = Person.objects.create_user("cleo", password="correct horse")
    grant(cleo, Role.STEWARD)
    client = Client()
    client.force_login(cleo, backend="django.contrib.auth.backends.ModelBackend")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # no page that an earlier test left empty is to be filled first
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        yield client
        cursor.execute("PRAGMA max_page_count = 1073741823")


def test_json_that_is_nested_a_hundred_thousand_deep_is_a_bad_request(client_of):
    answer = client_of("cleo").post("/api/v1/policies/", DEEP, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert "nested too deeply" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/api/v1/nowhere/", "/api/nothing"])
def test_an_address_of_the_api_that_leads_nowhere_answers_as_the_api_does(client_of, path):
    answer = client_of("ana").get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)


def test_a_fault_in_the_api_is_told_as_json_and_without_its_words(client_of, monkeypatch):
    monkeypatch.setattr("generation.api.datasets.datasets_for", lambda _: 1 / 0)
    client = client_of("ana")
    client.raise_request_exception = False
    answer = client.get("/api/v1/datasets/")
    assert (answer.status_code, answer["Content-Type"]) == (500, PROBLEM)
    assert "division" not in answer.content.decode()
    page = client.get("/nowhere/")
    assert (page.status_code, page["Content-Type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.both
def test_what_a_guard_of_the_database_refuses_is_told_in_its_words(world, client_of, monkeypatch):
    """Of two at once, the later one meets the guard: here the review closes after the undoing has looked at it."""
    client, review = client_of("ben"), f"/api/v1/reviews/{world.review.pk}"
    held = client.post(f"{review}/claim/").json()
    verdict = {"token": held["token"], "verdict": "clean"}
    said = client.post(f"/api/v1/records/{held['id']}/verdict/", verdict, content_type="application/json")
    assert said.status_code == 201

    def closes(*_: object) -> None:
        Review.objects.update(status=Review.Status.REJECTED, closed_at=timezone.now())

    monkeypatch.setattr("reviews.stages.undo.one_claim_at_a_time", closes)
    monkeypatch.setattr("reviews.stages.undo.require_desk", lambda *_: None)
    answer = client.post(f"{review}/undo/")
    assert (answer.status_code, answer["Content-Type"]) == (409, PROBLEM)
    assert "The review is closed: its verdicts are frozen." in answer.content.decode()


def test_a_full_disk_is_said_on_pages_and_in_the_api_and_nothing_is_changed(full_disk):
    client = full_disk
    token = {"name": "pipeline" * 9, "days": 30, "scopes": ["read"]}
    pages = [client.post("/account/", token) for _ in range(200)]
    told = [answer for answer in pages if answer.status_code == 409]
    assert told
    assert {answer.status_code for answer in pages} == {200, 409}
    assert "disk is full" in told[0].content.decode()
    assert ApiToken.objects.count() == len(pages) - len(told)
    rule = {"tier": "quick", "changes": {"claim": "x" * 5000}, "reason": "To see what a full disk says."}
    answer = client.post("/api/v1/policies/", rule, content_type="application/json")
    assert answer["Content-Type"] == PROBLEM
    assert answer.status_code in {400, 409}


@pytest.mark.parametrize("path", ["/", "/login/", "/datasets/", "/api/v1/datasets/", "/nowhere/", "/api/v1/nowhere/"])
def test_nothing_of_the_portal_is_kept_by_a_browser_and_no_page_may_use_a_device(client_of, path):
    answer = client_of("ana").get(path)
    assert "no-store" in answer["Cache-Control"] or "no-cache" in answer["Cache-Control"]
    assert "camera=()" in answer["Permissions-Policy"]
