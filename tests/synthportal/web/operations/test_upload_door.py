"""What the proxy is told before it passes on a byte of an upload: whether this door opens to this person or token."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from synthportal.models import AuditEvent
from synthportal.people.tokens.scopes import Scope
from synthportal.people.tokens.tokens import create_token

SIGNED_IN = "/api/v1/signed-in/"
API, PAGE, SCAN = "/api/v1/datasets/", "/datasets/new/", "/scan/"


def asked(client: Client, address: str, method: str = "POST", token: str = ""):
    headers = {"x-asked-address": address, "x-asked-method": method}
    return client.get(SIGNED_IN, headers=headers | ({"authorization": f"Bearer {token}"} if token else {}))


@pytest.mark.parametrize("address", [API, PAGE, f"{PAGE}?like=1", "/datasets/n%65w/"])
@pytest.mark.parametrize(("who", "code"), [("ana", 204), ("ben", 403), ("cleo", 403), ("dan", 403), ("root", 403)])
def test_the_door_of_a_new_dataset_opens_to_owners_alone(client_of, address, who, code):
    assert asked(client_of(who), address).status_code == code


def test_what_needs_no_role_opens_to_everybody_who_is_signed_in(client_of, db):
    assert asked(client_of("nobody"), SCAN).status_code == 204
    assert asked(Client(), SCAN).status_code == 401


@pytest.mark.parametrize(
    "address", ["/account/", "/nowhere/", "//datasets/new/", "/api/v1/runs/", "/" + "free text " * 19]
)
def test_where_no_file_is_taken_no_door_opens_and_the_trail_keeps_no_address_that_was_made_up(client_of, address):
    assert asked(client_of("ana"), address).status_code == 403
    assert not AuditEvent.objects.filter(action="refused").exists()


def test_a_page_that_is_only_looked_at_needs_no_door(client_of):
    """Whoever has not the role reads on the page itself why."""
    assert asked(client_of("dan"), PAGE, method="GET").status_code == 204


def test_a_refusal_is_told_in_a_header_and_kept_in_the_trail_under_the_address_that_was_asked_for(client_of):
    answer = asked(client_of("dan"), API)
    told = json.loads(answer["X-Refusal"])
    assert told == answer.json()
    assert (told["status"], told["detail"]) == (403, "This needs the role owner.")
    assert AuditEvent.objects.filter(action="refused").latest("seq").subject_id == API


@pytest.mark.parametrize(
    ("scope", "address", "code"),
    [(Scope.UPLOAD, API, 204), (Scope.READ, API, 403), (Scope.REVIEW, API, 403), (Scope.UPLOAD, PAGE, 401)],
)
def test_a_token_is_held_to_the_request_that_waits(people, scope, address, code):
    """One that may only upload opens the door, though it may not read; and no token opens a page."""
    secret = create_token(people["ana"], "pipeline", days=1, scopes=[scope])[1]
    answer = asked(Client(), address, token=secret)
    assert answer.status_code == code
    if code == 403:
        assert "Make one with the scope upload." in json.loads(answer["X-Refusal"])["detail"]


def test_a_token_of_somebody_without_the_role_opens_nothing(people):
    secret = create_token(people["dan"], "pipeline", days=1, scopes=[Scope.UPLOAD])[1]
    assert asked(Client(), API, token=secret).status_code == 403
