"""Sign-in at an identity provider: a real one, asked over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from synthportal.models import AuditEvent, Notice, Person
from synthportal.people.identity_provider.groups import mapping
from synthportal.people.tokens.grants import grant
from synthportal.people.tokens.tokens import create_token
from synthportal.roles import Role
from tests.synthportal.people.identity import signed_in
from tests.synthportal.people.provider import Provider, path_of, provider

START = "/login/with/provider/"


@pytest.fixture(scope="module")
def there() -> Iterator[Provider]:
    with provider() as running:
        yield running


@pytest.fixture(autouse=True)
def _configured(there, settings, db) -> None:
    settings.OIDC_URL, settings.OIDC_NAME = there.url, "Example"
    settings.OIDC_ROLES = "data-team=owner;labellers=annotator;guards=steward"
    app = {
        "provider_id": "provider", "name": "Example", "client_id": "portal", "secret": "s",
        "settings": {"server_url": there.url},
    }  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


def sign_in(there: Provider, sub: str, client: Client | None = None, start: str = START):
    """The whole way: to the provider, its form, and back. The browser, and the last answer."""
    client = client or Client()
    away = client.get(start)
    assert away.status_code == 302
    assert away["Location"].startswith(there.url)
    return client, client.get(path_of(there.consent(away["Location"], sub)))


def test_the_sign_in_page_offers_it_where_it_is_set_and_only_there(settings):
    assert "Sign in with Example" in Client().get("/login/").content.decode()
    settings.OIDC_URL = ""
    assert "Sign in with" not in Client().get("/login/").content.decode()


def test_somebody_new_gets_an_account_with_the_roles_of_their_groups(there):
    there.knows("1001", preferred_username="mira", name="Mira Okafor", groups=["data-team", "canteen"])
    client, answer = sign_in(there, "1001", start=f"{START}?next=/datasets/")
    assert (answer.status_code, answer["Location"]) == (302, "/datasets/")
    person = Person.objects.get(username="mira")
    assert (person.get_full_name(), person.roles) == ("Mira Okafor", {Role.OWNER})
    assert not person.has_usable_password()
    assert client.get("/account/").status_code == 200
    assert AuditEvent.objects.filter(action="account made", actor=f"person:{person.pk}").exists()


def test_roles_follow_the_groups_at_each_sign_in_and_what_people_gave_stays(there):
    there.knows("1002", preferred_username="noor", groups=["data-team"])
    sign_in(there, "1002")
    person = Person.objects.get(username="noor")
    grant(person, Role.AUDITOR)
    there.knows("1002", preferred_username="noor", groups=["labellers"])
    sign_in(there, "1002")
    assert Person.objects.get(username="noor").roles == {Role.ANNOTATOR, Role.AUDITOR}
    assert Person.objects.filter(username__startswith="noor").count() == 1


def test_a_group_makes_nobody_a_steward_and_administrators_are_told_once(there, people):
    there.knows("1003", preferred_username="otto", groups=["guards"])
    for _ in range(2):
        sign_in(there, "1003")
    assert Person.objects.get(username="otto").roles == frozenset()
    notices = Notice.objects.filter(person=people["root"], words__contains="role steward")
    assert notices.count() == 1


def test_a_steward_whose_group_is_gone_is_none_any_more(there):
    there.knows("1004", preferred_username="pia", groups=["guards"])
    sign_in(there, "1004")
    grant(Person.objects.get(username="pia"), Role.STEWARD)
    sign_in(there, "1004")
    assert Person.objects.get(username="pia").roles == {Role.STEWARD}
    there.knows("1004", preferred_username="pia", groups=[])
    sign_in(there, "1004")
    assert Person.objects.get(username="pia").roles == frozenset()


def test_a_name_that_is_taken_gives_another_account_and_not_that_one(there, people):
    there.knows("1005", preferred_username="cleo", email="cleo@example.org")
    client, _ = sign_in(there, "1005")
    assert int(client.session["_auth_user_id"]) != people["cleo"].pk
    assert people["cleo"].roles == {Role.STEWARD}


def test_a_closed_account_stays_closed(there):
    there.knows("1006", preferred_username="quin")
    sign_in(there, "1006")
    Person.objects.filter(username="quin").update(is_active=False)
    client, answer = sign_in(there, "1006")
    assert answer["Location"] == "/login/"
    assert client.get("/account/").status_code == 302


def test_an_answer_that_was_not_asked_for_signs_nobody_in(there):
    there.knows("1007", preferred_username="rui")
    away = Client().get(START)["Location"]
    answer = Client().get(path_of(there.consent(away, "1007")))  # another browser
    assert answer["Location"] == "/login/"
    assert not Person.objects.filter(username="rui").exists()
    refused = Client().get(f"{START}callback/?error=access_denied&state=x")
    assert refused["Location"] == "/login/"


def test_the_provider_is_asked_with_a_code_challenge_and_a_state():
    query = parse_qs(urlsplit(Client().get(START)["Location"]).query)
    assert query["response_type"] == ["code"]
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["state"][0]) >= 16


def test_who_signed_in_hours_ago_at_the_provider_is_asked_again(there):
    there.knows("1008", preferred_username="sana", auth_time=int(time.time()) - 3600)
    client, _ = sign_in(there, "1008")
    page = client.post("/account/", {"name": "x"})
    assert page.status_code == 403
    assert "Sign in again with Example" in page.content.decode()
    again = f"{START}?process=login&auth_params=prompt%3Dlogin%26max_age%3D0&next=/account/confirm/%3Fdone%3D1"
    query = parse_qs(urlsplit(client.get(again)["Location"]).query)
    assert (query["prompt"], query["max_age"]) == (["login"], ["0"])
    _, answer = sign_in(there, "1008", client, again)  # the provider did not ask: an hour ago is no confirmation
    assert client.post("/account/", {"name": "x"}).status_code == 403
    there.knows("1008", preferred_username="sana", auth_time=int(time.time()))
    _, answer = sign_in(there, "1008", client, again)
    assert answer["Location"] == "/account/confirm/?done=1"
    assert "Close this tab" in client.get(answer["Location"]).content.decode()
    assert client.post("/account/", {"name": "x"}).status_code == 200


def test_another_person_at_the_provider_confirms_nothing(there, people):
    there.knows("1009", preferred_username="tom", auth_time=int(time.time()))
    sign_in(there, "1009")
    client = signed_in("ana", minutes_ago=10)
    sign_in(there, "1009", client)
    assert int(client.session["_auth_user_id"]) == Person.objects.get(username="tom").pk


def test_a_second_factor_at_the_provider_counts_here_and_none_does_not(there, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    for amr, expected in ((["pwd", "mfa"], 200), (["pwd"], 302)):
        there.knows("1010", preferred_username="uma", amr=amr)
        client, _ = sign_in(there, "1010")
        grant(Person.objects.get(username="uma"), Role.STEWARD)
        settings.OIDC_ROLES = ""
        assert client.get("/").status_code == expected


def test_a_token_of_a_steward_whom_the_provider_asks_for_a_second_factor_opens_what_it_was_made_for(there, settings):
    """Until the provider asks no more, or a password of their own leads past it."""
    settings.REQUIRE_SECOND_FACTOR, settings.OIDC_ROLES = True, ""
    there.knows("1011", preferred_username="vera", amr=["pwd", "mfa"])
    sign_in(there, "1011")
    vera = Person.objects.get(username="vera")
    grant(vera, Role.STEWARD)
    _, secret = create_token(vera, "notebook", days=1)

    def status() -> int:
        return Client().get("/api/v1/datasets/", headers={"authorization": f"Bearer {secret}"}).status_code

    assert status() == 200
    there.knows("1011", preferred_username="vera", amr=["pwd"])
    sign_in(there, "1011")
    assert status() == 403
    there.knows("1011", preferred_username="vera", amr=["pwd", "mfa"])
    sign_in(there, "1011")
    Person.objects.filter(pk=vera.pk).update(password=make_password("one of vera's own"))
    assert status() == 403


@pytest.mark.parametrize("words", ["team=boss", "team", "=owner", "team=worker"])
def test_a_mapping_to_a_role_that_there_is_not_is_refused(settings, words):
    settings.OIDC_ROLES = words
    with pytest.raises(ImproperlyConfigured, match="group=role"):
        mapping()
