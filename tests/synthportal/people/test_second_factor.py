"""A second factor: set up, asked for at the sign-in, slowed, good once, and required where the setting says so."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.test import Client

from synthportal.models import ApiToken, AuditEvent, Person, RoleRequest
from synthportal.people.tokens.tokens import create_token
from synthportal.roles import Role
from tests.cast import PASSWORD
from tests.synthportal.people.identity import code_at, signed_in


def set_up(name: str) -> tuple[Client, str]:
    """Through the page, by the key that stands on it."""
    client = signed_in(name)
    page = client.get("/account/sign-in/app/").content.decode()
    secret = re.search(r'<code class="wrap">([A-Z2-7]{32})</code>', page)[1]
    answer = client.post("/account/sign-in/app/", {"code": code_at(secret)})
    assert (answer.status_code, answer["Location"]) == (302, "/account/sign-in/codes/")
    return client, secret


def with_password(name: str) -> Client:
    client = Client()
    answer = client.post("/login/", {"username": name, "password": PASSWORD})
    assert answer["Location"] == "/login/second-factor/"
    assert client.get("/account/").status_code == 302  # not signed in yet
    return client


def test_the_code_of_the_standard_is_what_the_tests_say():
    """RFC 6238, appendix B: of the eight digits the last six."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert [code_at(secret, moment) for moment in (59, 1111111109, 2000000000)] == ["287082", "081804", "279037"]


def test_after_the_password_the_code_signs_in(people):
    _, secret = set_up("ana")
    client = with_password("ana")
    assert client.post("/login/second-factor/", {"code": "000000"}).status_code == 200
    answer = client.post("/login/second-factor/", {"code": code_at(secret)})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/account/").status_code == 200
    assert AuditEvent.objects.filter(action="second factor added").count() == 1


def test_a_code_is_good_once_in_whichever_process(people, settings):
    _, secret = set_up("ana")
    code = code_at(secret)
    assert with_password("ana").post("/login/second-factor/", {"code": code}).status_code == 302
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}  # as another process has
    assert with_password("ana").post("/login/second-factor/", {"code": code}).status_code == 200


def test_five_wrong_codes_are_as_slow_as_five_wrong_passwords(people, settings):
    settings.AXES_ENABLED = True
    _, secret = set_up("ana")
    client = with_password("ana")
    codes = [client.post("/login/second-factor/", {"code": f"{n:06d}"}).status_code for n in range(5)]
    assert codes[-1] == 429
    assert client.post("/login/second-factor/", {"code": code_at(secret)}).status_code != 302
    assert Client().post("/login/", {"username": "ana", "password": PASSWORD}).status_code == 429


def test_a_recovery_code_signs_in_once(people):
    client, _ = set_up("ana")
    codes = re.findall(r"<code>(\d{8})</code>", client.get("/account/sign-in/codes/").content.decode())
    assert len(codes) == 10
    assert with_password("ana").post("/login/second-factor/", {"code": codes[0]}).status_code == 302
    assert with_password("ana").post("/login/second-factor/", {"code": codes[0]}).status_code == 200


def test_the_administrators_door_asks_for_it_too(people):
    set_up("root")
    client = Client()
    answer = client.post("/admin/login/?next=/admin/", {"username": "root", "password": PASSWORD})
    assert answer["Location"] == "/login/second-factor/"
    assert client.get("/admin/").status_code == 302


def test_the_database_holds_no_seed_that_makes_codes(people):
    _, secret = set_up("ana")
    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))


def test_second_factors_outlive_a_change_of_the_secret_key(people, settings, capsys):
    """The old key is at hand until they are encrypted anew; without it who signs in is told what to do."""
    _, secret = set_up("ana")
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another key of more than fifty characters, all of them new"
    answer = with_password("ana").post("/login/second-factor/", {"code": code_at(secret)})
    assert answer.status_code == 409
    assert "give back the old key (SYNTHPORTAL_OLD_SECRET_KEY_FILE)" in answer.content.decode()
    settings.SECRET_KEY_FALLBACKS = [old]
    call_command("rotate_keys")
    assert "2 second factors are encrypted anew." in capsys.readouterr().out
    settings.SECRET_KEY_FALLBACKS = []
    assert with_password("ana").post("/login/second-factor/", {"code": code_at(secret)}).status_code == 302


def test_the_second_factor_confirms_a_sensitive_act(people):
    _, secret = set_up("ana")
    Authenticator.objects.filter(type="totp").update(last_used_at=None)
    client = signed_in("ana", minutes_ago=6)
    body = {"name": "x", "days": 3, "scopes": "read", "proof_asked": "1", "proof_for": "POST"}
    assert client.post("/account/", body | {"proof_code": "123456"}).status_code == 403
    assert client.post("/account/", body | {"proof_code": code_at(secret)}).status_code == 200
    assert ApiToken.objects.count() == 1


