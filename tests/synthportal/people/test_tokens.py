"""API tokens and passwords against theft and guessing."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import serializers
from django.test import Client
from django.utils import timezone

from synthportal.errors import Conflict
from synthportal.models import ApiToken, AuditEvent
from synthportal.people.tokens.tokens import MOST_DAYS, create_token, find_token, revoke_token
from tests.cast import PASSWORD

LIST = "/api/v1/datasets/"


def call(secret: str, method: str = "get", path: str = LIST, **body: object):
    headers = {"authorization": f"Bearer {secret}"}
    if method == "get":
        return Client().get(path, headers=headers)
    return Client().post(path, json.dumps(body), content_type="application/json", headers=headers)


@pytest.fixture
def made(people):
    return create_token(people["ana"], "notebook", days=3, can_write=False)


def test_a_token_opens_the_api_for_its_person(made):
    assert call(made[1]).status_code == 200


def test_no_dump_of_the_database_holds_a_usable_token(made):
    secret = made[1]
    rows = [row for model in apps.get_models() for row in model._default_manager.all()]
    dump = serializers.serialize("json", rows)
    assert made[0].digest in dump
    assert secret not in dump
    assert secret.removeprefix("sp_")[6:] not in dump
    assert call(made[0].digest).status_code == 401


def test_only_the_first_characters_of_a_secret_are_kept_to_recognise_it(made):
    token, secret = made
    assert secret.startswith("sp_")
    assert token.prefix == secret[:8]
    assert len(secret) == 46  # sp_ and 32 random bytes in base64


def test_a_token_that_may_only_read_changes_nothing(made, people):
    answer = call(made[1], "post", "/api/v1/runs/00000000-0000-0000-0000-000000000000/cancel/")
    assert answer.status_code == 403
    assert "may only read" in answer.json()["detail"]
    writing = create_token(people["ana"], "pipeline", days=3, can_write=True)[1]
    assert call(writing, "post", "/api/v1/runs/00000000-0000-0000-0000-000000000000/cancel/").status_code == 404


@pytest.mark.parametrize("secret", ["", "sp_", "sp_" + "A" * 43, "Bearer", "\u00e9", "a" * 9_000])
def test_an_unknown_token_is_not_signed_in(db, secret):
    answer = Client().get(LIST, headers={"authorization": f"Bearer {secret}"})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer["Content-Type"].startswith("application/problem+json")


def test_an_expired_token_is_not_signed_in(made):
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert call(made[1]).status_code == 401


def test_a_revoked_token_is_not_signed_in_from_that_moment_on(made, people):
    revoke_token(made[0], by=people["ana"])
    assert call(made[1]).status_code == 401
    assert find_token(made[1]) is None
    assert AuditEvent.objects.filter(action="token revoked").count() == 1


def test_a_person_who_left_is_not_signed_in(made, people):
    people["ana"].is_active = False
    people["ana"].save()
    assert call(made[1]).status_code == 401


def test_nobody_revokes_the_token_of_another(made, people):
    with pytest.raises(Conflict, match="owner"):
        revoke_token(made[0], by=people["cleo"])
    assert call(made[1]).status_code == 200


@pytest.mark.parametrize(("name", "days"), [("", 3), ("x", 0), ("x", MOST_DAYS + 1), (" ", 3)])
def test_a_token_has_a_name_and_lives_at_most_a_year(people, name, days):
    with pytest.raises(Conflict, match="1 to 365 days"):
        create_token(people["ana"], name, days=days, can_write=False)


def test_a_token_in_the_address_opens_nothing(made):
    assert Client().get(f"{LIST}?token={made[1]}&Authorization=Bearer%20{made[1]}").status_code == 401


@pytest.fixture
def guarded(people, settings):
    """Lock-out as in the running portal; the other tests sign in freely."""
    settings.AXES_ENABLED = True


def sign_in(password: str, name: str = "ana", **headers: str):
    return Client().post("/login/", {"username": name, "password": password}, headers=headers)


def test_the_right_password_signs_in(guarded):
    assert sign_in(PASSWORD).status_code == 302


def test_after_five_wrong_passwords_even_the_right_one_is_locked_out(guarded):
    codes = [sign_in(f"guess {number}").status_code for number in range(5)]
    assert codes[:4] == [200] * 4
    assert sign_in(PASSWORD).status_code == 429


def test_another_claimed_address_does_not_unlock(guarded):
    for number in range(5):
        sign_in(f"guess {number}", **{"x-forwarded-for": f"203.0.113.{number}"})
    for address in ("203.0.113.77", "127.0.0.1", "10.0.0.1, 203.0.113.9"):
        assert sign_in(PASSWORD, **{"x-forwarded-for": address, "x-real-ip": address}).status_code == 429


def test_one_locked_person_locks_nobody_else(guarded):
    for number in range(6):
        sign_in(f"guess {number}")
    assert sign_in(PASSWORD, "ben").status_code == 302


def test_four_wrong_passwords_are_forgiven_by_the_right_one(guarded):
    for _ in range(2):
        for number in range(4):
            sign_in(f"guess {number}")
        assert sign_in(PASSWORD).status_code == 302


def test_the_session_key_changes_at_sign_in(guarded):
    client = Client()
    client.get("/login/")
    session = client.session
    session["planted"] = "x"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    client.post("/login/", {"username": "ana", "password": PASSWORD})
    assert client.session.session_key != before
