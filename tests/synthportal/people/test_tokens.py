"""API tokens and passwords against theft and guessing."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.core import serializers
from django.db.models import F
from django.test import Client
from django.utils import timezone

from generation.models import Dataset
from synthportal.errors import Conflict
from synthportal.models import ApiToken, AuditEvent
from synthportal.people.sign_in.sensitive import SENSITIVE
from synthportal.people.tokens.scopes import Scope
from synthportal.people.tokens.tokens import MOST_DAYS, create_token, find_token, revoke_token
from synthportal.storage.keys import create_key
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


@pytest.mark.parametrize(
    ("scope", "method", "path", "is_allowed"),
    [
        (Scope.READ, "get", "datasets/", True),
        (Scope.READ, "get", "releases/{id}/export/", False),
        (Scope.READ, "post", "runs/{id}/cancel/", False),
        (Scope.EXPORT, "get", "releases/{id}/export/", True),
        (Scope.EXPORT, "get", "datasets/", False),
        (Scope.UPLOAD, "post", "runs/{id}/cancel/", True),
        (Scope.UPLOAD, "post", "records/{id}/verdict/", False),
        (Scope.REVIEW, "post", "reviews/{id}/claim/", True),
        (Scope.REVIEW, "post", "runs/{id}/cancel/", False),
        (Scope.EXPORT, "post", "releases/{id}/access/", True),
        (Scope.EXPORT, "post", "releases/{id}/reports/", True),
    ],
)
def test_a_token_does_what_its_scopes_say_and_nothing_else(people, scope, method, path, is_allowed):
    secret = create_token(people["ana"], "x", days=1, scopes=[scope])[1]
    answer = call(secret, method, "/api/v1/" + path.format(id="00000000-0000-0000-0000-000000000000"))
    assert (answer.status_code != 403) == is_allowed


def test_no_token_of_the_account_page_signs_erases_or_sets_policies(people):
    secret = create_token(people["cleo"], "pipeline", days=3, can_write=True)[1]
    headers = {"authorization": f"Bearer {secret}"}
    for act in (act for act in SENSITIVE if act.route.startswith("api/")):
        path = "/" + re.sub("<uuid:pk>", "00000000-0000-0000-0000-000000000000", act.route)
        answer = Client().generic(act.method, path, "{}", "application/json", headers=headers)
        assert answer.status_code == 403
        assert act.words in answer.json()["detail"]
    with pytest.raises(Conflict, match="made at the gate"):
        create_token(people["cleo"], "x", days=1, scopes=[Scope.RELEASE])


@pytest.mark.parametrize("act", ["releases/{id}/withdraw/", "access/{id}/grant/", "access/{id}/refuse/"])
def test_no_token_decides_who_has_a_release_or_that_nobody_may(people, act):
    secret = create_token(people["cleo"], "pipeline", days=3, can_write=True)[1]
    answer = call(secret, "post", "/api/v1/" + act.format(id="00000000-0000-0000-0000-000000000000"))
    assert (answer.status_code, "binds others" in answer.json()["detail"]) == (403, True)


def test_a_token_for_one_dataset_that_may_write_starts_runs_of_it(people, world):
    secret = create_token(people["ana"], "x", days=1, can_write=True, only_for={"dataset": world.dataset.pk})[1]
    asked = {"synthesizer": "gaussian_copula", "rows": 10}
    assert call(secret, "post", f"{LIST}{world.dataset.pk}/runs/", **asked).status_code == 201


def test_a_token_for_one_dataset_sees_no_other_and_brings_in_none(people, world):
    other = Dataset.objects.create(
        owner=people["ana"], name="other", key=create_key(), purpose="training", size=1, sha256="ab" * 32
    )
    secret = create_token(people["ana"], "x", days=1, can_write=True, only_for={"dataset": world.dataset.pk})[1]
    seen = call(secret).json()["results"]
    assert [one["id"] for one in seen] == [str(world.dataset.pk)]
    assert call(secret, path=f"{LIST}{world.dataset.pk}/").status_code == 200
    assert call(secret, path=f"{LIST}{other.pk}/").status_code == 404
    assert call(secret, path=f"/api/v1/runs/{world.run.pk}/").status_code == 200
    assert call(secret, "post").status_code == 403
    assert call(secret, path="/api/v1/releases/").status_code == 403


def test_a_signing_token_opens_the_gate_of_its_run_for_five_minutes(people, world, settings):
    client = Client()
    client.force_login(people["cleo"], backend="django.contrib.auth.backends.ModelBackend")
    page = client.post(f"/runs/{world.run.pk}/token/").content.decode()
    secret = re.search(r"sp_[\w-]{43}", page)[0]
    gate, sign = (f"/api/v1/runs/{world.run.pk}/{word}/" for word in ("gate", "release"))
    assert call(secret, path=gate).status_code == 200
    assert call(secret, "post", sign, dossier_hash="0" * 64).status_code == 409  # as to who signed in just now
    assert call(secret, "post", sign.replace(str(world.run.pk), str(uuid4()))).status_code == 403
    assert call(secret, "post", f"/api/v1/runs/{world.run.pk}/waivers/").status_code == 403
    assert call(secret, path=LIST).status_code == 403
    ApiToken.objects.update(expires_at=F("expires_at") - timedelta(minutes=5))
    assert call(secret, path=gate).status_code == 401


def test_only_a_steward_makes_a_signing_token(people, world):
    client = Client()
    client.force_login(people["ana"], backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(f"/runs/{world.run.pk}/token/").status_code == 403