@pytest.fixture
def _required(settings):
    settings.REQUIRE_SECOND_FACTOR = True


@pytest.mark.usefixtures("_required")
@pytest.mark.parametrize("name", ["cleo", "root"])
def test_who_must_have_one_sets_it_up_before_anything_else(people, name):
    client = signed_in(name)
    secret = create_token(people[name], "x", days=1)[1]
    by_token = {"authorization": f"Bearer {secret}"}
    assert client.get("/")["Location"] == "/account/sign-in/"
    assert client.get("/admin/")["Location"] == "/account/sign-in/"
    assert client.get("/api/v1/datasets/").status_code == 403
    assert Client().get("/api/v1/datasets/", headers=by_token).status_code == 403
    assert "Your role needs one." in client.get("/account/sign-in/").content.decode()
    set_up(name)
    assert client.get("/").status_code == 200
    assert Client().get("/api/v1/datasets/", headers=by_token).status_code == 200


def take_away(by: str, whose: Person) -> int:
    return signed_in(by).post(f"/people/{whose.pk}/factor/").status_code


def test_a_lost_one_is_taken_away_by_an_administrator_with_every_browser_and_token(people):
    """Whoever found the phone has nothing; its person signs in by the password and is told to set up a new one."""
    client, _ = set_up("ana")
    secret = create_token(people["ana"], "notebook", days=3)[1]
    assert "Take the second factor away" in signed_in("root").get(f"/people/{people['ana'].pk}/").content.decode()
    assert take_away("root", people["ana"]) == 302
    assert not Authenticator.objects.exists()
    assert client.get("/account/").status_code == 302
    assert Client().get("/api/v1/datasets/", headers={"authorization": f"Bearer {secret}"}).status_code == 401
    again = Client()
    assert again.post("/login/", {"username": "ana", "password": PASSWORD})["Location"] == "/"
    assert "taken away" in again.get("/notices/").content.decode()
    event = AuditEvent.objects.get(action="second factor reset")
    assert (event.subject_id, event.facts) == (str(people["ana"].pk), {"kinds": ["recovery_codes", "totp"]})
    assert event.actor == f"person:{people['root'].pk}"
    set_up("ana")


@pytest.mark.usefixtures("_required")
def test_a_steward_without_the_lost_one_signs_nothing_until_a_second_person_confirms_who_has_a_new_one(people):
    """The administrator who took it away and knows the password becomes no steward by it."""
    for name in ("cleo", "cora", "root"):
        set_up(name)
    assert take_away("root", people["cleo"]) == 302
    asked = RoleRequest.objects.get()
    assert (asked.person, asked.role, Person.objects.get(username="cleo").roles) == (people["cleo"], "steward", set())
    client = Client()
    client.post("/login/", {"username": "cleo", "password": PASSWORD})
    assert client.get("/")["Location"] == "/account/sign-in/"  # before the role is back
    set_up("cleo")
    assert signed_in("cleo").get("/").status_code == 200
    path = f"/people/requests/{asked.pk}/"
    assert signed_in("root").post(path, {"do": "confirm"}).status_code == 403
    assert signed_in("cora").post(path, {"do": "confirm"}).status_code == 302
    assert Person.objects.get(username="cleo").roles == {Role.STEWARD}


def test_only_an_administrator_takes_one_away_and_never_their_own_nor_one_that_is_not_there(people):
    set_up("ana"), set_up("root")
    assert [take_away(by, people["ana"]) for by in ("ana", "ben", "cleo", "dan", "eve")] == [404] * 5
    assert take_away("root", people["root"]) == 403
    assert take_away("root", people["ben"]) == 409
    assert Authenticator.objects.filter(type="totp").count() == 2
    assert not ApiToken.objects.filter(revoked_at__isnull=False).exists()


def test_an_administrator_who_signed_in_a_while_ago_shows_first_that_it_is_still_them(people):
    set_up("ana")
    assert signed_in("root", minutes_ago=6).post(f"/people/{people['ana'].pk}/factor/").status_code == 403
    assert Authenticator.objects.filter(type="totp").exists()


@pytest.mark.usefixtures("_required")
def test_who_need_none_are_not_asked(people):
    assert [signed_in(name).get("/").status_code for name in ("ana", "ben", "dan", "eve")] == [200] * 4


@pytest.mark.usefixtures("_required")
def test_the_last_one_cannot_be_removed_where_one_is_required(people, settings):
    client, _ = set_up("cleo")
    assert client.post("/account/sign-in/app/remove/").status_code == 200
    assert Authenticator.objects.filter(type="totp").count() == 1
    settings.REQUIRE_SECOND_FACTOR = False
    assert client.post("/account/sign-in/app/remove/").status_code == 302
    assert Authenticator.objects.count() == 0  # the recovery codes go with it
