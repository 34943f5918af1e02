"""Where one is signed in: shown, ended, hashed at rest, over after idle time, and ended with the password."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from synthportal.models import ApiToken, Session
from synthportal.people.sign_in.sessions import device_of
from synthportal.people.tokens.tokens import create_token
from tests.cast import PASSWORD
from tests.synthportal.people.identity import grow_old, signed_in

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)


def browser(agent: str) -> Client:
    client = Client(headers={"user-agent": agent})
    assert client.post("/login/", {"username": "ana", "password": PASSWORD}).status_code == 302
    return client


def page(client: Client) -> str:
    return re.sub(r"\s+", " ", client.get("/account/sign-in/").content.decode())


def test_one_sees_ones_browsers_and_ends_another(people):
    here, there = browser(FIREFOX), browser(PHONE)
    shown = page(here)
    assert "Firefox on Linux" in shown
    assert "Safari on iPhone" in shown
    assert "from 127.0.0.1" in shown
    ending = re.findall(r'action="(/account/sign-in/sessions/[0-9a-f-]+/end/)"', shown)
    assert len(ending) == 1  # not the one that is looked at
    assert here.post(ending[0]).status_code == 302
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200


def test_nobody_ends_the_session_of_another(people):
    browser(FIREFOX)
    session = Session.objects.get(person=people["ana"])
    assert signed_in("ben").post(f"/account/sign-in/sessions/{session.shown_as}/end/").status_code == 404


def test_everywhere_else_ends_at_once(people):
    here, there, elsewhere = browser(FIREFOX), browser(PHONE), browser(PHONE)
    here.post("/account/sign-in/sessions/end/")
    assert [client.get("/account/").status_code for client in (here, there, elsewhere)] == [200, 302, 302]


def test_no_row_of_the_database_opens_a_session(people):
    client = browser(FIREFOX)
    key = client.cookies["sessionid"].value
    rows = list(Session.objects.values_list("session_key", "session_data", "shown_as"))
    assert key not in str(rows)
    for kept in (rows[0][0], str(rows[0][2])):
        thief = Client()
        thief.cookies["sessionid"] = kept
        assert thief.get("/account/").status_code == 302


def test_an_idle_browser_is_signed_out_and_a_used_one_is_not(people, settings):
    settings.IDLE_MINUTES = 30
    client = browser(FIREFOX)
    grow_old(client, 29)
    assert client.get("/account/").status_code == 200
    grow_old(client, 31)
    assert client.get("/account/").status_code == 302
    assert not Session.objects.filter(person=people["ana"]).exists()


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(people, settings):
    settings.IDLE_MINUTES = 30
    client = browser(FIREFOX)
    grow_old(client, 20)
    client.get("/datasets/00000000-0000-0000-0000-000000000000/progress/")
    grow_old(client, 20)
    assert client.get("/account/").status_code == 302


def test_a_new_password_ends_tokens_and_other_browsers(people):
    here, there = browser(FIREFOX), browser(PHONE)
    create_token(people["ana"], "notebook", days=3)
    new = {"old_password": PASSWORD, "new_password1": "several words apart", "new_password2": "several words apart"}
    assert here.post("/account/password/", new).status_code == 302
    assert ApiToken.objects.get().revoked_at is not None
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302


@pytest.mark.parametrize(
    "password",
    [
        "short words",
        "password1234",
        "Password2026!!",
        "qwertyqwerty",
        "iloveyou!!!!!!",
        "letmeinletmein",
        "1234567890123",
    ],
)
def test_a_password_that_guessers_try_first_is_refused(people, password):
    new = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    assert browser(FIREFOX).post("/account/password/", new).status_code == 200


def test_several_words_make_a_password(people):
    new = {"old_password": PASSWORD, "new_password1": "kettle orbit moss", "new_password2": "kettle orbit moss"}
    assert browser(FIREFOX).post("/account/password/", new).status_code == 302


def changed(client: Client, old: str, new: str) -> bool:
    fields = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post("/account/password/", fields).status_code == 302


def test_a_password_is_changed_with_the_one_before_alone(people):
    client = browser(FIREFOX)
    assert not changed(client, "not the one before", "kettle orbit moss")
    assert not changed(client, "", "kettle orbit moss")
    assert changed(client, PASSWORD, "kettle orbit moss")


def test_a_password_is_checked_exactly_as_it_was_typed(people):
    """Of 128 characters none is cut off, none is trimmed, and case counts."""
    chosen = " Ünder the Kettle " * 7 + "ß "
    assert len(chosen) == 128
    assert changed(browser(FIREFOX), PASSWORD, chosen)
    for typed in (chosen.strip(), chosen[:-1], chosen[:72], chosen.lower(), chosen + "x"):
        assert Client().post("/login/", {"username": "ana", "password": typed}).status_code == 200
    assert Client().post("/login/", {"username": "ana", "password": chosen}).status_code == 302


def test_a_password_is_typed_unseen_and_may_be_pasted(people):
    """The field is one that browsers hide and password managers know; no script listens to pasting."""
    pages = [(Client(), "/login/"), (browser(FIREFOX), "/account/password/")]
    for client, path in pages:
        page = client.get(path).content.decode()
        fields = re.findall(r"<input[^>]*password[^>]*>", page)
        assert fields
        assert all('type="password"' in field and "autocomplete=" in field for field in fields)
        assert not re.search(r"onpaste|autocomplete=.off", page)
    assert '"paste"' not in (Path(__file__).parents[3] / "static" / "app.js").read_text()


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        (FIREFOX, "Firefox on Linux"),
        (PHONE, "Safari on iPhone"),
        ("curl/8.5.0", "Another program"),
        ("", "Another program"),
    ],
)
def test_a_browser_is_named_in_words(agent, expected):
    assert device_of(agent) == expected
